import type { Money } from '@nova/shared-protocol/units'

export type PaymentStatus =
  | 'created'
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
export type Step = 'authorise' | 'capture' | 'void' | 'query' | 'rest'

/** What the provider knows, without its own words. */
export type Truth = {
  readonly state: 'absent' | 'authorised' | 'declined' | 'captured' | 'voided' | 'expired'
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
export function nextStep({ status, want }: Pick<Seen, 'status' | 'want'>): Step {
  if (inFlight.includes(status) || status === 'unknown') return 'query'
  if (status === 'created') return want === 'void' ? 'query' : 'authorise'
  if (status !== 'authorised') return 'rest'
  return want === 'hold' ? 'rest' : want
}

const during = { authorise: 'authorising', capture: 'capturing', void: 'voiding' } as const

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
  authorised: ({ held }) => ({ status: 'authorised', tell: held ? 'nothing' : 'held' }),
  captured: () => ({ status: 'captured', tell: 'captured' }),
  voided: ended,
  expired: ended,
  declined: () => ({ status: 'failed', tell: 'declined' }),
  // Never arrived. While money is wanted the same key is sent again, else there is nothing to undo.
  absent: ({ want }) =>
    want === 'void' ? { status: 'failed', tell: 'declined' } : { status: 'created', tell: 'nothing' }
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
