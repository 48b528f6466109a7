import type { Lane } from '@nova/shared-protocol/messages'

/**
 * What to send next, as a state machine without clock or socket. A lane is a row of sequences: up to `durable`
 * the cloud has committed them, up to `sent` they are on their way, up to `newest` they exist. Whatever gets
 * lost, doubled or reordered, `sent` falls back to what is not durable, and nothing is ever skipped.
 */
export type Flight = {
  readonly first: number
  readonly last: number
  readonly sentAtMs: number
  readonly stored: boolean // JetStream has it; that is not durability.
}

export type LaneFlow = {
  readonly durable: number
  readonly sent: number
  readonly newest: number
  readonly flights: readonly Flight[]
  readonly newSinceMs: number // When the first event that is not yet sent appeared.
  readonly movedAtMs: number // When `durable` last moved, or sending began anew.
  readonly stalls: number // Resends in a row without any progress.
  readonly resentFrom: number
  readonly resentAtMs: number
  readonly askedAgain: boolean // For the same hole, too soon after the resend: looked at again a little later.
}

export type Flow = {
  readonly facts: LaneFlow
  readonly history: LaneFlow
  readonly pausedUntilMs: number
  readonly refusals: number // Publishes refused in a row.
  readonly roundTripMs: number // Of the last publish that was acknowledged.
}

export type Heard =
  | { readonly kind: 'newest'; readonly lane: Lane; readonly sequence: number }
  | { readonly kind: 'sent'; readonly lane: Lane; readonly first: number; readonly last: number }
  | { readonly kind: 'stored'; readonly lane: Lane; readonly last: number }
  | { readonly kind: 'refused'; readonly lane: Lane; readonly first: number }
  | {
      readonly kind: 'durable'
      readonly lane: Lane
      readonly sequence: number
      readonly resendFrom?: number | undefined
    }
  | { readonly kind: 'tick' }

export type Next =
  | { readonly kind: 'send'; readonly lane: Lane; readonly after: number; readonly most: number }
  | { readonly kind: 'wait' }

const publishing = { facts: 8, history: 4 } // Frames not yet stored: enough to fill a line of 50 ms, bounded memory.
const undurable = { facts: 64, history: 32 } // Frames not yet committed: 32,000 events, half a second at full speed.
const gatherMs = 1_000 // Telemetry waits for company: one frame a second costs the cloud a fraction of many small ones.
const slowLineMs = 1_000 // Beyond this a full queue of frames would hold up commands.
const fullFrame = 500 // As the language allows.
const smallFrame = 50 // On a slow line: some 2 kB, a third of a second at 64 kbit/s.
const firstPatienceMs = 10_000 // A commit takes 250 ms at the worst; ten seconds is a loss.
const longestPatienceMs = 120_000 // With a stalled consumer each resend fills the stream again: rarely.
const firstPauseMs = 500
const longestPauseMs = 30_000
const askAgainMs = 1_000 // One hole makes a request for each frame behind it; one resend answers them all.

const lanes = ['facts', 'history'] as const

/** A new connection: all that is not durable will be sent. */
export function openFlow(
  durable: Readonly<Record<Lane, number>>,
  newest: Readonly<Record<Lane, number>>,
  now: number
): Flow {
  return {
    facts: openLane(durable.facts, newest.facts, now),
    history: openLane(durable.history, newest.history, now),
    pausedUntilMs: 0,
    refusals: 0,
    roundTripMs: 0
  }
}

const openLane = (durable: number, newest: number, now: number): LaneFlow => ({
  durable,
  sent: durable,
  newest: Math.max(durable, newest),
  flights: [],
  newSinceMs: -Infinity,
  movedAtMs: now,
  stalls: 0,
  resentFrom: 0,
  resentAtMs: 0,
  askedAgain: false
})

/** Facts strictly first; history only when every fact has been sent, with fewer frames under way. */
export function next(flow: Flow, now: number): Next {
  if (now < flow.pausedUntilMs) return { kind: 'wait' }
  const lane = flow.facts.sent < flow.facts.newest ? 'facts' : 'history'
  const { sent, newest, flights } = flow[lane]
  if (sent >= newest || (lane === 'history' && gathers(flow.history, now))) return { kind: 'wait' }
  const slow = flow.roundTripMs > slowLineMs
  const underWay = [...flow.facts.flights, ...flow.history.flights].filter((flight) => !flight.stored).length
  if (underWay >= (slow ? 1 : publishing[lane]) || flights.length >= undurable[lane]) return { kind: 'wait' }
  return { kind: 'send', lane, after: sent, most: Math.min(newest - sent, slow ? smallFrame : fullFrame) }
}

