import { useCallback, useMemo, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatEnergy, formatPrice, useWords } from '../../kit/text.ts'
import type { Band } from '../../kit/prices.ts'
import { Empty } from '../../kit/ui/index.ts'
import { Chart, type Ink } from '../charts/chart.tsx'
import { sessionOption, stretchesOf, withEnds, type Register, type Sample } from '../charts/session-curve.ts'
import { Card } from '../parts/parts.tsx'
import type { Session } from './types.ts'

/** Power and the register's growth, with the price bands that held behind them. */
export function CurveCard({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const curve = useCurve(session)
  const points = curve.registers
  const stretches = useStretches(session, points, zone)
  const option = useCallback(
    (ink: Ink) =>
      sessionOption(curve, stretches.found, {
        ink,
        language,
        zone,
        words: {
          power: say('home.power'),
          register: say('session.register'),
          price: (band: Band) => formatPrice(band.price, stretches.currency, language)
        }
      }),
    [curve, stretches, language, zone, say]
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

const nothing: Curve = { registers: [], samples: [] }
type Curve = { readonly registers: readonly Register[]; readonly samples: readonly Sample[] }

/** What is billed from (registers) and what was sampled on the way (power), both in the order of time. */
function useCurve(session: Session): Curve {
  const rules = session.endedAt === null ? { everyMs: 10_000 } : {}
  const registers = useApi('GET /sessions/{id}/registers', { path: { id: session.id } }, rules)
  const samples = useApi('GET /sessions/{id}/readings', { path: { id: session.id } }, rules)
  return useMemo(
    () =>
      registers.data
        ? {
            registers: withEnds(session, byTime(registers.data.items)),
            samples: byTime(samples.data?.items ?? [])
          }
        : nothing,
    [session, registers.data, samples.data]
  )
}

const byTime = <Each extends { readonly at: string }>(items: readonly Each[]) =>
  items.map((each) => ({ ...each, at: Date.parse(each.at) })).toSorted((a, b) => a.at - b.at)

function useStretches(session: Session, points: readonly Register[], zone: string | undefined) {
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
