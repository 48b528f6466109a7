import { Checkbox, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { pointed } from '../../kit/minor.ts'
import { useWords, wordFor } from '../../kit/text.ts'
import { Sure } from '../parts/sure.tsx'
import type { Plan } from './types.ts'

export const periods = ['day', 'week', 'month'] as const
const isName = (text: string): boolean => /^[a-z0-9-]{1,40}$/.test(text)
const isPercent = (text: string): boolean => /^\d{1,2}(\.\d{1,4})?$/.test(text)

type Draft = Omit<Plan, 'nextDate' | 'problem'> & { readonly from: string }

const today = (): string => new Date().toISOString().slice(0, 10)

const newDraft: Omit<Draft, 'siteId' | 'from'> = {
  id: '',
  period: 'month',
  parties: [],
  timeZone: 'UTC',
  holdBackPercent: '0',
  closes: true,
  pays: false,
  active: true
}

function draftOf(plan: Plan | null, firstSite: string | null): Draft {
  if (plan === null) return { ...newDraft, siteId: firstSite, from: today() }
  const { nextDate: from, problem: _problem, ...rest } = plan
  return { ...rest, from }
}

const isWhole = ({ id, holdBackPercent, from }: Draft): boolean =>
  isName(id) && isPercent(holdBackPercent) && from !== ''

type Part = { readonly draft: Draft; readonly set: (change: Partial<Draft>) => void }

/** A schedule as an administrator sets it: for whom, how often, from when, and how far it goes by itself. */
export function PlanForm({ plan, close }: { plan: Plan | null; close: () => void }): ReactNode {
  const { say } = useWords()
  const sites = useApi('GET /sites', { query: { limit: 200 } }).data?.items ?? []
  // What nobody has touched follows what is there: a name typed before the sites are known must not mean UTC.
  const [wanted, setWanted] = useState<Partial<Draft>>({})
  const draft: Draft = { ...draftOf(plan, sites[0]?.id ?? null), ...wanted }
  const set = (change: Partial<Draft>) => setWanted((before) => ({ ...before, ...change }))
  const deed = useDeed('PUT /settlements/schedules/{id}', ['GET /settlements/schedules'])
  const { id, ...body } = draft
  return (
    <Sure
      title={say(plan === null ? 'plan.add' : 'plan.change')}
      deed={say('action.save')}
      busy={deed.isPending}
      ready={isWhole(draft)}
      problem={deed.error}
      go={() => deed.mutate({ path: { id }, body }, { onSuccess: close })}
      close={close}
    >
      {plan === null && <Name draft={draft} set={set} />}
      <Whom draft={draft} set={set} />
      <When draft={draft} set={set} sites={sites} begun={plan?.nextDate ?? null} />
      <HowFar draft={draft} set={set} />
    </Sure>
  )
}

function Name({ draft, set }: Part): ReactNode {
  const { say } = useWords()
  const wrong = draft.id !== '' && !isName(draft.id)
  return (
    <label className="field">
      <span>{say('plan.name')}</span>
      <Input
        value={draft.id}
        maxLength={40}
        aria-invalid={wrong}
        {...(wrong ? { status: 'error' as const } : {})}
        onChange={({ target }) => set({ id: target.value })}
      />
      <span className="hint">{say('plan.nameHow')}</span>
    </label>
  )
}

/** Parties are those of contracts; nobody named: whoever is left. */
function Whom({ draft, set }: Part): ReactNode {
  const { say } = useWords()
  const { data } = useApi('GET /ledger/contracts')
  const named = (data?.items ?? []).flatMap(({ shares }) => shares.map(({ party }) => party))
  const parties = [...new Set([...named, ...draft.parties])].toSorted()
  return (
    <label className="field">
      <span id="plan-parties">{say('plan.parties')}</span>
      <Select
        mode="multiple"
        aria-labelledby="plan-parties"
        placeholder={say('plan.everybody')}
        value={[...draft.parties]}
        onChange={(chosen: string[]) => set({ parties: chosen })}
        options={parties.map((party) => ({ value: party, label: party }))}
      />
    </label>
  )
}

type Site = { readonly id: string; readonly name: string; readonly timeZone: string }

function When(props: Part & { readonly sites: readonly Site[]; readonly begun: string | null }): ReactNode {
  const { draft, set, sites, begun } = props
  const { say } = useWords()
  const zones = [
    ...sites.map(({ id, name, timeZone }) => ({ value: id, label: `${name} (${timeZone})` })),
    { value: '', label: say('plan.utc') }
  ]
  return (
    <>
      <div className="pair-fields">
        <label className="field">
          <span id="plan-period">{say('plan.period')}</span>
          <Select
            aria-labelledby="plan-period"
            value={draft.period}
            onChange={(period) => set({ period })}
            options={periods.map((each) => ({ value: each, label: wordFor('period', each) }))}
          />
        </label>
        <label className="field">
          <span>{say('plan.from')}</span>
          <Input type="date" value={draft.from} onChange={({ target }) => set({ from: target.value })} />
        </label>
      </div>
      {begun !== null && <p className="quiet small">{say('plan.fromLater', { date: begun })}</p>}
      <label className="field">
        <span id="plan-site">{say('plan.site')}</span>
        <Select
          aria-labelledby="plan-site"
          value={draft.siteId ?? ''}
          onChange={(siteId: string) => set({ siteId: siteId === '' ? null : siteId })}
          options={zones}
        />
      </label>
    </>
  )
}

function HowFar({ draft, set }: Part): ReactNode {
  const { say } = useWords()
  const wrong = !isPercent(draft.holdBackPercent)
  return (
    <>
      <label className="field">
        <span>{say('plan.heldBack')}</span>
        <Input
          value={draft.holdBackPercent}
          suffix="%"
          inputMode="decimal"
          aria-invalid={wrong}
          {...(wrong ? { status: 'error' as const } : {})}
          onChange={({ target }) => set({ holdBackPercent: pointed(target.value) })}
        />
      </label>
      <Checkbox checked={draft.closes} onChange={({ target }) => set({ closes: target.checked })}>
        {say('plan.closes')}
      </Checkbox>
      <Checkbox checked={draft.pays} onChange={({ target }) => set({ pays: target.checked })}>
        {say('plan.pays')}
      </Checkbox>
    </>
  )
}
