import { useState, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { Icon, Note, Refusal } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'

/** A code that was asked for at this connector and may be brought; null: none. */
export type Coupon = {
  readonly code: string | null
  readonly field: ReactNode
}

/** A coupon is looked at before the start, so that a wrong one is known before money is held. */
export function useCoupon(connectorKey: string): Coupon {
  const [typed, setTyped] = useState('')
  const [asked, ask] = useState<string | null>(null)
  const { data, error, isFetching } = useApi(
    'GET /connectors/{id}/quote',
    { path: { id: connectorKey }, query: { coupon: asked ?? '' } },
    { enabled: asked !== null }
  )
  const taken = asked === null ? null : (data?.coupon ?? null)
  const field = (
    <CouponField
      typed={typed}
      taken={taken}
      busy={isFetching}
      problem={asked === null ? null : error}
      change={(text) => {
        setTyped(text)
        ask(null)
      }}
      ask={() => ask(typed.trim() === '' ? null : typed.trim())}
    />
  )
  return { code: taken === null ? null : asked, field }
}

type Props = {
  readonly typed: string
  readonly taken: string | null
  readonly busy: boolean
  readonly problem: Parameters<typeof Refusal>[0]['problem']
  readonly change: (text: string) => void
  readonly ask: () => void
}

function CouponField({ typed, taken, busy, problem, change, ask }: Props): ReactNode {
  const { say } = useWords()
  return (
    <form
      className="wish"
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <label>
        <span>{say('driver.coupon')}</span>
        <input
          value={typed}
          autoCapitalize="characters"
          autoComplete="off"
          maxLength={60}
          onChange={({ target }) => change(target.value)}
        />
      </label>
      <button type="submit" className="btn" disabled={busy || typed.trim() === '' || taken !== null}>
        <Icon name="check" /> {say('driver.couponUse')}
      </button>
      {taken !== null && (
        <Note tone="free" icon="check">
          {say('driver.couponTaken', { name: taken })}
        </Note>
      )}
      <Refusal problem={problem} />
    </form>
  )
}
