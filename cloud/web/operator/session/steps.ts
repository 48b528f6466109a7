import type { Money } from '../../kit/text.ts'

/** One line of a session's story. `money` and `code` are put into words by the page. */
export type Step = {
  readonly at: string
  readonly kind:
    | 'requested'
    | 'held'
    | 'ordered'
    | 'started'
    | 'limit'
    | 'ended'
    | 'failed'
    | 'review'
    | 'resolved'
    | 'billed'
  readonly code?: string
  readonly detail?: string
  readonly money?: Money
  readonly milliA?: number
}

type Told = {
  readonly session: {
    readonly id: string
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
  readonly samples: readonly { readonly at: string; readonly limitMilliA: number | null }[]
  readonly commands: readonly {
    readonly issuedAt: string
    readonly action: string
    readonly issuer: string
    readonly payload: unknown
  }[]
  readonly bill: { readonly issuedAt: string; readonly number: string; readonly total: Money } | null
}

/** What happened, from all that is known of a session, in the order of time; equal instants keep their cause first. */
export function stepsOf(told: Told): readonly Step[] {
  return [
    ...orderSteps(told),
    ...commandSteps(told),
    ...sessionSteps(told),
    ...limitSteps(told),
    ...reviewSteps(told),
    ...billSteps(told)
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
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
  if (failure)
    steps.push({
      at: endedAt ?? session.createdAt,
      kind: 'failed',
      code: failure.code,
      detail: failure.detail
    })
  return steps
}

/** Starts and stops that people or we asked for; what was done at the charger itself has none. */
const commandSteps = ({ session, commands }: Told): readonly Step[] =>
  commands
    .filter(({ payload }) => isOf(payload, session.id))
    .map(({ issuedAt, action, issuer }): Step => ({
      at: issuedAt,
      kind: 'ordered',
      code: action,
      detail: issuer
    }))

const isOf = (payload: unknown, sessionId: string): boolean =>
  typeof payload === 'object' && payload !== null && 'sessionId' in payload && payload.sessionId === sessionId

const leastChangeMilliA = 500 // Smaller steps are the allocator's fine work, and no answer to anybody's question.
const mostLimits = 60

/** Where the limit in force for this car changed, as far as samples tell; the newest when there are too many. */
export function limitSteps({ samples }: Pick<Told, 'samples'>): readonly Step[] {
  const steps: Step[] = []
  let last = Number.NEGATIVE_INFINITY
  for (const { at, limitMilliA } of samples) {
    if (limitMilliA === null || Math.abs(limitMilliA - last) < leastChangeMilliA) continue
    steps.push({ at, kind: 'limit', milliA: limitMilliA })
    last = limitMilliA
  }
  return steps.slice(-mostLimits)
}

const reviewSteps = ({ reviews }: Told): readonly Step[] =>
  reviews.flatMap(({ raisedAt, reason, detail, resolvedAt, note }) => [
    { at: raisedAt, kind: 'review' as const, code: reason, detail },
    ...(resolvedAt === null ? [] : [{ at: resolvedAt, kind: 'resolved' as const, detail: note ?? '' }])
  ])

const billSteps = ({ bill }: Told): readonly Step[] =>
  bill ? [{ at: bill.issuedAt, kind: 'billed', detail: bill.number, money: bill.total }] : []
