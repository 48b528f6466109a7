import type { RegisterReading, StopReason } from '@nova/shared-protocol/model'
import { mayStand } from './leave.ts'
import { begin, measured } from './measure.ts'
import { doubt, isClockGood, isRegister, msAt, utc } from './plausible.ts'
import { cut, ended, rawOf, review, stopContentKey, stopKey, unplaced } from './say.ts'
import { flagged, nothing } from './session.ts'
import { stalled } from './stall.ts'
import { signedFacts } from './signed.ts'
import type { Around, Book, Effects, End, KeyedFact, Review, Session, StopHeard } from './session.ts'

/** Station seconds are cut, and begin or end readings are stamped a little beside the message they belong to. */
const besideMs = 60_000

/** Stations cut seconds: a stop this much before its start is one of the same second. */
const cutSecondMs = 1_000

/** A stop takes a moment to arrive at the car: this much over the cap is nobody's fault. */
const overCapWh = 500

/** Ids that stations write when they have none; nothing can be matched to them. */
const noTransaction = new Set(['', '0', '-1'])

/** A stop heard: ends its session once; repeated it changes nothing; unknown it is kept for a person, never guessed. */
export function stop(book: Book, heard: StopHeard, around: Around): [Session | null, Effects] {
  const transactionId = cut(heard.transactionId)
  const session = noTransaction.has(transactionId) ? null : book.byTransaction(heard.chargerId, transactionId)
  if (!session) return [null, stray(heard, around)]
  if (session.end && session.end.byStop !== null) return [session, otherContent(session, heard, around)]
  const effects = stopped(session, heard, around)
  return [effects.sessions.at(-1) ?? session, effects]
}

/** Ends `session`, also one that the edge had closed by what it knew: then the true end follows the assumed one. */
export function stopped(session: Session, heard: StopHeard, around: Around): Effects {
  const reopened = { ...session, end: null, review: session.review.filter(isNotAssumed) }
  const [read, readings] = measured(reopened, heard.readings, { heardAt: heard.heardAt, around })
  const problems = [...heard.problems, ...noRegister(heard)]
  const told = problems.length > 0 ? flagged(read, 'malformed', `stop: ${problems.join('; ')}`) : read
  const toldEnd = endOf(told, heard)
  const endedAt = toldEnd ?? notBefore(session.startedAt, heard.heardAt)
  const dated =
    toldEnd !== null
      ? told
      : flagged(told, 'clock-untrusted', `the stop is dated ${heard.at}, the start ${told.startedAt}`)
  const next = withEnd(dated, stopRegister(dated, heard, endedAt), {
    endedAt,
    stopReason: heard.reason,
    tokenUid: heard.tokenUid === null ? null : cut(heard.tokenUid) || null,
    heardAt: heard.heardAt,
    byStop: stopKey(session.chargerId, session.transactionId),
    around
  })
  const facts = [...readings, ...signedFacts(next, heard), ...ended(next), ...saidOf(next, heard, around)]
  return { ...nothing, sessions: [next], facts }
}

/** The last reading takes its place, but a station that says so is not believed without a person. */
const noRegister = ({ meterStopWh }: StopHeard): readonly string[] =>
  meterStopWh === null || isRegister(meterStopWh) ? [] : [`meterStop ${meterStopWh} is no register`]

export type WhyClosed = {
  readonly reason: 'stop-lost' | 'charger-rebooted'
  readonly at: string
  readonly detail: string
}

/** No stop will come, or not in time: ended by the last known register and put to review. */
export function closed(session: Session, why: WhyClosed, around: Around): Effects {
  const { last } = session
  const next = withEnd(flagged(session, why.reason, why.detail), last, {
    endedAt: last?.at ?? notBefore(session.startedAt, why.at),
    stopReason: why.reason === 'charger-rebooted' ? 'reboot' : 'unknown',
    tokenUid: null,
    byStop: null,
    around
  })
  return { ...nothing, sessions: [next], facts: ended(next) }
}

const isNotAssumed = ({ reason }: Review): boolean =>
  !['stop-lost', 'charger-rebooted', 'no-energy-readings'].includes(reason)

const notBefore = (earliest: string, at: string): string => (msAt(at) < msAt(earliest) ? earliest : at)

/** Station time where it can be: seconds cut by the station do not put an end before its start. */
function endOf(session: Session, { at, heardAt }: StopHeard): string | null {
  if (!isClockGood(at, heardAt)) return null
  return msAt(session.startedAt) - msAt(at) < cutSecondMs ? utc(at) : null
}

function stopRegister(session: Session, heard: StopHeard, endedAt: string): RegisterReading | null {
  if (heard.meterStopWh !== null && isRegister(heard.meterStopWh))
    return { at: endedAt, registerWh: heard.meterStopWh, trust: 'good' }
  return session.last
}

type Ending = {
  readonly endedAt: string
  readonly stopReason: StopReason
  readonly tokenUid: string | null
  readonly heardAt?: string
  readonly byStop: string | null
  readonly around: Around
}

