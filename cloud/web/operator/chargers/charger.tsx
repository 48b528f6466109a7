import { QRCodeSVG } from 'qrcode.react'
import type { ReactNode } from 'react'
import { type Answer, useApi, useParam } from '../../kit/api/index.ts'
import { Asked } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'
import { CommandTable } from '../commands/command-table.tsx'
import { SendCommand } from '../commands/send.tsx'
import { Card, Head } from '../parts/parts.tsx'
import { PlugCard } from '../site/plug-card.tsx'

type Charger = Answer<'GET /chargers/{id}'>

/** One charger: its connectors now, what can be asked of it, what was asked, and its codes for drivers. */
export function ChargerPage(): ReactNode {
  const chargerId = useParam('chargerId')
  const charger = useApi('GET /chargers/{id}', { path: { id: chargerId } })
  return <Asked of={charger}>{(found) => <Whole charger={found} />}</Asked>
}

function Whole({ charger }: { charger: Charger }): ReactNode {
  const { say } = useWords()
  const connectors = useApi('GET /connectors', { query: { siteId: charger.siteId, limit: 500 } })
  const site = useApi('GET /sites/{id}', { path: { id: charger.siteId } })
  const commands = useApi('GET /chargers/{id}/commands', { path: { id: charger.id }, query: { limit: 20 } })
  const mine = connectors.data?.items.filter(({ chargerId }) => chargerId === charger.id) ?? []
  return (
    <>
      <Head title={charger.id} up={{ to: '/operator/chargers', name: say('nav.chargers') }} />
      {site.data && (
        <ul className="plugs">
          {mine.map((connector) => (
            <li key={connector.id}>
              <PlugCard connector={connector} site={site.data} away={false} />
            </li>
          ))}
        </ul>
      )}
      <div className="two">
        <Card title={say('command.title')}>
          <SendCommand key={mine.length} chargerId={charger.id} connectors={mine.map(({ id }) => id)} />
        </Card>
        <div className="stack">
          <About charger={charger} />
          <Codes keys={mine.map(({ id }) => id)} />
        </div>
      </div>
      <h2>{say('command.before')}</h2>
      <Asked of={commands}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{say('command.none')}</p>
          ) : (
            <CommandTable commands={items} />
          )
        }
      </Asked>
    </>
  )
}

function About({ charger }: { charger: Charger }): ReactNode {
  const { say } = useWords()
  const rows = [
    [say('chargers.identity'), charger.identity],
    [say('chargers.protocol'), charger.protocol],
    [say('chargers.site'), charger.siteId],
    [say('chargers.security'), say('chargers.profile', { profile: charger.security.profile })]
  ] as const
  return (
    <Card title={say('chargers.about')}>
      <dl className="def">
        {rows.map(([name, value]) => (
          <Pair key={name} name={name} value={value} />
        ))}
      </dl>
    </Card>
  )
}

const Pair = ({ name, value }: { name: string; value: string }): ReactNode => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
)

function Codes({ keys }: { keys: readonly string[] }): ReactNode {
  const { say } = useWords()
  return (
    <Card title={say('chargers.codes')}>
      <p className="quiet small">{say('chargers.codesWhy')}</p>
      <div className="row">
        {keys.map((key) => (
          <figure key={key} style={{ textAlign: 'center' }}>
            <span style={{ background: '#fff', padding: 8, borderRadius: 10, display: 'inline-block' }}>
              <QRCodeSVG value={`${location.origin}/driver/c/${key}`} size={96} title={key} />
            </span>
            <figcaption className="mono">{key}</figcaption>
          </figure>
        ))}
      </div>
    </Card>
  )
}
