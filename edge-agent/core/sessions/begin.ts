import type { TariffPin } from '@nova/shared-protocol/messages'
import { stopped } from './finish.ts'
import { isClockGood, isRegister, msAt, utc } from './plausible.ts'
import { cut, rawOf, shownToken, started, startKey, unplaced } from './say.ts'
import { flagged, nothing, samePlace, together } from './session.ts'
import type {
  Around,
  Book,
  Effects,
  Refusal,
  EnergyCap,
  KeyedFact,
  Priced,
  Session,
  StartHeard
} from './session.ts'

/** What was decided about this start elsewhere: its order, its tariff, its token. */
export type StartTerms = {
  readonly sessionId: string | null // The cloud's order; null: a fresh one.
  readonly commandId: string | null
  readonly tariff: TariffPin | null
  readonly cap: EnergyCap | null
  readonly group: string | null
  readonly offline: boolean
  readonly tokenProblem: string | null // Began with a token that is not good here.
  readonly priced: Priced | null
  readonly refused: Refusal | null // The answer to the charger is no; it should end the session by itself.
}

/** Draws for a free transaction id; two in a row are taken with a chance of one in a million. */
const draws = 50

/** The session that a start leads to: the one there is when it was heard before, else a new one. */
export function start(
  book: Book,
  heard: StartHeard,
  context: { terms: StartTerms; around: Around }
): [Session, Effects] {
  const key = startKey(heard)
  const known =
    book.byStartKey(key) ??
    (heard.transactionId === null ? null : book.byTransaction(heard.chargerId, cut(heard.transactionId)))
  if (known) return [known, nothing]
  const { terms, around } = context
  const session = doubted(fresh(book, heard, { key, terms, around }), heard, context)
  const begun: Effects = {
    ...nothing,
    sessions: [session],
    facts: [...started(session), ...told(session, heard, around)]
  }
  const lost = followed(book, session)
  const stray = heard.transactionId === null ? null : book.strayStop(heard.chargerId, session.transactionId)
  if (!stray) return [session, together(lost, begun)]
  const end = stopped(session, stray, around)
  return [end.sessions.at(-1) ?? session, { ...together(lost, begun, end), dropStray: session }]
}

function fresh(
  book: Book,
  heard: StartHeard,
  given: { key: string; terms: StartTerms; around: Around }
): Session {
  const { terms, around, key } = given
  const wanted = terms.sessionId !== null && !book.find(terms.sessionId) ? terms.sessionId : null
  const meterStartWh =
    heard.meterStartWh !== null && isRegister(heard.meterStartWh) ? heard.meterStartWh : null
  return {
    sessionId: wanted ?? around.chance.uuid(),
    transactionId: idOf(book, heard, around),
    startKey: key,
    chargerId: heard.chargerId,
    evseId: heard.evseId,
    connectorId: heard.connectorId,
    tokenUid: shownToken(heard.tokenUid),
    group: terms.group,
    startedAt: isClockGood(heard.at, heard.heardAt) ? utc(heard.at) : heard.heardAt,
    heardAt: heard.heardAt,
    meterStartWh,
    reservationId: heard.reservationId === null ? null : String(heard.reservationId),
    commandId: terms.commandId,
    offline: terms.offline,
    tariff: terms.tariff,
    cap: terms.cap,
    refused: terms.refused,
    status: 'started',
    suspendedBy: null,
    first: null,
    last: null,
    keptAt: null,
    kept: 0,
    review: [],
    rebootedAt: null,
    followed: null,
    priced: terms.priced,
    end: null
  }
}

/** The station's own, or one that it is given. */
const idOf = (book: Book, { transactionId, chargerId }: StartHeard, around: Around): string =>
  transactionId === null ? freeId(book, chargerId, around) : cut(transactionId)

/** Everything about a start that a person has to look at before the session is billed. */
function doubted(
  session: Session,
  heard: StartHeard,
  { terms, around }: { terms: StartTerms; around: Around }
): Session {
  const doubts: (readonly [boolean, Session['review'][number]])[] = [
    [
      !isClockGood(heard.at, heard.heardAt),
      { reason: 'clock-untrusted', detail: `the start is dated ${heard.at}, heard at ${heard.heardAt}` }
    ],
    [
      heard.meterStartWh !== session.meterStartWh,
      { reason: 'malformed', detail: `meterStart ${heard.meterStartWh} is no register` }
    ],
    [heard.problems.length > 0, { reason: 'malformed', detail: `start: ${heard.problems.join('; ')}` }],
    [
      around.ratingW(session) === null,
      { reason: 'malformed', detail: `connector ${heard.connectorId} is not configured` }
    ],
    [terms.tokenProblem !== null, { reason: 'unknown-token', detail: terms.tokenProblem ?? '' }]
  ]
  return doubts.reduce(
    (odd, [isSo, { reason, detail }]) => (isSo ? flagged(odd, reason, detail) : odd),
    session
  )
}

/** Random, 31 bits, never given before to this station: nobody can guess the id of a neighbour (reliability O17). */
function freeId(book: Book, chargerId: string, { chance }: Around): string {
  for (let draw = 0; draw < draws; draw++) {
    const id = String(chance.int31())
    if (id !== '0' && !book.byTransaction(chargerId, id) && !book.strayStop(chargerId, id)) return id
  }
  throw new Error(`no free transaction id in ${draws} draws: the source of chance is broken`)
}

/**
 * Whoever stands on the connector from before has lost its stop, or the stop is still on its way in a reordered
 * backlog: `overdue` ends it in a moment. Who began later stays.
 */
function followed(book: Book, session: Session): Effects {
  const by = `the next session began at ${session.startedAt}, register ${session.meterStartWh ?? 'unknown'}`
  const older = book
    .openOf(session.chargerId)
    .filter((each) => samePlace(each, session) && msAt(each.startedAt) <= msAt(session.startedAt))
  return {
    ...nothing,
    sessions: older.map((each) => ({ ...each, followed: { heardAt: session.heardAt, by } }))
  }
}

/** The message as it came, and for a person what no connector can be found for. */
function told(session: Session, heard: StartHeard, { chance }: Around): KeyedFact[] {
  const { connectorId, heardAt, raw } = heard
  const heardSo = { key: session.startKey, at: heardAt, raw }
  const detail = `a start names connector ${connectorId}, which cannot be; transaction ${session.transactionId} was given`
  return [
    ...unplaced(session, { ...heardSo, reviewId: chance.uuid, detail }),
    rawOf(session, { ...heardSo, action: 'StartTransaction' })
  ]
}
