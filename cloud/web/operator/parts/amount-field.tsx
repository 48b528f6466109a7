import { Input } from 'antd'
import { useId, type ReactNode } from 'react'

/** An amount as a person types it, with its currency and what is allowed. */
export function AmountField(props: {
  readonly name: string
  readonly how?: string
  readonly currency: string
  readonly text: string
  readonly wrong: boolean
  readonly change: (text: string) => void
}): ReactNode {
  const hint = useId()
  return (
    <label className="field">
      <span>{props.name}</span>
      <Input
        inputMode="decimal"
        value={props.text}
        suffix={props.currency}
        aria-describedby={hint}
        aria-invalid={props.wrong}
        {...(props.wrong ? { status: 'error' as const } : {})}
        onChange={({ target }) => props.change(target.value)}
      />
      <span id={hint} className="hint">
        {props.how}
      </span>
    </label>
  )
}
