import type { Money } from '@nova/shared-protocol/units'

export type PaymentStatus =
  | 'created'
  | 'pending' // At the provider; the payer has to do something.
  | 'authorising'
  | 'authorised'
  | 'capturing'
  | 'captured'
  | 'voiding'
  | 'voided'
  | 'failed'
  | 'unknown'

/** What a payment shall become. */
export type Want = 'hold' | 'capture' | 'void'

/** The one next thing to do with the provider; `rest`: nothing. */
export type Step = 'authorise' | 'increase' | 'capture' | 'void' | 'query' | 'rest'

/** What the provider knows, without its own words. */
export type Truth = {
  readonly state:
    | 'absent'
    | 'pending'
    | 'authorised'
    | 'capturing'
    | 'captured'
    | 'declined'
    | 'voided'
    | 'expired'
}

/** What became of a payment when its state moved; the event that is told. */
export type Turn = {
  readonly status: PaymentStatus
  readonly tell: 'held' | 'declined' | 'captured' | 'released' | 'nothing'
}

const inFlight: readonly PaymentStatus[] = ['authorising', 'capturing', 'voiding']

/**
 * Decides from what is known and what is wanted. A payment found in flight (its process died during the call)
 * is as unknown as one whose call timed out: both are left only by asking.
 */
export function nextStep({ status, want, raising = false }: Standing): Step {
  if (inFlight.includes(status) || status === 'unknown') return 'query'
  if (status === 'created') return want === 'void' ? 'query' : 'authorise'
  if (status === 'pending') return want === 'void' ? 'void' : 'query'
  return status === 'authorised' ? whileHeld(want, raising) : 'rest'
}

function whileHeld(want: Want, raising: boolean): Step {
  if (want !== 'hold') return want
  return raising ? 'increase' : 'rest'
}

/** `raising`: more shall be held than is. */
export type Standing = {
  readonly status: PaymentStatus
  readonly want: Want
  readonly raising?: boolean
}

const during = {
  authorise: 'authorising',
  increase: 'authorising',
  capture: 'capturing',
  void: 'voiding'
} as const

/** State while the call is out: stored before it is made. */
export const statusDuring = (act: keyof typeof during): PaymentStatus => during[act]

export type Seen = { readonly status: PaymentStatus; readonly want: Want; readonly held: boolean }

/** Takes over what the provider says. What has ended stays ended: nothing is told twice. */
export function learn(seen: Seen, truth: Truth['state']): Turn {
  const { status } = seen
  // A request that was given up for lost arrived after all: the hold is let go again, see `wantAfter`.
  if (status === 'failed' && truth === 'authorised') return { status: 'authorised', tell: 'nothing' }
  return isFinal(status) ? { status, tell: 'nothing' } : turns[truth](seen)
}

const ended = ({ held }: Seen): Turn => ({ status: 'voided', tell: held ? 'released' : 'declined' })

const turns: Readonly<Record<Truth['state'], (seen: Seen) => Turn>> = {
  pending: () => ({ status: 'pending', tell: 'nothing' }),
  capturing: () => ({ status: 'capturing', tell: 'nothing' }),
  authorised: ({ held }) => ({ status: 'authorised', tell: held ? 'nothing' : 'held' }),
  captured: () => ({ status: 'captured', tell: 'captured' }),
  voided: ended,
  expired: ended,
  declined: () => ({ status: 'failed', tell: 'declined' }),
  // Never arrived. While money is wanted the same key is sent again, else there is nothing to undo.
  absent: ({ want, status }) => {
    if (want === 'void') return { status: 'failed', tell: 'declined' }
    // Some providers know of a code only when somebody scans it.
    return { status: status === 'pending' ? 'pending' : 'created', tell: 'nothing' }
  }
}

/** A hold that comes back from the dead, or is not what was asked for, serves nobody. */
export const wantAfter = ({ status, want }: Pick<Seen, 'status' | 'want'>, isAsAsked: boolean): Want =>
  status === 'failed' || !isAsAsked ? 'void' : want

export const isFinal = (status: PaymentStatus): boolean =>
  status === 'captured' || status === 'voided' || status === 'failed'

/** What a bill asks of a hold: at most what is held; the rest is owed. */
export function cover(held: number, total: Money): { captureMinor: number; owedMinor: number } {
  const captureMinor = Math.min(held, total.amountMinor)
  return { captureMinor, owedMinor: total.amountMinor - captureMinor }
}

const firstPauseMs = 500
const longestPauseMs = { hold: 4_000, capture: 60_000, void: 60_000 } // Somebody stands at the charger while we hold.

/** When to try again: it grows and then stays; a payment is never given up, it is watched. */
export const pauseAfter = (tries: number, want: Want): number =>
  Math.min(longestPauseMs[want], firstPauseMs * 2 ** Math.min(tries, 10))

export type Spending = {
  readonly heldMinor: number
  readonly costMinor: number
  readonly marginPercent: number
  /** What the first hold was for; a raise adds half of it. */
  readonly firstMinor: number
  readonly canRaise: boolean
}

/** The running cost has come to the hold less its margin: raise it where the channel can, else end the session. */
export function judgeSpending(spending: Spending): 'enough' | 'stop' | { readonly raiseTo: number } {
  const { heldMinor, costMinor, firstMinor, canRaise } = spending
  if (costMinor < heldMinor - marginOf(spending)) return 'enough'
  return canRaise ? { raiseTo: Math.max(heldMinor, costMinor) + Math.max(1, partOf(firstMinor, 50)) } : 'stop'
}

/** A whole percentage of whole minor units, rounded up. */
const partOf = (minor: number, percent: number): number =>
  Number((BigInt(minor) * BigInt(percent) + 99n) / 100n)

const marginOf = ({ heldMinor, marginPercent }: Spending): number => partOf(heldMinor, marginPercent)

const soonestCheckMs = 10_000
const latestCheckMs = 600_000

/**
 * When to look at a running session's cost again: by half of the time in which it would reach the margin at its
 * pace so far. @param sinceMs how long it has been running
 */
export function nextCheckMs(spending: Spending, sinceMs: number): number {
  const { heldMinor, costMinor } = spending
  if (costMinor <= 0 || sinceMs <= 0) return soonestCheckMs * 3
  const left = Math.max(0, heldMinor - marginOf(spending) - costMinor)
  return Math.min(latestCheckMs, Math.max(soonestCheckMs, Math.floor((left / costMinor) * sinceMs * 0.5)))
}

/** Splits what was captured over the first hold and its raises, each filled before the next. */
export function spread(holds: readonly number[], capturedMinor: number): number[] {
  let left = capturedMinor
  return holds.map((each) => {
    const part = Math.min(each, left)
    left -= part
    return part
  })
}
