import { Button, Input, InputNumber } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { useWords, viewerZone, wallInstant } from '../../kit/text.ts'
import { Refusal } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { useHomeZone } from '../parts/use-zones.ts'

type Draft = {
  readonly code: string
  readonly name: string
  readonly times: number | null
  readonly from: string
  readonly until: string
}
const empty: Draft = { code: '', name: '', times: 100, from: '', until: '' }
const isCode = (text: string): boolean => /^[\w -]{3,40}$/.test(text)

/** Borders are typed by the clock of the sites; none: it begins at once and has no end. */
const instantOf = (wall: string, zone: string): string | null => {
  const at = wall === '' ? null : wallInstant(wall, zone)
  return at === null ? null : new Date(at).toISOString()
}

export function NewCoupon(): ReactNode {
  const { say } = useWords()
  const zone = useHomeZone() ?? viewerZone()
  const [draft, setDraft] = useState(empty)
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const deed = useDeed('POST /coupons', ['GET /coupons'])
  const { code, name, times, from, until } = draft
  const isOdd = from !== '' && until !== '' && until <= from
  const make = () => {
    if (times === null) return
    const borders = { validFrom: instantOf(from, zone), validUntil: instantOf(until, zone) }
    deed.mutate(
      { body: { code: code.trim(), name: name.trim(), mostUses: times, ...borders } },
      { onSuccess: () => setDraft(empty) }
    )
  }
  return (
    <Card title={say('coupon.new')}>
      <div className="stack">
        <Names draft={draft} set={set} />
        <Borders draft={draft} set={set} zone={zone} isOdd={isOdd} />
        <Button
          type="primary"
          loading={deed.isPending}
          disabled={!isCode(code.trim()) || name.trim() === '' || times === null || isOdd}
          onClick={make}
        >
          {say('coupon.make')}
        </Button>
        <Refusal problem={deed.error} />
      </div>
    </Card>
  )
}

type Part = { readonly draft: Draft; readonly set: (change: Partial<Draft>) => void }

function Names({ draft, set }: Part): ReactNode {
  const { say } = useWords()
  return (
    <>
      <label className="field">
        <span>{say('coupon.code')}</span>
        <Input
          value={draft.code}
          maxLength={40}
          autoComplete="off"
          onChange={({ target }) => set({ code: target.value.toUpperCase() })}
        />
        <span className="hint">{say('coupon.codeHow')}</span>
      </label>
      <label className="field">
        <span>{say('coupon.name')}</span>
        <Input value={draft.name} maxLength={60} onChange={({ target }) => set({ name: target.value })} />
        <span className="hint">{say('coupon.nameHow')}</span>
      </label>
      <label className="field">
        <span>{say('coupon.times')}</span>
        <InputNumber
          min={1}
          max={1_000_000}
          precision={0}
          value={draft.times}
          onChange={(times) => set({ times })}
          style={{ width: '100%' }}
        />
        <span className="hint">{say('coupon.timesHow')}</span>
      </label>
    </>
  )
}

function Borders({ draft, set, zone, isOdd }: Part & { zone: string; isOdd: boolean }): ReactNode {
  const { say } = useWords()
  return (
    <>
      {(['from', 'until'] as const).map((border) => (
        <label key={border} className="field">
          <span>{say(`coupon.${border}`)}</span>
          <Input
            type="datetime-local"
            value={draft[border]}
            {...(border === 'until' && isOdd ? { status: 'error' as const, 'aria-invalid': true } : {})}
            onChange={({ target }) => set({ [border]: target.value })}
          />
        </label>
      ))}
      <p className="quiet small">{say('coupon.byClock', { zone })}</p>
    </>
  )
}
