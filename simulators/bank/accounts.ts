/** Money a card's bank has promised to a merchant. Amounts are whole minor units. */
export type Hold = {
  readonly id: string
  readonly reference: string // The merchant's own id of the payment.
  readonly method: string
  readonly currency: string
  readonly amountMinor: number
  readonly status: 'authorised' | 'declined' | 'captured' | 'voided' | 'expired'
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly declineCode: string | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly refunds: readonly Refund[]
}

export type Refund = {
  readonly id: string
  readonly reference: string
  readonly amountMinor: number
  readonly createdAt: string
}

export type Refusal = { readonly status: number; readonly code: string; readonly detail: string }
export type Outcome = { readonly hold: Hold; readonly event: string } | { readonly refusal: Refusal }

export type Wanted = {
  readonly id: string
  readonly reference: string
  readonly method: string
  readonly currency: string
  readonly amountMinor: number
}

const refuse = (status: number, code: string, detail: string): Outcome => ({
  refusal: { status, code, detail }
})

/** Methods with a meaning: `card-declined`, `card-stolen`, `card-limit-5000` (minor units); all others pay. */
function declineOf({ method, amountMinor }: Wanted): string | null {
  if (method === 'card-declined') return 'insufficient-funds'
  if (method === 'card-stolen') return 'card-blocked'
  const limit = /^card-limit-(\d{1,9})$/.exec(method)?.[1]
  return limit !== undefined && amountMinor > Number(limit) ? 'insufficient-funds' : null
}

export function authorise(wanted: Wanted, { now, holdMs }: { now: number; holdMs: number }): Outcome {
  const declineCode = declineOf(wanted)
  const hold: Hold = {
    ...wanted,
    status: declineCode === null ? 'authorised' : 'declined',
    capturedMinor: 0,
    refundedMinor: 0,
    declineCode,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + holdMs).toISOString(),
    refunds: []
  }
  return { hold, event: `hold.${hold.status}` }
}

/** Takes a part or all of a hold; what is left of it is free again. */
export function capture(hold: Hold, amountMinor: number): Outcome {
  if (hold.status !== 'authorised') return refuse(409, 'hold-not-open', `the hold is ${hold.status}`)
  if (amountMinor > hold.amountMinor) return refuse(422, 'exceeds-hold', `only ${hold.amountMinor} are held`)
  return { hold: { ...hold, status: 'captured', capturedMinor: amountMinor }, event: 'hold.captured' }
}

/** Raises what is held to a new total; a card with a limit may say no, and then the first hold stands. */
export function increase(hold: Hold, amountMinor: number): Outcome {
  if (hold.status !== 'authorised') return refuse(409, 'hold-not-open', `the hold is ${hold.status}`)
  if (amountMinor <= hold.amountMinor)
    return refuse(422, 'not-an-increase', `${hold.amountMinor} are held already`)
  const declineCode = declineOf({ ...hold, amountMinor })
  if (declineCode !== null) return refuse(402, declineCode, 'the card does not carry more')
  return { hold: { ...hold, amountMinor }, event: 'hold.authorised' }
}

export function voidHold(hold: Hold): Outcome {
  if (hold.status !== 'authorised') return refuse(409, 'hold-not-open', `the hold is ${hold.status}`)
  return { hold: { ...hold, status: 'voided' }, event: 'hold.voided' }
}

export function refund(hold: Hold, wanted: Refund): Outcome {
  if (hold.status !== 'captured') return refuse(409, 'nothing-captured', `the hold is ${hold.status}`)
  const left = hold.capturedMinor - hold.refundedMinor
  if (wanted.amountMinor > left) return refuse(422, 'exceeds-capture', `only ${left} can be refunded`)
  return {
    hold: {
      ...hold,
      refundedMinor: hold.refundedMinor + wanted.amountMinor,
      refunds: [...hold.refunds, wanted]
    },
    event: 'refund.done'
  }
}

/** A hold that nobody took in time is free again. */
export function aged(hold: Hold, now: number): Hold {
  return hold.status === 'authorised' && Date.parse(hold.expiresAt) <= now
    ? { ...hold, status: 'expired' }
    : hold
}
