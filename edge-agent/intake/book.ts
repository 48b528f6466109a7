import type { FactOf } from '@nova/shared-protocol/messages'
import { caughtUp, isOnlyMeasured } from '../core/sessions/index.ts'
import type { Book, Effects, Session, StopHeard } from '../core/sessions/index.ts'
import type { StoreNeeds } from './contract.ts'

/** Stops without a start that are held for a start still to come; people see all of them as review items. */
const mostStrays = 200

/** A running session's row is written again after so many reading facts: flash wear against a start's work. */
const rowEvery = 50

export type SessionBook = Book & {
  open(): Iterable<Session>
  /** In a commit: writes what an event changed, rows and facts, and remembers it. `touched` collects the ids. */
  apply(effects: Effects, touched: Set<string>): void
  /** Reads these sessions again from the store: after a write that did not stand, or is tried once more. */
  refresh(sessionIds: Iterable<string>): void
}

/** Running sessions are held in memory, ended ones are looked up; the store has the last word. */
export function openBook(store: StoreNeeds): SessionBook {
  const { sessions, outbox } = store
  const running = openRunning()
  for (const row of sessions.open()) running.put(current(store, row))

  return {
    find: (sessionId) => running.find(sessionId) ?? found(sessions.find(sessionId)),
    byStartKey: (startKey) => found(sessions.byStartKey(startKey)),
    byTransaction: (chargerId, transactionId) =>
      running.byTransaction(chargerId, transactionId) ??
      found(sessions.byTransaction(chargerId, transactionId)),
    openOf: running.of,
    strayStop(chargerId, transactionId) {
      const id = strayId(chargerId, transactionId)
      const stray = sessions.kept('stray-stop').find((each) => each.id === id)
      return stray ? (JSON.parse(stray.body) as StopHeard) : null
    },
    open: running.all,
    apply(effects, touched) {
      for (const session of effects.sessions) {
        const before = running.find(session.sessionId)
        if (!before || isWorthItsRow(before, session)) sessions.put(row(session))
        touched.add(session.sessionId)
        running.put(session)
      }
      for (const { key, fact } of effects.facts) outbox.append('facts', key, JSON.stringify(fact))
      if (effects.keepStray) keepStray(store, effects.keepStray)
      if (effects.dropStray)
        sessions.drop('stray-stop', strayId(effects.dropStray.chargerId, effects.dropStray.transactionId))
    },
    refresh(sessionIds) {
      for (const sessionId of sessionIds) {
        const known = sessions.find(sessionId)
        if (known) running.put(current(store, known))
        else running.drop(sessionId)
      }
    }
  }
}

function openRunning() {
  const byId = new Map<string, Session>()
  const byCharger = new Map<string, Map<string, Session>>()
  const none: readonly Session[] = []

  function drop(sessionId: string): void {
    const session = byId.get(sessionId)
    if (!session) return
    byId.delete(sessionId)
    const ofCharger = byCharger.get(session.chargerId)
    ofCharger?.delete(session.transactionId)
    if (ofCharger?.size === 0) byCharger.delete(session.chargerId)
  }

  return {
    find: (sessionId: string) => byId.get(sessionId) ?? null,
    byTransaction: (chargerId: string, transactionId: string) =>
      byCharger.get(chargerId)?.get(transactionId) ?? null,
    of: (chargerId: string) => {
      const ofCharger = byCharger.get(chargerId)
      return ofCharger ? [...ofCharger.values()] : none
    },
    all: () => byId.values(),
    drop,
    put(session: Session): void {
      if (session.end) {
        drop(session.sessionId)
        return
      }
      byId.set(session.sessionId, session)
      const ofCharger = byCharger.get(session.chargerId) ?? new Map<string, Session>()
      byCharger.set(session.chargerId, ofCharger.set(session.transactionId, session))
    }
  }
}

type Row = Parameters<StoreNeeds['sessions']['put']>[0]

const read = (stored: Row): Session => JSON.parse(stored.body) as Session

const found = (stored: Row | null): Session | null => (stored ? read(stored) : null)

export const sessionOf = read

const isWorthItsRow = (before: Session, after: Session): boolean =>
  Math.floor(before.kept / rowEvery) !== Math.floor(after.kept / rowEvery) || !isOnlyMeasured(before, after)

/** Row and the readings that came after it. */
function current({ outbox }: StoreNeeds, stored: Row): Session {
  const session = read(stored)
  if (session.end) return session
  const facts = outbox.lastByPrefix(`reading/${session.sessionId}/`, rowEvery + 1)
  return caughtUp(
    session,
    facts.map(([, , body]) => (JSON.parse(body) as FactOf<'session.reading.v1'>).reading)
  )
}

function row(session: Session): Row {
  const { sessionId, chargerId, evseId, connectorId, transactionId, startKey, tokenUid, status, startedAt } =
    session
  return {
    sessionId,
    chargerId,
    evseId,
    connectorId,
    transactionId,
    startKey,
    tokenUid,
    status,
    startedAt,
    body: JSON.stringify(session)
  }
}

const strayId = (chargerId: string, transactionId: string): string => `${chargerId}/${transactionId}`

function keepStray({ sessions }: StoreNeeds, stray: StopHeard): void {
  const held = sessions.kept('stray-stop')
  for (const { id } of held.slice(0, Math.max(0, held.length - mostStrays + 1)))
    sessions.drop('stray-stop', id)
  sessions.keep(
    'stray-stop',
    strayId(stray.chargerId, stray.transactionId.slice(0, 36)),
    JSON.stringify(stray)
  )
}
