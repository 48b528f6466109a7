import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatPower, useWords, wordFor } from '../../kit/text.ts'
import { StatePill } from '../../kit/ui/index.ts'
import { connectorName, type Connector } from './sites.ts'

/** One connector to choose: number, plug, power, state. */
export function PlugRow({ connector }: { connector: Connector }): ReactNode {
  const { say, language } = useWords()
  return (
    <Link to="/driver/c/$connectorKey" params={{ connectorKey: connector.id }} className="plug-row">
      <span className="no">{connector.evseId}</span>
      <span>
        <strong>{connectorName(connector.id)}</strong>
        <span className="quiet">
          {wordFor('plugType', connector.type)} ·{' '}
          {say('driver.upTo', { power: formatPower(connector.maxPowerW, language) })}
        </span>
      </span>
      <StatePill family="connector" state={connector.status} />
    </Link>
  )
}
