import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi } from '../../../kit/api/index.ts'
import {
  detailText,
  formatTime,
  reasonText,
  useWords,
  wordFor,
  type Language,
  type Say
} from '../../../kit/text.ts'
import { Icon, lookOf } from '../../../kit/ui/index.ts'
import { Scroll } from '../../parts/parts.tsx'
import { contract, Lift } from '../limits.tsx'
import type { Site } from '../types.ts'
import { inShort, limitText, sourceName, type LimitState } from './picture.ts'

/** Every limit in a line: its state, whose it is, when it holds, why, and what became of it. */
export function Lines({ site, limits }: { site: Site; limits: readonly LimitState[] }): ReactNode {
  const { say } = useWords()
  const [all, setAll] = useState(false)
  const kept = useApi('GET /sites/{id}/limits', { path: { id: site.id } }, { everyMs: 10_000 })
  const ours = new Set(kept.data?.items.map(({ source }) => source))
  const shown = all ? limits : inShort(limits)
  const left = limits.length - shown.length
  const heads = ['power.state', 'power.source', 'power.value', 'power.time', 'power.reason'] as const
  return (
    <>
      <Scroll label={say('power.timeline')}>
        <table className="tbl roomy">
          <thead>
            <tr>
              {heads.map((word) => (
                <th key={word} scope="col">
                  {say(word)}
                </th>
              ))}
              <th scope="col">
                <span className="only-read">{say('power.do')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((limit, index) => (
              <Line key={`${lineKey(limit)} ${index}`} site={site} limit={limit} ours={ours} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {left > 0 && (
        <Button size="small" onClick={() => setAll(true)}>
          {say('power.moreLimits', { count: left })}
        </Button>
      )}
    </>
  )
}

const lineKey = ({ source, state, from, until, version }: LimitState): string =>
  [source, state, from, until, version].join(' ')

type LineProps = { readonly site: Site; readonly limit: LimitState; readonly ours: ReadonlySet<string> }

function Line({ site, limit, ours }: LineProps): ReactNode {
  const { say, language } = useWords()
  const { source, state, binding, version, reason, detail } = limit
  const mayLift = ours.has(source) && source !== contract && (state === 'active' || state === 'planned')
  const look = lookOf('limitState', state)
  return (
    <tr>
      <td className="nowrap">
        <span className="pill" data-tone={look.tone}>
          <Icon name={look.icon} size={14} />
          {wordFor('limitState', state)}
        </span>
        {binding && (
          <span className="rules">{say(state === 'planned' ? 'power.willRule' : 'power.rules')}</span>
        )}
      </td>
      <td>
        {sourceName(source)}
        {version !== null && <div className="quiet small">{say('power.version', { version })}</div>}
      </td>
      <td className="nowrap">
        <strong>{limitText(limit, say, language)}</strong>
      </td>
      <td className="small">{timeText(limit, say, language, site.timeZone)}</td>
      <td>
        {reasonText(reason, language)}
        {detail !== null && <div className="small quiet">{detailText(detail, language)}</div>}
      </td>
      <td>{mayLift && <Lift site={site} limit={{ source }} />}</td>
    </tr>
  )
}

const halfYearMs = 183 * 86_400_000
/** Without its year such a day would be taken for one of these weeks. */
const isFar = (instant: string): boolean => Math.abs(Date.parse(instant) - Date.now()) > halfYearMs

/** "from Nov 21, 18:00 until Nov 21, 20:00", on the site's clock; open ends are not made up. */
function timeText({ from, until }: LimitState, say: Say, language: Language, zone: string): string {
  const time = (instant: string) => formatTime(instant, isFar(instant) ? 'full' : 'short', language, zone)
  const parts = [
    ...(from === null ? [] : [say('power.alwaysFrom', { time: time(from) })]),
    ...(until === null ? [] : [say('power.alwaysUntil', { time: time(until) })])
  ]
  return parts.length === 0 ? say('power.always') : parts.join(' ')
}
