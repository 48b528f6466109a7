import { useCallback, useMemo, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatEnergy, formatPrice, useWords } from '../../kit/text.ts'
import type { Band } from '../../kit/prices.ts'
import { Empty } from '../../kit/ui/index.ts'
import { Chart, type Ink } from '../charts/chart.tsx'
import { sessionOption, stretchesOf, type Point } from '../charts/session-curve.ts'
import { Card } from '../parts/parts.tsx'
import type { Session } from './types.ts'

/** Power and the register's growth, with the price bands that held behind them. */
export function CurveCard({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const points = usePoints(session)
  const stretches = useStretches(session, points, zone)
  const option = useCallback(
    (ink: Ink) =>
      sessionOption(points, stretches.found, {
        ink,
        language,
        zone,
        words: {
          power: say('home.power'),
          register: say('session.register'),
          price: (band: Band) => formatPrice(band.price, stretches.currency, language)
        }
      }),
    [points, stretches, language, zone, say]
  )
  return (
    <Card title={say('session.curve')}>
      {points.length < 2 ? (
        <Empty icon="gauge" title={say('session.noReadings')}>
          <p>{say('session.noReadingsWhy')}</p>
        </Empty>
      ) : (
        <Chart
          option={option}
          height={300}
          spoken={say('session.curveSpoken', {
            energy: formatEnergy(session.energyWh, language),
            count: points.length
          })}
        />
      )}
    </Card>
  )
}

const none: readonly Point[] = []

function usePoints(session: Session): readonly Point[] {
  const { data } = useApi(
    'GET /sessions/{id}/registers',
    { path: { id: session.id } },
    session.endedAt === null ? { everyMs: 10_000 } : {}
  )
  return useMemo(
    () =>
      data?.items
        .map(({ at, registerWh }) => ({ at: Date.parse(at), registerWh, powerW: null }))
        .toSorted((a, b) => a.at - b.at) ?? none,
    [data]
  )
}

function useStretches(session: Session, points: readonly Point[], zone: string | undefined) {
  const { tariffId, tariffVersion } = session
  const tariff = useApi('GET /tariffs/{id}', { path: { id: tariffId ?? '' } }, { enabled: tariffId !== null })
  const from = points[0]?.at
  const until = points.at(-1)?.at
  const plan = tariff.data?.versions.find(({ version }) => version === tariffVersion)
  return useMemo(
    () => ({
      currency: plan?.currency ?? 'CNY',
      found:
        plan && zone !== undefined && from !== undefined && until !== undefined
          ? stretchesOf(plan, zone, from, until)
          : []
    }),
    [plan, zone, from, until]
  )
}
