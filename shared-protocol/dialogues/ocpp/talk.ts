import type { Call, CallError, CallResult, Frame, Send } from '../../codecs/ocpp/index.ts'
import type { Fault, Id } from '../../codecs/ocpp/index.ts'
import type { Protocol } from '../../model/index.ts'

/** A call that we want to make. `topic`: a newer wish of the same topic replaces one that still waits. */
export type Wish = {
  readonly token: number // The caller's own mark; comes back in `settle`.
  readonly action: string
  readonly payload: unknown
  readonly urgent: boolean // Overtakes wishes that are not.
  readonly topic: string | null
  readonly patienceMs: number
}

export type Outcome =
  | { readonly kind: 'result'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly code: string; readonly description: string; readonly details: unknown }
  | { readonly kind: 'no-answer' | 'superseded' | 'queue-full' | 'withdrawn' | 'closed' }

export type Inbound = Call | Send

type InFlight = {
  readonly token: number | null // null: whoever asked has given up; the line stays occupied all the same.
  readonly id: string
  readonly sentAt: number
  readonly until: number
}

export type Talk = {
  readonly rules: Rules
  readonly inbound: readonly Inbound[] // The first is being worked on.
  readonly workingSince: number
  readonly outbound: readonly Wish[]
  readonly inFlight: InFlight | null
  readonly nextId: number
  readonly heardAt: number
  readonly pingedAt: number | null
  readonly paused: boolean
  readonly calls: number // Heard since `callsSince`.
  readonly callsSince: number
  readonly garbage: number // Malformed frames since `garbageSince`.
  readonly garbageSince: number
}

export type Heard =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'answered' } // The first inbound call has been worked on.
  | { readonly kind: 'wish'; readonly wish: Wish }
  | { readonly kind: 'withdraw'; readonly token: number }
  | { readonly kind: 'alive' } // A pong.
  | { readonly kind: 'tick' }
  | { readonly kind: 'closed' }

export type Do =
  | { readonly kind: 'handle'; readonly call: Inbound }
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: unknown }
  | { readonly kind: 'settle'; readonly token: number; readonly outcome: Outcome; readonly tookMs: number }
  | { readonly kind: 'refuse'; readonly id: Id | null; readonly fault: Fault; readonly because: string }
  | { readonly kind: 'ping' | 'pause' | 'resume' }
  | { readonly kind: 'hang-up'; readonly code: number; readonly because: string }
  | { readonly kind: 'ignored'; readonly what: string }

export type Rules = {
  readonly protocol: Protocol
  readonly idPrefix: string // Makes our message ids unique across connections.
  readonly quietMs: number // Silence before a ping.
  readonly pongMs: number // Silence after a ping before the line counts as dead.
  readonly workMs: number // How long one call of theirs may take us.
  readonly pauseAt: number // Inbound calls waiting: stop reading.
  readonly resumeAt: number
  readonly mostCalls: number // In a second; then reading waits for the next one.
  readonly mostInbound: number // What one read may still bring after the pause.
  readonly mostOutbound: number
  readonly mostGarbage: number // Malformed frames a minute.
}

export const usualRules: Omit<Rules, 'protocol' | 'idPrefix'> = {
  quietMs: 30_000, // Half of the shortest heartbeat we hand out, so one lost frame does no harm.
  pongMs: 15_000, // A slow mobile line needs 5 s at worst.
  workMs: 30_000, // A commit takes milliseconds; beyond this the store is broken and the station must retry.
  pauseAt: 64, // A backlog of days comes within milliseconds: it waits in the station's socket, not here.
  resumeAt: 16,
  mostCalls: 2_000, // Drains a month's backlog in minutes, and leaves the processor to the others.
  mostInbound: 4_096, // One 64 kB read of the shortest possible calls.
  mostOutbound: 64, // More orders than this for one station is a mistake upstream.
  mostGarbage: 20 // A station with broken firmware stays; a fuzzer goes.
}

export type Step = readonly [Talk, readonly Do[]]

export function beginTalk(rules: Rules, now: number): Talk {
  return {
    rules,
    inbound: [],
    workingSince: now,
    outbound: [],
    inFlight: null,
    nextId: 1,
    heardAt: now,
    pingedAt: null,
    paused: false,
    calls: 0,
    callsSince: now,
    garbage: 0,
    garbageSince: now
  }
}

export type Answer = CallResult | CallError
