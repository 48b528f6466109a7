import { isOver } from '../core/authorisation/index.ts'
import { overdue, type Session, type Signs } from '../core/sessions/index.ts'
import { change } from './change.ts'
import type { StopWanted } from './contract.ts'
import { append, tellStrangers } from './hear-charger.ts'
import { dropExpired, pendingStarts } from './pending.ts'
import { expireReservations, overdueReservations } from './reservations.ts'
import { instant, type Room } from './room.ts'
import { noteSignals } from './signals.ts'
import { endWatches, standsTooLong } from './standing.ts'
import { energySoFar } from './sessions.ts'

/** A charger that is away for a minute is away; a reconnect after a reboot takes less. */
const offlineMs = 60_000

/** What the last process left open is either raised again by then or over. */
const oldAlarmsMs = 120_000

/** The charger is given this long to stop a refused session by itself (StopTransactionOnInvalidId). */
const ownStopMs = 10_000
const askAgainMs = 30_000

/** Shelves are looked through this often: expiry to the second is nobody's need. */
const shelfEveryMs = 5_000
const answersEveryMs = 3_600_000
const hourMs = 3_600_000

export type Ticker = () => Promise<void>

/** What time alone brings about; nothing here is worth more than a look through memory, unless something is due. */
export function openTicker(room: Room): Ticker {
  const startedAt = room.needs.now()
  const asked = new Map<string, number>()
  let shelvesAt = 0
  let answersAt = 0
  let isOldForgotten = false

  return async () => {
    const now = room.needs.now()
    room.alarms.retry()
    if (!isOldForgotten && now - startedAt > oldAlarmsMs) {
      isOldForgotten = true
      room.alarms.forgetOld()
    }
    watchLinks(room, now)
    tellStrangers(room)
    askForStops(room, asked, now)
    askForStatus(room)
    if (now - shelvesAt >= shelfEveryMs) {
      shelvesAt = now
      await tidyShelves(room)
      await noteSignals(room)
    }
    if (now - answersAt >= answersEveryMs) {
      answersAt = now
      await forgetAnswers(room, now)
    }
    await closeOverdue(room, now)
  }
}

/** What no policy lets count any more; a day longer, for a clock that was set. */
async function forgetAnswers({ config, needs }: Room, now: number): Promise<void> {
  const keptMs = (config.now.offline.cachedHours + 24) * hourMs
  await needs.store.commit(() => needs.store.answers.forgetBefore(now - keptMs), 'soon')
}

function watchLinks(room: Room, now: number): void {
  for (const { id } of room.config.now.chargers) {
    if (room.hot.isConnected(id) || now - room.hot.linkChangedAt(id) < offlineMs) continue
    room.alarms.raise({
      code: 'charger-offline',
      severity: 'warning',
      subject: id,
      detail: `no connection since ${room.hot.link(id)?.since ?? 'the edge was started'}`,
      advice: 'Look at its power and network. Its share of the limit stays reserved until it is back.'
    })
  }
}

function askForStatus(room: Room): void {
  for (const place of room.hot.questions.due(room.needs.monotonic()))
    if (room.hot.isConnected(place.chargerId)) room.needs.askStatus(place)
}

/** Over its energy, or refused and still charging: the charger is asked to stop, again while it does not. */
function askForStops(room: Room, asked: Map<string, number>, now: number): void {
  for (const session of room.book.open()) {
    const why = whyStop(session, now)
    if (
      !why ||
      !room.hot.isConnected(session.chargerId) ||
      now - (asked.get(session.sessionId) ?? 0) < askAgainMs
    )
      continue
    asked.set(session.sessionId, now)
    const { chargerId, transactionId, sessionId } = session
    room.needs.askStop({ chargerId, transactionId, sessionId, why })
  }
  for (const sessionId of asked.keys()) if (room.book.find(sessionId)?.end) asked.delete(sessionId)
}

function whyStop(session: Session, now: number): StopWanted['why'] | null {
  if (session.followed) return null // Over already, only its stop is missing.
  if (session.cap && (energySoFar(session) ?? 0) >= session.cap.maxEnergyWh) return session.cap.because
  return session.refused !== null && now - Date.parse(session.heardAt) > ownStopMs ? 'token-refused' : null
}

async function tidyShelves(room: Room): Promise<void> {
  const now = room.needs.now()
  const isPendingOver = pendingStarts(room).some((each) => isOver(each, now))
  if (!isPendingOver && overdueReservations(room).length === 0 && !standsTooLong(room)) return
  await change(room, (apply) => {
    dropExpired(room)
    expireReservations(room)
    endWatches(room, apply)
  })
}

async function closeOverdue(room: Room, now: number): Promise<void> {
  const look = { at: instant(now), around: room.around, signs: (session: Session) => signsOf(room, session) }
  for (const chargerId of new Set([...room.book.open()].map((session) => session.chargerId))) {
    if (overdue(room.book, chargerId, look).sessions.length === 0) continue
    await change(room, (apply) => apply(overdue(room.book, chargerId, look)))
  }
}

function signsOf(room: Room, session: Session): Signs {
  const { chargerId } = session
  const isConnected = room.hot.isConnected(chargerId)
  const { reported } = room.hot.state(session)
  const isFree =
    isConnected &&
    reported?.status === 'available' &&
    Date.parse(reported.heardAt) > Date.parse(session.heardAt)
  return {
    goneSinceMs: isConnected ? null : goneSince(room, chargerId),
    freeSinceMs: isFree ? Date.parse(reported.heardAt) : null
  }
}

/** A charger that was gone before this process began has been gone since then. */
function goneSince(room: Room, chargerId: string): number {
  const link = room.hot.link(chargerId)
  return link && !link.online ? Date.parse(link.since) : room.hot.linkChangedAt(chargerId)
}

/** At the start: whoever was connected when the last process ended is not any more, until it comes back. */
export async function sayGone(room: Room): Promise<void> {
  const at = instant(room.needs.now())
  const gone = room.config.now.chargers.filter(
    ({ id }) => room.hot.link(id)?.online && !room.hot.isConnected(id)
  )
  if (gone.length === 0) return
  await change(room, () => {
    for (const { id } of gone) {
      const link = room.hot.link(id)
      if (room.hot.isConnected(id) || !link) continue
      room.hot.save(id, 'link', { ...link, online: false, since: at }, at)
      append(room, `connection/${id}/${at}/false`, {
        kind: 'charger.connection.v1',
        chargerId: id,
        at,
        online: false,
        reason: 'the edge was restarted'
      })
    }
  })
}
