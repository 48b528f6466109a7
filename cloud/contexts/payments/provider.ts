/** What the payer still has to do: scan, follow a link, or let the app hand a text to the provider's own. */
export type Action = { readonly kind: 'qr' | 'redirect' | 'app'; readonly value: string }

/** What a provider knows of one payment, in our words. `absent`: it has never heard of it. */
export type Known =
  | { readonly state: 'absent' }
  | {
      readonly state: 'pending' | 'authorised' | 'capturing' | 'captured' | 'declined' | 'voided' | 'expired'
      readonly reference: string
      readonly currency: string
      readonly amountMinor: number
      readonly capturedMinor: number
      readonly expiresAt: string | null
      readonly declineCode: string | null
      readonly refundReferences: readonly string[]
      readonly action: Action | null
    }
export type Found = Exclude<Known, { state: 'absent' }>

/**
 * Answer of an act. `refused`: it said no, for good. `unknown`: no answer, or none that can be understood; what
 * happened is known only by asking.
 */
export type Acted =
  | { readonly kind: 'done'; readonly known: Known }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string }

/**
 * An event that is proven genuine: it names a payment, and nothing in it is believed before it is asked for.
 * `paymentReference`: our own, with or without the tenant before it. `claims`: what it says of the held amount.
 */
export type Hint = {
  readonly eventId: string
  readonly paymentReference: string
  readonly claims: { readonly currency: string; readonly amountMinor: number } | null
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

export type Order = {
  readonly reference: string // `{tenant}.{payment's uuid}`
  readonly method: string // The provider's token of the payer or of the card; never a card number.
  readonly currency: string
  readonly amountMinor: number
}

/** A payment as we know it when we ask something of its provider. */
export type Held = Order & {
  readonly providerReference: string | null
  readonly createdAtMs: number
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly refundIds: readonly string[]
}

export type Refund = { readonly id: string; readonly amountMinor: number }
export type Taking = { readonly amountMinor: number; readonly final: boolean }

/** What a channel can do; `null` where it sets no bound. */
export type Capabilities = {
  readonly currencies: readonly string[] | null
  readonly maxHoldMs: number | null
  readonly partialCapture: boolean
  readonly multiCapture: boolean
  readonly increase: boolean
  readonly refundWindowMs: number | null
}

/** A payment provider. Each act carries an idempotency key; repeating it with the same key is harmless. */
export type Provider = {
  readonly name: string
  readonly capabilities: Capabilities
  authorise(key: string, order: Order): Promise<Acted>
  /** Raises what is held to this total. Only where `capabilities.increase`. */
  increase?(key: string, held: Held, totalMinor: number): Promise<Acted>
  /** Takes a part of the hold; `final` lets the rest go. */
  capture(key: string, held: Held, taking: Taking): Promise<Acted>
  void(key: string, held: Held): Promise<Acted>
  refund(key: string, held: Held, refund: Refund): Promise<Acted>
  /** @returns null when there was no answer */
  query(held: Held): Promise<Known | null>
  /** @returns undefined when signature, age, form or addressee is wrong */
  parseEvent(rawBytes: Uint8Array, headers: Headers, nowMs: number): Hint | undefined
  /** What the provider wants to hear when an event was taken. */
  readonly taken: { readonly status: number; readonly type: string; readonly text: string }
}
