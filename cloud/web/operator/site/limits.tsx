import { App, Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { formatPower, formatTime, reasonText, useWords } from '../../kit/text.ts'
import { Asked, Icon, Refusal } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { useAllocation } from '../parts/use-power.ts'
import { NewLimit } from './new-limit.tsx'
import { sourceName } from './power/picture.ts'
import type { Site } from './types.ts'

type Limit = {
  readonly source: string
  readonly limitW?: number | undefined
  readonly limitA?: readonly number[] | undefined
  readonly exportLimitW?: number | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly reason: string
}

export const contract = 'contract' // The grid connection's own: it is changed with the site, not lifted.

/** Every limit that is in force, from whom, until when; the lowest one holds. Ours can be set and lifted here. */
export function LimitsCard({ site }: { site: Site }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  const limits = useApi('GET /sites/{id}/limits', { path: { id: site.id } }, { everyMs: 10_000 })
  const atEdge = useAllocation(site.id)?.allocation.limits ?? []
  return (
    <Card
      title={say('limits.title')}
      more={
        <Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => setOpen(true)}>
          {say('limits.add')}
        </Button>
      }
    >
      <Asked of={limits} lines={3}>
        {({ items }) => {
          const ours = new Set(items.map(({ source }) => source))
          return (
            <ul className="stack">
              {items.map((limit) => (
                <Row key={limit.source} site={site} limit={limit} ours />
              ))}
              {atEdge
                .filter(({ source }) => !ours.has(source))
                .map((limit) => (
                  <Row key={limit.source} site={site} limit={limit} ours={false} />
                ))}
            </ul>
          )
        }}
      </Asked>
      <NewLimit site={site} open={open} close={() => setOpen(false)} />
    </Card>
  )
}

function Row({ site, limit, ours }: { site: Site; limit: Limit; ours: boolean }): ReactNode {
  const { say, language } = useWords()
  const time = (instant: string) => formatTime(instant, 'short', language, site.timeZone)
  return (
    <li className="spread">
      <div>
        <strong>
          {[
            ...(limit.limitW === undefined ? [] : [formatPower(limit.limitW, language)]),
            ...(limit.limitA === undefined ? [] : [`${limit.limitA.join(' / ')} A`]),
            ...(limit.exportLimitW === undefined
              ? []
              : [say('power.feedIn', { power: formatPower(limit.exportLimitW, language) })])
          ].join(' · ')}
        </strong>{' '}
        <span className="quiet small">{sourceName(limit.source)}</span>
        <div className="small quiet">
          {reasonText(limit.reason, language)}
          {limit.from !== undefined && ` · ${say('limits.from', { time: time(limit.from) })}`}
          {limit.until !== undefined && ` · ${say('limits.until', { time: time(limit.until) })}`}
        </div>
      </div>
      {ours && limit.source !== contract && <Lift site={site} limit={limit} />}
    </li>
  )
}

/** Takes a limit away: says what that does, asks once. */
export function Lift({ site, limit }: { site: Site; limit: Pick<Limit, 'source'> }): ReactNode {
  const { say } = useWords()
  const { modal } = App.useApp()
  const lift = useDeed('DELETE /sites/{id}/limits/{source}', [
    'GET /sites/{id}/limits',
    'GET /sites/{id}/power/picture'
  ])
  const ask = () => {
    void modal.confirm({
      title: say('limits.liftTitle', { source: sourceName(limit.source) }),
      content: say('limits.liftWhy'),
      okText: say('limits.lift'),
      onOk: async () => await lift.mutateAsync({ path: { id: site.id, source: limit.source } })
    })
  }
  return (
    <div>
      <Button size="small" loading={lift.isPending} onClick={ask}>
        {say('limits.lift')}
      </Button>
      <Refusal problem={lift.error} />
    </div>
  )
}
