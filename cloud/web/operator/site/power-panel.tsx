import { useCallback, useMemo, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatPower, formatTime, reasonText, useWords } from '../../kit/text.ts'
import { Note } from '../../kit/ui/index.ts'
import { Chart, type Ink } from '../charts/chart.tsx'
import { partLinesOf, rowsOf } from '../charts/history.ts'
import { joined, powerOption, stepsOf, type PartLine, type PowerRow } from '../charts/power.ts'
import { Card } from '../parts/parts.tsx'
import { useLiveRows } from '../parts/use-power.ts'
import type { Site } from './types.ts'

/** Stacked power under the limit line, moving; below it every step of the limit with its reason. */
export function PowerPanel({ site }: { site: Site }): ReactNode {
  const { say, language } = useWords()
  const { rows: history, parts } = useHistory(site.id)
  const live = useLiveRows(site.id)
  const rows = useMemo(() => joined(history, live), [history, live])
  const option = useCallback(
    (ink: Ink) =>
      powerOption(
        rows,
        { limit: say('site.limit'), base: say('site.base'), name: (connector) => connector },
        { ink, language, zone: site.timeZone },
        parts
      ),
    [rows, parts, say, language, site.timeZone]
  )
  const last = rows.at(-1)
  const spoken = say('site.chartSpoken', {
    power: formatPower(last?.siteW, language),
    limit: formatPower(last?.limitW, language)
  })
  return (
    <Card title={say('site.chart')} more={<span className="quiet small">{say('site.lastHalfHour')}</span>}>
      {rows.length < 2 && <Note icon="clock">{say('site.chartWaits')}</Note>}
      <Chart option={option} spoken={spoken} height={360} />
      <Steps rows={rows} zone={site.timeZone} />
    </Card>
  )
}

const mostSteps = 5

function Steps({ rows, zone }: { rows: readonly PowerRow[]; zone: string }): ReactNode {
  const { say, language } = useWords()
  const steps = stepsOf(rows).slice(-mostSteps).toReversed()
  if (steps.length === 0) return null
  return (
    <>
      <h3>{say('site.steps')}</h3>
      <table className="tbl">
        <tbody>
          {steps.map((step) => (
            <tr key={step.at}>
              <td className="quiet">{formatTime(step.at, 'second', language, zone)}</td>
              <td className="num">
                <strong>{formatPower(step.limitW, language)}</strong>
              </td>
              <td>{reasonText(step.reason, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

type History = { readonly rows: readonly PowerRow[]; readonly parts: readonly PartLine[] }

const none: History = { rows: [], parts: [] }
const everyMs = 60_000 // The stream of allocations says nothing of batteries and the sun.

/** What the cloud kept of the last half hour; of the chargers the stream goes on from there. */
function useHistory(siteId: string): History {
  const { data } = useApi('GET /sites/{id}/power', { path: { id: siteId } }, { everyMs })
  return useMemo(() => (data ? { rows: rowsOf(data), parts: partLinesOf(data) } : none), [data])
}
