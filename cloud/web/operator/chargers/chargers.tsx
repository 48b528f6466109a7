import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi } from '../../kit/api/index.ts'
import { formatPower, formatTime, useWords, wordFor } from '../../kit/text.ts'
import { Asked, Empty, Icon, StatePill } from '../../kit/ui/index.ts'
import { Card, Head, Sheet } from '../parts/parts.tsx'
import { AddCharger, type Draft } from './add-charger.tsx'

type Charger = Answer<'GET /chargers'>['items'][number]
type Connectors = Answer<'GET /connectors'>['items']
type Unclaimed = Answer<'GET /unclaimed'>['items'][number]

/** Every charger, and those that knock without anybody having claimed them. */
export function Chargers(): ReactNode {
  const { say } = useWords()
  const [draft, setDraft] = useState<Draft | null>(null)
  const chargers = useApi('GET /chargers', { query: { limit: 500 } })
  const connectors = useApi('GET /connectors', { query: { limit: 500 } })
  const add = () => setDraft({})
  return (
    <>
      <Head title={say('nav.chargers')}>
        <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={add}>
          {say('chargers.add')}
        </Button>
      </Head>
      <UnclaimedCard claim={setDraft} />
      <Asked of={chargers}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="plug" title={say('chargers.none')}>
              <p>{say('chargers.noneHow')}</p>
            </Empty>
          ) : (
            <List chargers={items} connectors={connectors.data?.items ?? []} />
          )
        }
      </Asked>
      {draft && <AddCharger draft={draft} close={() => setDraft(null)} />}
    </>
  )
}

function List({ chargers, connectors }: { chargers: readonly Charger[]; connectors: Connectors }): ReactNode {
  const { say, language } = useWords()
  return (
    <Sheet
      label={say('nav.chargers')}
      heads={[
        { name: say('chargers.id') },
        { name: say('chargers.site') },
        { name: say('chargers.protocol') },
        { name: say('chargers.power'), num: true },
        { name: say('chargers.states') }
      ]}
    >
      <tbody>
        {chargers.map((charger) => (
          <tr key={charger.id}>
            <td>
              <Link to="/operator/chargers/$chargerId" params={{ chargerId: charger.id }}>
                {charger.id}
              </Link>
              {charger.identity !== charger.id && <div className="quiet small">{charger.identity}</div>}
            </td>
            <td>{charger.siteId}</td>
            <td>{charger.protocol}</td>
            <td className="num">{formatPower(powerOf(charger), language)}</td>
            <td>
              <span className="row">
                {connectors
                  .filter(({ chargerId }) => chargerId === charger.id)
                  .map(({ id, status }) => (
                    <StatePill key={id} family="connector" state={status} />
                  ))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

/** Each EVSE gives one car its power, so the largest connector of each counts. */
const powerOf = ({ evses }: Charger): number =>
  evses.reduce((sum, { connectors }) => sum + Math.max(0, ...connectors.map(({ maxPowerW }) => maxPowerW)), 0)

function UnclaimedCard({ claim }: { claim: (draft: Draft) => void }): ReactNode {
  const { say } = useWords()
  const unclaimed = useApi('GET /unclaimed', { query: { limit: 100 } }, { everyMs: 10_000 })
  const items = unclaimed.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Card title={say('unclaimed.title')}>
      <p className="quiet small">{say('unclaimed.why')}</p>
      <ul>
        {items.map((each) => (
          <UnclaimedRow key={`${each.siteId} ${each.identity}`} each={each} claim={claim} />
        ))}
      </ul>
    </Card>
  )
}

function UnclaimedRow({ each, claim }: { each: Unclaimed; claim: (draft: Draft) => void }): ReactNode {
  const { say, language } = useWords()
  const says = Object.entries(each.says ?? {})
  return (
    <li className="alarm">
      <Icon name="plug" />
      <div>
        <strong>{each.identity}</strong> <span className="quiet">{each.protocol}</span>
        <div className="small quiet">
          {say('unclaimed.from', { address: each.address, time: formatTime(each.lastAt, 'short', language) })}
        </div>
        {says.length > 0 && (
          <div className="small">
            {says.map(([name, value]) => `${wordFor('says', name)}: ${value}`).join(' · ')}
          </div>
        )}
      </div>
      <Button
        onClick={() => claim({ identity: each.identity, siteId: each.siteId, protocol: each.protocol })}
      >
        {say('unclaimed.claim')}
      </Button>
    </li>
  )
}
