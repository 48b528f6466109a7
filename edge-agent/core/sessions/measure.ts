import type { ConnectorAddress, Reading, RegisterReading } from '@nova/shared-protocol/model'
import { drawn } from './drawn.ts'
import { doubt, isClockGood, isRegister, msAt, utc } from './plausible.ts'
import { kept, review } from './say.ts'
import { signedFacts } from './signed.ts'
import { held, stageOf } from './stall.ts'
import { flagged, isPlaced, nothing, samePlace } from './session.ts'
import type { Around, Book, Effects, KeyedFact, ReadingsHeard, Session } from './session.ts'

/** So many readings of a session are kept whole (2 h at one in 10 s): prices change exactly where they were read. */
const keptWhole = 720

/** Beyond it one in 30 s: of a day on the cable remain 3,600 facts. */
const keptEveryMs = 30_000

/** Stations stamp a begin reading up to this much before the start that it belongs to. */
const beforeStartMs = 60_000

/** OCPP 1.6 stations that began offline have no id yet and write one of these. */
const noTransaction = new Set(['', '0', '-1'])

/**
 * Register readings of a running session, in any order, any number of times. Readings of an id that was never
 * started here go to review once; readings after the end change nothing.
 */
export function readings(book: Book, heard: ReadingsHeard, around: Around): Effects {
  const { transactionId } = heard
  if (transactionId !== null && noTransaction.has(transactionId)) return nothing
  const session =
    transactionId === null ? newestOpen(book, heard) : book.byTransaction(heard.chargerId, transactionId)
  if (!session)
    return transactionId === null ? nothing : { ...nothing, facts: [startLost(heard, transactionId, around)] }
  if (!samePlace(session, heard)) return { ...nothing, facts: [wrongPlace(heard, session, around)] }
  const proof = signedFacts(session, heard)
  if (session.end) return { ...nothing, facts: proof }
  const effects = moved(session, heard, around)
  return { ...effects, facts: [...effects.facts, ...proof] }
}

function moved(session: Session, heard: ReadingsHeard, around: Around): Effects {
  const [next, facts] = measured(withProblems(session, heard), heard.readings, {
    heardAt: heard.heardAt,
    around
  })
  if (next === session) return { ...nothing, facts }
  const odd = next.review.length > session.review.length ? [oddRaw(heard, next)] : []
  return { ...nothing, sessions: [next], facts: [...facts, ...odd] }
}

export function newestOpen(book: Book, place: ConnectorAddress): Session | null {
  const here = book.openOf(place.chargerId).filter((each) => samePlace(each, place))
  return here.reduce<Session | null>(
    (newest, each) => (newest && msAt(newest.startedAt) > msAt(each.startedAt) ? newest : each),
    null
  )
}

export type When = { readonly heardAt: string; readonly around: Around }

/** @returns the session with its registers moved on, and the readings that become facts */
export function measured(session: Session, heard: readonly Reading[], when: When): [Session, KeyedFact[]] {
  const ratingW = when.around.ratingW(session)
  const inOrder = heard.toSorted((left, right) => msAt(left.at) - msAt(right.at))
  let next: Session = session.rebootedAt === null ? session : { ...session, rebootedAt: null }
  const facts: KeyedFact[] = []
  for (const reading of inOrder) {
    const [moved, judged] = registered(next, reading, { heardAt: when.heardAt, ratingW })
    next = held(drawn(moved, reading, when.heardAt), reading, judged, when.heardAt)
    if (!judged || !isWorthKeeping(next, judged)) continue
    next = { ...next, kept: next.kept + 1, keptAt: later(next.keptAt, judged.at) }
    if (isPlaced(next)) facts.push(readingFact(next.sessionId, judged))
  }
  return [next, facts]
}

type Judging = { readonly heardAt: string; readonly ratingW: number | null }

type Judged = [Session, RegisterReading | null]

const registered = (session: Session, { at, registerWh }: Reading, judging: Judging): Judged =>
  registerWh === undefined ? [session, null] : judge(session, { at, registerWh, trust: 'good' }, judging)

function judge(session: Session, reading: RegisterReading, judging: Judging): Judged {
  const { heardAt } = judging
  if (!isRegister(reading.registerWh))
    return [flagged(session, 'register-jump', `${reading.registerWh} Wh is no register`), null]
  if (!isClockGood(reading.at, heardAt)) {
    const odd = flagged(session, 'clock-untrusted', `a reading is dated ${reading.at}, heard at ${heardAt}`)
    return [odd, { ...reading, at: heardAt, trust: 'clock' }]
  }
  const early = msAt(session.startedAt) - msAt(reading.at)
  if (early <= 0) return judgeDated(session, { ...reading, at: utc(reading.at) }, judging)
  const detail = `a reading is dated ${reading.at}, before the start`
  return [early > beforeStartMs ? flagged(session, 'clock-untrusted', detail) : session, null]
}

