import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi } from '../../../kit/api/index.ts'
import { formatPower, formatTime, reasonText, useWords } from '../../../kit/text.ts'
import { Asked, Empty, StatePill } from '../../../kit/ui/index.ts'
import { Card, Scroll } from '../../parts/parts.tsx'
import type { Connector, Site } from '../types.ts'
import { energyText, horizonOf, keyOf, type Forecast, type Picture } from './picture.ts'
import { Spark } from './spark.tsx'

type Props = { readonly site: Site; readonly picture: Picture; readonly old: boolean }

/** Every car with what it gets, why not more, and what it will get as things stand. */
export function WhoCard({ site, picture, old }: Props): ReactNode {
  const { say } = useWords()
  const connectors = useApi('GET /connectors', { query: { siteId: site.id, limit: 500 } })
  return (
    <Card title={say('power.who')} more={<span className="quiet small">{say('power.estimate')}</span>}>
      <Asked of={connectors}>
        {({ items }) => {
          const busy = items.filter(({ sessionId }) => sessionId !== null)
          const idle = items.length - busy.length
          return busy.length === 0 ? (
            <Empty icon="car" title={say('power.whoNone')}>
              <p>{say('power.whoNoneHow')}</p>
            </Empty>
          ) : (
            <>
              <Cars site={site} picture={picture} old={old} busy={busy} />
              {idle > 0 && <p className="quiet small">{say('power.idle', { count: idle })}</p>}
            </>
          )
        }}
      </Asked>
    </Card>
  )
}

function Cars({ site, picture, old, busy }: Props & { busy: readonly Connector[] }): ReactNode {
  const { say } = useWords()
  const byKey = new Map(picture.forecast.map((each) => [keyOf(each), each]))
  const frame = {
    untilMs: horizonOf(picture),
    mostMilliA: Math.max(
      ...picture.forecast.flatMap(({ points }) => points.map((each) => each.limitMilliA)),
      1
    )
  }
  const heads = [
    'power.connector',
    'power.nowGets',
    'power.why',
    'power.forecast',
    'power.expected',
    'power.fullAt'
  ] as const
  return (
    <Scroll label={say('power.who')}>
      <table className={old ? 'tbl roomy old' : 'tbl roomy'}>
        <thead>
          <tr>
            {heads.map((word) => (
              <th key={word} scope="col">
                {say(word)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {busy.map((connector) => (
            <Car
              key={connector.id}
              connector={connector}
              forecast={byKey.get(connector.id)}
              zone={site.timeZone}
              {...frame}
            />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Car(props: {
  readonly connector: Connector
  readonly forecast: Forecast | undefined
  readonly zone: string
  readonly untilMs: number
  readonly mostMilliA: number
}): ReactNode {
  const { connector, forecast, zone } = props
  const { say, language } = useWords()
  const { id, chargerId, status, powerW, limitW, limitReason } = connector
  return (
    <tr>
      <td className="nowrap">
        <Link to="/operator/chargers/$chargerId" params={{ chargerId }}>
          {id}
        </Link>
        <div>
          <StatePill family="connector" state={status} />
        </div>
      </td>
      <td className="nowrap">
        <strong>{formatPower(powerW, language)}</strong>
        {limitW !== null && (
          <div className="quiet small">{say('plug.upTo', { power: formatPower(limitW, language) })}</div>
        )}
      </td>
      <td>{limitReason === null ? '–' : reasonText(limitReason, language)}</td>
      <td>
        {forecast === undefined || forecast.points.length === 0 ? (
          <span className="quiet small">{say('power.noForecast')}</span>
        ) : (
          <>
            <Spark forecast={forecast} untilMs={props.untilMs} mostMilliA={props.mostMilliA} zone={zone} />
            <Next forecast={forecast} zone={zone} />
          </>
        )}
      </td>
      <td className="nowrap">{forecast === undefined ? '–' : energyText(forecast, say, language)}</td>
      <td className="nowrap">{fullText(forecast, zone)}</td>
    </tr>
  )

  function fullText(each: Forecast | undefined, where: string): string {
    if (each === undefined) return '–'
    return each.fullAt === null
      ? say('power.notFull')
      : `≈ ${formatTime(each.fullAt, 'short', language, where)}`
  }
}

/** The next change with its reason: what the driver would ask. */
function Next({ forecast, zone }: { forecast: Forecast; zone: string }): ReactNode {
  const { language } = useWords()
  const next = forecast.points[1]
  if (next === undefined) return null
  return (
    <div className="small quiet">
      {formatTime(next.at, 'minute', language, zone)} → {reasonText(next.reason, language)}
    </div>
  )
}
