import { minorDigits } from '@nova/shared-protocol/units'
import type { Hold, Outcome } from './accounts.ts'

/** A hold with the instant at which it was taken; holds of old journals have none, they count from their begin. */
type Booked = Hold & { readonly capturedAt?: string }

/** Notes when money was taken: a statement has it on that day. */
export function booked(outcome: Outcome, nowMs: number): Outcome {
  if (!('hold' in outcome) || outcome.hold.status !== 'captured') return outcome
  const hold: Booked = { capturedAt: new Date(nowMs).toISOString(), ...outcome.hold }
  return { ...outcome, hold }
}

type Entry = {
  readonly entry: string
  readonly kind: 'capture' | 'refund'
  readonly hold: Booked
  readonly amountMinor: number
  readonly at: string
}

function entriesOf(hold: Booked): Entry[] {
  const taken: Entry[] =
    hold.capturedMinor > 0
      ? [
          {
            entry: `${hold.id}/1`,
            kind: 'capture',
            hold,
            amountMinor: hold.capturedMinor,
            at: hold.capturedAt ?? hold.createdAt
          }
        ]
      : []
  const returned = hold.refunds.map(({ id, amountMinor, createdAt: at }): Entry => {
    return { entry: id, kind: 'refund', hold, amountMinor: 0 - amountMinor, at }
  })
  return [...taken, ...returned]
}

/** The statement of a day of UTC as merchants download it: CSV, decimal amounts, refunds negative. */
export function statementCsv(holds: readonly Hold[], date: string): string {
  const lines = holds
    .flatMap((hold) => entriesOf(hold))
    .filter(({ at }) => at.startsWith(date))
    .map(({ entry, kind, hold, amountMinor, at }) =>
      [entry, kind, hold.reference, hold.currency, decimal(amountMinor, hold.currency), at]
        .map(quoted)
        .join(',')
    )
  return ['entry,kind,order,currency,amount,booked', ...lines, ''].join('\r\n')
}

function decimal(amountMinor: number, currency: string): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return amountMinor < 0 ? `-${whole}` : whole
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