function withEnd(session: Session, stopRegister: RegisterReading | null, ending: Ending): Session {
  const { around, ...rest } = ending
  const span = { endedAt: rest.endedAt, ratingW: around.ratingW(session) }
  const [judged, energyWh] = energy(session, stopRegister, span)
  const standing = mayStand(session, rest, around) ? ({ standing: true } as const) : {}
  const end: End = { ...rest, meterStopWh: stopRegister?.registerWh ?? null, energyWh, ...standing }
  return { ...overCap(judged, energyWh), status: 'ended', rebootedAt: null, end }
}

type Span = { readonly endedAt: string; readonly ratingW: number | null }

/** Difference of two registers that can be believed, or null with the reason why there is none. */
function energy(
  session: Session,
  stop: RegisterReading | null,
  { endedAt, ratingW }: Span
): [Session, number | null] {
  const from = begin(session)
  if (!from || !stop) {
    const detail = `register at the start ${from?.registerWh ?? 'unknown'}, at the end ${stop?.registerWh ?? 'unknown'}`
    return [flagged(session, 'no-energy-readings', detail), null]
  }
  if (isWithoutMeter(session, from, stop)) {
    const detail = 'registers 0 and 0 and no meter value: a station without a meter'
    return [flagged(session, 'no-energy-readings', detail), null]
  }
  const found = doubt(from, { ...stop, at: endedAt }, ratingW)
  if (found) return [flagged(session, found.reason, found.detail), null]
  const known = stalled(incomplete(session, { from, stop, endedAt }), stop)
  return stoodStill(known, stop.registerWh - from.registerWh)
}

/** A register that did not move although power was drawn is a broken meter: no bill of 0. */
function stoodStill(session: Session, energyWh: number): [Session, number | null] {
  const { drawn } = session
  if (energyWh !== 0 || !drawn?.until) return [session, energyWh]
  const detail = `the register did not move, but power was read from ${drawn.since} (${drawn.powerW} W) to ${drawn.until}`
  return [flagged(session, 'no-energy-readings', detail), null]
}

const isWithoutMeter = ({ last }: Session, from: RegisterReading, stop: RegisterReading): boolean =>
  from.registerWh === 0 && stop.registerWh === 0 && last === null

/** Energy that is known, but perhaps not whole: begins or ends at a reading instead of at the message. */
function incomplete(
  session: Session,
  known: { from: RegisterReading; stop: RegisterReading; endedAt: string }
): Session {
  const { from, stop, endedAt } = known
  const { last } = session
  if (last && stop.registerWh < last.registerWh)
    return flagged(
      session,
      'register-rollback',
      `${last.registerWh} Wh at ${last.at}, at the stop ${stop.registerWh} Wh`
    )
  const lateBegin = msAt(from.at) - msAt(session.startedAt)
  const earlyEnd = msAt(endedAt) - msAt(stop.at)
  if (lateBegin <= besideMs && earlyEnd <= besideMs) return session
  return flagged(
    session,
    'no-energy-readings',
    `only what was read between ${from.at} and ${stop.at} is known`
  )
}

function overCap(session: Session, energyWh: number | null): Session {
  const { cap } = session
  if (cap?.because !== 'energy-cap' || energyWh === null || energyWh <= cap.maxEnergyWh + overCapWh)
    return session
  return flagged(session, 'over-offline-cap', `${energyWh} Wh, allowed offline ${cap.maxEnergyWh} Wh`)
}

/** Accepted and kept: a person, or a start that names this very id later, will know whose it is. */
function stray(heard: StopHeard, { chance }: Around): Effects {
  const fact = review({
    key: stopContentKey(heard),
    reviewId: chance.uuid(),
    chargerId: heard.chargerId,
    sessionId: null,
    at: heard.heardAt,
    reason: 'unknown-transaction',
    detail: `a stop for transaction ${cut(heard.transactionId) || '(none)'}, which this charger never had; register ${heard.meterStopWh}`,
    raw: heard.raw
  })
  return { ...nothing, facts: [fact], keepStray: noTransaction.has(cut(heard.transactionId)) ? null : heard }
}

/** The first stop counts. Another one under the same id with another register is shown to a person. */
function otherContent(session: Session, heard: StopHeard, { chance }: Around): Effects {
  if (session.end?.meterStopWh === heard.meterStopWh || heard.meterStopWh === null) return nothing
  const fact = review({
    key: stopContentKey(heard),
    reviewId: chance.uuid(),
    chargerId: heard.chargerId,
    sessionId: session.sessionId,
    at: heard.heardAt,
    reason: 'malformed',
    detail: `a second stop says ${heard.meterStopWh} Wh, the first said ${session.end?.meterStopWh} Wh`,
    raw: heard.raw
  })
  return { ...nothing, facts: [fact] }
}

/** The message as it came, and for a person what no connector can be found for. */
function saidOf(session: Session, heard: StopHeard, { chance }: Around): KeyedFact[] {
  const heardSo = { key: stopContentKey(heard), at: heard.heardAt, raw: heard.raw }
  const detail = `the end of transaction ${session.transactionId}, which names a connector that cannot be`
  return [
    ...unplaced(session, { ...heardSo, reviewId: chance.uuid, detail }),
    rawOf(session, { ...heardSo, action: 'StopTransaction' })
  ]
}