function judgeDated(session: Session, reading: RegisterReading, { ratingW }: Judging): Judged {
  const before = session.last ?? begin(session)
  if (!before) return [{ ...session, first: reading, last: reading }, reading]
  if (session.last && isSame(session.last, reading)) return [session, null]
  const isLate = msAt(reading.at) < msAt(before.at)
  const found = isLate ? doubtLate(session, reading, before) : doubt(before, reading, ratingW)
  if (found) return [flagged(session, found.reason, found.detail), { ...reading, trust: 'implausible' }]
  const next = withFirst(session, reading)
  return [isLate ? next : { ...next, last: reading }, reading]
}

const isSame = (left: RegisterReading, right: RegisterReading): boolean =>
  left.at === right.at && left.registerWh === right.registerWh

/** A reading that comes after a later one can only be held against the two ends that are known. */
function doubtLate(session: Session, reading: RegisterReading, newest: RegisterReading) {
  const lowest = begin(session)
  return (
    doubt(reading, { ...newest, at: newest.at }, null) ??
    (lowest && reading.registerWh < lowest.registerWh && session.meterStartWh !== null
      ? doubt(lowest, reading, null)
      : null)
  )
}

function withFirst(session: Session, reading: RegisterReading): Session {
  const isFirst = !session.first || msAt(reading.at) < msAt(session.first.at)
  return isFirst ? { ...session, first: reading } : session
}

/**
 * The session as stored, brought up to the reading facts that were written since: the row itself is not written
 * with every reading.
 */
export function caughtUp(session: Session, facts: readonly RegisterReading[]): Session {
  const newer = facts.filter(({ at }) => session.keptAt === null || msAt(at) > msAt(session.keptAt))
  return newer.reduce<Session>((now, reading) => {
    const counted = { ...now, kept: now.kept + 1, keptAt: later(now.keptAt, reading.at) }
    if (reading.trust !== 'good') return counted
    return { ...withFirst(counted, reading), last: reading }
  }, session)
}

const measuredFields = new Set<keyof Session>(['first', 'last', 'kept', 'keptAt', 'still'])

/** Whether nothing but the registers has moved: what `caughtUp` finds again, or a new run of a moving register. */
export function isOnlyMeasured(before: Session, after: Session): boolean {
  if (stageOf(before.still) !== stageOf(after.still)) return false
  for (const name in after) {
    const field = name as keyof Session
    if (before[field] !== after[field] && !measuredFields.has(field)) return false
  }
  return true
}

/** The register the session began at; null while nothing is known. */
export function begin(session: Session): RegisterReading | null {
  if (session.meterStartWh === null) return session.first
  return { at: session.startedAt, registerWh: session.meterStartWh, trust: 'good' }
}

function isWorthKeeping(session: Session, reading: RegisterReading): boolean {
  if (session.kept < keptWhole || session.keptAt === null) return true
  return msAt(reading.at) - msAt(session.keptAt) >= keptEveryMs
}

const later = (left: string | null, right: string): string =>
  left !== null && msAt(left) > msAt(right) ? left : right

function readingFact(sessionId: string, reading: RegisterReading): KeyedFact {
  const key = `reading/${sessionId}/${reading.at}${reading.trust === 'good' ? '' : `/${reading.trust}/${reading.registerWh}`}`
  return { key, fact: { kind: 'session.reading.v1', sessionId, reading } }
}

const withProblems = (session: Session, { problems }: { readonly problems: readonly string[] }): Session =>
  problems.length > 0 ? flagged(session, 'malformed', `meter values: ${problems.join('; ')}`) : session

function startLost(heard: ReadingsHeard, transactionId: string, { chance }: Around): KeyedFact {
  return review({
    key: `start-lost/${heard.chargerId}/${transactionId.slice(0, 36)}`,
    reviewId: chance.uuid(),
    chargerId: heard.chargerId,
    sessionId: null,
    at: heard.heardAt,
    reason: 'start-lost',
    detail: `meter values of transaction ${transactionId.slice(0, 36)}, which was never started here`,
    raw: heard.raw
  })
}

function wrongPlace(heard: ReadingsHeard, session: Session, { chance }: Around): KeyedFact {
  return review({
    key: `wrong-place/${session.sessionId}/${heard.evseId}/${heard.connectorId}`,
    reviewId: chance.uuid(),
    chargerId: heard.chargerId,
    sessionId: session.sessionId,
    at: heard.heardAt,
    reason: 'malformed',
    detail: `meter values of connector ${heard.connectorId} name the transaction of connector ${session.connectorId}; not taken`,
    raw: heard.raw
  })
}

/** The message that made the session odd, as it came; one for each kind of oddity. */
function oddRaw(heard: ReadingsHeard, session: Session): KeyedFact {
  const { chargerId, heardAt, raw } = heard
  return kept(`odd/${session.sessionId}/${session.review.length}`, {
    chargerId,
    sessionId: session.sessionId,
    at: heardAt,
    action: 'MeterValues',
    raw
  })
}
