import { Link } from '@tanstack/react-router'
import { memo, type ReactNode } from 'react'
import {
  formatEnergy,
  formatMoney,
  formatPower,
  formatTime,
  powerParts,
  reasonText,
  useWords,
  wordFor
} from '../../kit/text.ts'
import { Icon, lookOf, StatePill } from '../../kit/ui/index.ts'
import type { Connector, Site } from './types.ts'

/** One connector as a card: what it does, for whom, how much, and why not more. */
export const PlugCard = memo(function PlugCard(props: {
  readonly connector: Connector
  readonly site: Site
  readonly away: boolean
}): ReactNode {
  const { connector, site, away } = props
  const { language } = useWords()
  const idle = connector.sessionId === null
  // Without a session the last reading is that of the car before.
  const power = powerParts(idle && connector.status !== 'charging' ? null : connector.powerW, language)
  return (
    <article className="card plug" data-tone={lookOf('connector', connector.status).tone} data-idle={idle}>
      <div className="top">
        <Link to="/operator/chargers/$chargerId" params={{ chargerId: connector.chargerId }}>
          {connector.id}
        </Link>
        <StatePill family="connector" state={connector.status} />
      </div>
      <div className="now">
        <span className={away ? 'kw old' : 'kw'}>
          {power.value}
          <small>{power.unit}</small>
        </span>
        <span className="quiet small">
          {wordFor('plugType', connector.type)} · {formatPower(connector.maxPowerW, language)}
        </span>
      </div>
      <Parts connector={connector} currency={site.currency} />
      <Why connector={connector} site={site} away={away} />
    </article>
  )
})

function Parts({ connector, currency }: { connector: Connector; currency: string }): ReactNode {
  const { say, language } = useWords()
  const { sessionId, tokenUid, energyWh, costMinor, socPercent } = connector
  if (sessionId === null)
    return connector.errorCode === null ? null : <span className="small">{connector.errorCode}</span>
  return (
    <div className="parts">
      {tokenUid !== null && (
        <span className="row clip" title={say('plug.token')}>
          <Icon name="card" size={14} />
          <Link to="/operator/sessions/$sessionId" params={{ sessionId }}>
            {tokenUid}
          </Link>
        </span>
      )}
      {socPercent !== null && (
        <span title={say('plug.battery')}>
          <Icon name="car" size={14} /> {Math.round(socPercent)} %
        </span>
      )}
      <span>{formatEnergy(energyWh, language)}</span>
      {costMinor !== null && (
        <span title={say('state.provisionalWhy')}>
          {formatMoney({ currency, amountMinor: costMinor }, language)}{' '}
          <span className="quiet">{say('plug.soFar')}</span>
        </span>
      )}
    </div>
  )
}

function Why({ connector, site, away }: { connector: Connector; site: Site; away: boolean }): ReactNode {
  const { say, language } = useWords()
  const { limitW, limitReason, updatedAt } = connector
  return (
    <div className="why">
      {limitW === null ? (
        <span className="quiet">{say('plug.noLimit')}</span>
      ) : (
        <>
          <strong>{say('plug.upTo', { power: formatPower(limitW, language) })}</strong>
          {limitReason !== null && <> · {reasonText(limitReason, language)}</>}
        </>
      )}
      {away && (
        <div className="old">
          {say('state.stale', { time: formatTime(updatedAt, 'minute', language, site.timeZone) })}
        </div>
      )}
    </div>
  )
}
