/** What a provider knows of one payment, in our words. `absent`: it has never heard of it. */
export type Known =
  | { readonly state: 'absent' }
  | {
      readonly state: 'authorised' | 'declined' | 'captured' | 'voided' | 'expired'
      readonly reference: string
      readonly currency: string
      readonly amountMinor: number
      readonly capturedMinor: number
      readonly expiresAt: string | null
      readonly declineCode: string | null
      readonly refundReferences: readonly string[]
    }

/**
 * Answer of an act. `refused`: it said no, for good. `unknown`: no answer, or none that can be understood; what
 * happened is known only by asking.
 */
export type Acted =
  | { readonly kind: 'done'; readonly known: Known }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string }

/** A webhook that is proven genuine: it names a payment, and nothing in it is believed before it is asked for. */
export type Hint = { readonly eventId: string; readonly paymentReference: string }

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** Our id of a payment at the provider, readable back to tenant and payment. */
export type Order = {
  readonly reference: string
  readonly method: string
  readonly currency: string
  readonly amountMinor: number
}

/** A payment provider. Each act carries an idempotency key; repeating it with the same key is harmless. */
export type Provider = {
  readonly name: string
  authorise(key: string, order: Order): Promise<Acted>
  /** Takes a part of the hold and lets the rest go. */
  capture(key: string, reference: string, amountMinor: number): Promise<Acted>
  void(key: string, reference: string): Promise<Acted>
  refund(key: string, reference: string, refund: { id: string; amountMinor: number }): Promise<Acted>
  /** By our own reference. @returns null when there was no answer */
  query(orderReference: string): Promise<Known | null>
  /** @returns undefined when the signature, its age or its form is wrong */
  parseEvent(rawBody: string, headers: Headers, nowMs: number): Hint | undefined
}
