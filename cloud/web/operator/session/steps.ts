import type { Money } from '../../kit/text.ts'

/** One line of a session's story. `money` and `code` are put into words by the page. */
export type Step = {
  readonly at: string
  readonly kind: 'requested' | 'held' | 'started' | 'ended' | 'failed' | 'review' | 'resolved' | 'billed'

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
export function stepsOf(told: Told): readonly Step[] {
  return [...orderSteps(told), ...sessionSteps(told), ...reviewSteps(told), ...billSteps(told)].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at)
  )
}

function orderSteps({ session, payments }: Told): readonly Step[] {
  const asked = session.driverId !== null && payments.length > 0
  return [
    ...(asked ? [{ at: session.createdAt, kind: 'requested' as const }] : []),
    ...payments.map(({ createdAt, status, held }) => ({
      at: createdAt,
      kind: 'held' as const,
      code: status,
      money: held
    }))
  ]
}

function sessionSteps({ session }: Told): readonly Step[] {
  const { startedAt, endedAt, failure } = session
  const steps: Step[] = []
  if (startedAt !== null) steps.push({ at: startedAt, kind: 'started', detail: session.tokenUid ?? '' })
  if (endedAt !== null) steps.push({ at: endedAt, kind: 'ended', code: session.stopReason ?? '' })
  if (failure) steps.push({ at: endedAt ?? session.createdAt, kind: 'failed', detail: failure.detail })
  return steps
}

const reviewSteps = ({ reviews }: Told): readonly Step[] =>
  reviews.flatMap(({ raisedAt, reason, detail, resolvedAt, note }) => [
    { at: raisedAt, kind: 'review' as const, code: reason, detail },
    ...(resolvedAt === null ? [] : [{ at: resolvedAt, kind: 'resolved' as const, detail: note ?? '' }])
  ])

const billSteps = ({ bill }: Told): readonly Step[] =>
  bill ? [{ at: bill.issuedAt, kind: 'billed', detail: bill.number, money: bill.total }] : []