const gathers = ({ sent, newest, newSinceMs }: LaneFlow, now: number): boolean =>
  newest - sent < fullFrame && now - newSinceMs < gatherMs

/** @returns the flow after `heard`; late, doubled and foreign news change nothing they should not */
export function hear(flow: Flow, heard: Heard, now: number): Flow {
  switch (heard.kind) {
    case 'newest':
      return withLane(flow, heard.lane, (lane) => ({
        ...lane,
        newest: Math.max(lane.newest, heard.sequence),
        newSinceMs: lane.newest === lane.sent ? now : lane.newSinceMs
      }))
    case 'sent':
      return withLane(flow, heard.lane, (lane) => sentOn(lane, heard, now))
    case 'stored':
      return stored(flow, heard, now)
    case 'refused':
      return refused(flow, heard, now)
    case 'durable':
      return withLane(flow, heard.lane, (lane) => madeDurable(lane, heard, now))
    case 'tick':
      return lanes.reduce((each, name) => withLane(each, name, (lane) => resendAfterWait(lane, now)), flow)
  }
}

const withLane = (flow: Flow, name: Lane, change: (lane: LaneFlow) => LaneFlow): Flow => ({
  ...flow,
  [name]: change(flow[name])
})

function sentOn(lane: LaneFlow, { first, last }: { first: number; last: number }, now: number): LaneFlow {
  if (first !== lane.sent + 1) return lane // Set back while the frame was being packed: it will be packed again.
  return {
    ...lane,
    sent: last,
    flights: [...lane.flights, { first, last, sentAtMs: now, stored: false }],
    movedAtMs: lane.flights.length === 0 ? now : lane.movedAtMs
  }
}

function stored(flow: Flow, { lane, last }: { lane: Lane; last: number }, now: number): Flow {
  const flight = flow[lane].flights.find((each) => each.last === last && !each.stored)
  if (!flight) return flow
  const flights = flow[lane].flights.map((each) => (each === flight ? { ...each, stored: true } : each))
  return {
    ...withLane(flow, lane, (each) => ({ ...each, flights })),
    refusals: 0,
    roundTripMs: now - flight.sentAtMs
  }
}

function refused(flow: Flow, { lane, first }: { lane: Lane; first: number }, now: number): Flow {
  if (!flow[lane].flights.some((each) => each.first === first && !each.stored)) return flow
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** flow.refusals)
  return {
    ...withLane(flow, lane, (each) => setBack(each, first - 1, now)),
    pausedUntilMs: now + pauseMs,
    refusals: Math.min(flow.refusals + 1, 10)
  }
}

function setBack(lane: LaneFlow, sequence: number, now: number): LaneFlow {
  const sent = Math.max(lane.durable, Math.min(lane.sent, sequence))
  return { ...lane, sent, flights: lane.flights.filter((flight) => flight.last <= sent), movedAtMs: now }
}

function madeDurable(
  lane: LaneFlow,
  { sequence, resendFrom }: { sequence: number; resendFrom?: number | undefined },
  now: number
): LaneFlow {
  const durable = Math.min(Math.max(lane.durable, sequence), lane.newest)
  const moved =
    durable === lane.durable
      ? lane
      : {
          ...lane,
          durable,
          sent: Math.max(lane.sent, durable),
          flights: lane.flights.filter((flight) => flight.last > durable),
          movedAtMs: now,
          stalls: 0
        }
  return resendFrom === undefined ? moved : resend(moved, resendFrom, now)
}

function resend(lane: LaneFlow, from: number, now: number): LaneFlow {
  if (from <= lane.durable || from > lane.sent) return lane
  const again = from === lane.resentFrom && now - lane.resentAtMs < askAgainMs
  if (again) return { ...lane, askedAgain: true }
  return { ...setBack(lane, from - 1, now), resentFrom: from, resentAtMs: now, askedAgain: false }
}

/** A hole that was asked for twice and is still there, or no progress at all for long. */
function resendAfterWait(lane: LaneFlow, now: number): LaneFlow {
  if (lane.askedAgain && now - lane.resentAtMs >= askAgainMs) {
    return resend({ ...lane, askedAgain: false }, lane.resentFrom, now)
  }
  const patienceMs = Math.min(longestPatienceMs, firstPatienceMs * 2 ** lane.stalls)
  if (lane.sent === lane.durable || now - lane.movedAtMs < patienceMs) return lane
  return { ...setBack(lane, lane.durable, now), stalls: Math.min(lane.stalls + 1, 10) }
}
