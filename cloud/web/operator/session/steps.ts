import type { Money } from '../../kit/text.ts'

/** One line of a session's story. `money` and `code` are put into words by the page. */
export type Step = {
  readonly at: string
  readonly kind:
    | 'requested'
    | 'held'
    | 'started'
    | 'ended'
    | 'failed'
    | 'review'
    | 'resolved'
    | 'billed'
    | 'payment'
  readonly code?: string
  readonly detail?: string
  readonly money?: Money
}

type Told = {
  readonly session: {
    readonly createdAt: string
    readonly driverId: string | null
    readonly tokenUid: string | null
    readonly startedAt: string | null
    readonly endedAt: string | null
    readonly stopReason: string | null
    readonly status: string
    readonly failure: { readonly code: string; readonly detail: string } | null
  }
  readonly payments: readonly { readonly createdAt: string; readonly status: string; readonly held: Money }[]
  readonly reviews: readonly {
    readonly raisedAt: string
    readonly reason: string
    readonly detail: string
    readonly resolvedAt: string | null
    readonly note: string | null
  }[]
  readonly bill: { readonly issuedAt: string; readonly number: string; readonly total: Money } | null
}

/** What happened, from all that is known of a session, in the order of time; equal instants keep their cause first. */
export function stepsOf({ session, payments, reviews, bill }: Told): readonly Step[] {
  const steps: Step[] = []
  if (session.driverId !== null && payments.length > 0)
    steps.push({ at: session.createdAt, kind: 'requested' })
  for (const { createdAt, status, held } of payments)
    steps.push({ at: createdAt, kind: 'held', code: status, money: held })
  if (session.startedAt !== null)
    steps.push({ at: session.startedAt, kind: 'started', detail: session.tokenUid ?? '' })
  if (session.endedAt !== null)
    steps.push({ at: session.endedAt, kind: 'ended', code: session.stopReason ?? '' })
  if (session.failure)
    steps.push({ at: session.endedAt ?? session.createdAt, kind: 'failed', detail: session.failure.detail })
  for (const review of reviews) {
    steps.push({ at: review.raisedAt, kind: 'review', code: review.reason, detail: review.detail })
    if (review.resolvedAt !== null)
      steps.push({ at: review.resolvedAt, kind: 'resolved', detail: review.note ?? '' })
  }
  if (bill) steps.push({ at: bill.issuedAt, kind: 'billed', detail: bill.number, money: bill.total })
  return steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}
