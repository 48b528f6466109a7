import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { partyText, useWords, wordFor } from '../../kit/text.ts'
import { Asked, Empty, Icon, Note, Refusal, StatePill } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'
import { useSiteNames } from '../parts/use-zones.ts'
import { PlanForm } from './plan-form.tsx'
import { planWhy } from './plan-why.ts'
import type { Plan } from './types.ts'

/** Runs that make themselves: for whom, how often, what is next and what keeps one. */
export function Plans(): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const isAdmin = me?.isAdmin === true
  const plans = useApi('GET /settlements/schedules')
  const [form, setForm] = useState<Plan | 'new' | null>(null)
  return (
    <Card
      title={say('plan.title')}
      more={
        isAdmin && (
          <Button icon={<Icon name="plus" size={15} />} onClick={() => setForm('new')}>
            {say('plan.add')}
          </Button>
        )
      }
    >
      <Asked of={plans} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="clock" title={say('plan.none')}>
              <p>{say(me && !isAdmin ? 'plan.onlyAdmin' : 'plan.noneHow')}</p>
            </Empty>
          ) : (
            <>
              <ul className="plans">
                {items.map((plan) => (
                  <One key={plan.id} plan={plan} change={isAdmin ? () => setForm(plan) : null} />
                ))}
              </ul>
              {me && !isAdmin && <p className="quiet small">{say('plan.onlyAdmin')}</p>}
            </>
          )
        }
      </Asked>
      {form !== null && <PlanForm plan={form === 'new' ? null : form} close={() => setForm(null)} />}
    </Card>
  )
}

const stateOf = ({ active, problem }: Plan): string =>
  active ? (problem === null ? 'active' : 'waits') : 'stopped'

function One({ plan, change }: { plan: Plan; change: (() => void) | null }): ReactNode {
  const { say } = useWords()
  const nameOf = useSiteNames()
  const zone = plan.siteId === null ? plan.timeZone : nameOf(plan.siteId)
  const facts = [
    wordFor('period', plan.period),
    zone,
    `${say('plan.heldBack')} ${plan.holdBackPercent} %`,
    ...(plan.closes ? [say('plan.closesShort')] : []),
    ...(plan.pays ? [say('plan.paysShort')] : [])
  ]
  return (
    <li className="stack">
      <div className="spread">
        <span className="row">
          <strong>{plan.id}</strong>
          <StatePill family="planState" state={stateOf(plan)} />
        </span>
        {change && (
          <span className="row">
            <Button size="small" onClick={change}>
              {say('plan.change')}
            </Button>
            <OnOff plan={plan} />
          </span>
        )}
      </div>
      <p className="small">
        {plan.parties.length === 0 ? say('plan.everybody') : plan.parties.map(partyText).join(', ')}
        {plan.active &&
          ` · ${say('plan.next', { date: plan.nextDate, period: wordFor('period', plan.period) })}`}
      </p>
      <p className="quiet small">{facts.join(' · ')}</p>
      {plan.problem !== null && (
        <Note tone="wait" icon="clock">
          {planWhy(plan.problem, say)}
        </Note>
      )}
    </li>
  )
}

/** Stopping says first what it means; going on needs no question. */
function OnOff({ plan }: { plan: Plan }): ReactNode {
  const { say } = useWords()
  const [asked, setAsked] = useState(false)
  const deed = useDeed('PUT /settlements/schedules/{id}', ['GET /settlements/schedules'])
  const { id, nextDate, problem: _problem, ...rest } = plan
  const set = (active: boolean) =>
    deed.mutate(
      { path: { id }, body: { ...rest, active, from: nextDate } },
      { onSuccess: () => setAsked(false) }
    )
  if (!plan.active)
    return (
      <>
        <Button size="small" loading={deed.isPending} onClick={() => set(true)}>
          {say('plan.go')}
        </Button>
        <Refusal problem={deed.error} />
      </>
    )
  return (
    <>
      <Button size="small" danger onClick={() => setAsked(true)}>
        {say('plan.stop')}
      </Button>
      {asked && (
        <Sure
          title={say('plan.stopTitle', { id })}
          deed={say('plan.stop')}
          danger
          busy={deed.isPending}
          problem={deed.error}
          go={() => set(false)}
          close={() => setAsked(false)}
        >
          <p>{say('plan.stopWhat')}</p>
        </Sure>
      )}
    </>
  )
}
