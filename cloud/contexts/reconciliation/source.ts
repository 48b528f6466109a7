/** The port for providers' bills: whoever brings one keeps this. */

/** A row of a statement in our words. `orderReference` is what the provider calls our order. */
export type StatementRow = {
  readonly id: string
  readonly kind: 'capture' | 'refund'
  readonly orderReference: string
  readonly currency: string
  readonly amountMinor: number // Positive in the ordinary case, of refunds too.
  readonly at: string
  /** A refund of what a hold did not use, where the channel takes the whole of it first. */
  readonly endsHold?: true
}

/** What a provider says of one order now; `absent`: it has never heard of it. */
export type Confirmed =
  | { readonly state: 'absent' | 'open' | 'ended' }
  | { readonly state: 'captured'; readonly currency: string; readonly amountMinor: number }

/** A provider whose statements can be downloaded; one adapter each, in the provider's own format. */
export type StatementSource = {
  readonly provider: string
  readonly timeZone: string // Whose midnight divides its days.
  /** @returns the file of a day as it came; null when there is none or no answer */
  download(date: string): Promise<string | null>
  /** @throws RangeError with line and field when the file is not in the provider's format */
  parse(file: string): readonly StatementRow[]
  /** @returns whose payment a row belongs to; undefined: none of ours; a null tenant: whoever knows the payment */
  ownerOf(
    orderReference: string
  ): { readonly tenantId: string | null; readonly paymentId: string } | undefined
  /** Asks for one order. @returns null when there was no answer */
  confirm(tenantId: string, paymentId: string): Promise<Confirmed | null>
  /** The channel takes a hold's money at once and gives back what was not used: what was captured is what it kept. */
  readonly takesFirst?: true
}
