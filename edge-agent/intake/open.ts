import type { Intake } from '../drivers/contract.ts'
import { change } from './change.ts'
import type { IntakeConfig, IntakeRoom, Needs } from './contract.ts'
import {
  append,
  hearBoot,
  hearClaim,
  hearConnected,
  hearDisconnected,
  hearNotice,
  hearRejected,
  hearStatus,
  hearUnclaimed
} from './hear-charger.ts'
import { hearAgain, hearAuthorise, hearReadings, hearStart, hearStop } from './hear-session.ts'
import { dropPending, keepPending } from './pending.ts'
import { askReservation, reservationBecame } from './reservations.ts'
import { configured, openRoom, type Room } from './room.ts'
import { costOf, findRunning, findSession, querySessions, readingsOf } from './sessions.ts'
import { openTicker, sayGone } from './tick.ts'
import { openViews } from './views.ts'
import { shadowShown, tellWishes } from './wishes.ts'

/**
 * The edge's ear and its memory of what it heard. @throws StoreError when the store cannot be read
 */
export function openIntake(needs: Needs, config: IntakeConfig): IntakeRoom {
  const room = openRoom(needs, config)
  watchStore(room)
  tellWishes(room)
  tellGone(room)
  recall(room)
  return {
    intake: intakeOf(room),
    reload: (next) => reload(room, next),
    chargers: () => room.config.now.chargers,
    tokens: () => room.config.now.list,
    views: openViews(room),
    cost(sessionId) {
      const session = room.book.find(sessionId)
      return session && costOf(room, session)
    },
    sessions: {
      find: (sessionId) => findSession(room, sessionId),
      query: (query) => querySessions(room, query),
      readings: (sessionId) => readingsOf(room, sessionId),
      running: (wanted) => findRunning(room, wanted)
    },
    pendingStart: (start) => keepPending(room, start),
    dropPendingStart: (commandId) => change(room, () => dropPending(room, commandId)),
    reservations: {
      list: () => needs.store.reservations.list(),
      asked: (reservation) => askReservation(room, reservation),
      became: (chargerId, reservationId, status) =>
        reservationBecame(room, { chargerId, reservationId }, status)
    },
    fact: (key, fact) => change(room, () => append(room, key, fact)),
    alarms: room.alarms,
    unclaimed: room.unclaimed.list,
    shadow: (deviceId) => shadowShown(room, deviceId),
    keepReported: room.hot.save,
    counters: () => Object.fromEntries(room.counts),
    onChange: room.hot.onChange,
    tick: openTicker(room)
  }
}

function intakeOf(room: Room): Intake {
  return {
    door: (claim) => hearClaim(room, claim),
    connected: (chargerId, link) => hearConnected(room, chargerId, link),
    disconnected: (chargerId, at, reason) => hearDisconnected(room, chargerId, { at, reason }),
    unclaimed: (identity, address, protocol, says) =>
      hearUnclaimed(room, { identity, address, protocol, says }),
    boot: (report) => hearBoot(room, report),
    status: (report) => hearStatus(room, report),
    authorise: (chargerId, tokenUid) => hearAuthorise(room, { chargerId, tokenUid }),
    start: (report) => hearStart(room, report),
    stop: (report) => hearStop(room, report),
    readings: (report) => hearReadings(room, report),
    notice: (chargerId, what, detail) => hearNotice(room, { chargerId, what, detail }),
    rejected: (chargerId, reason, sample) => hearRejected(room, { chargerId, reason, sample })
  }
}

function tellGone(room: Room): void {
  sayGone(room).catch((error: unknown) =>
    room.needs.log.warn({ error: String(error) }, 'could not note who is gone')
  )
}

function recall(room: Room): void {
  hearAgain(room).catch((error: unknown) =>
    room.needs.log.error({ error: String(error) }, 'the last readings could not be heard again')
  )
}

function reload(room: Room, config: IntakeConfig): void {
  const before = new Map(room.config.now.chargers.map((charger) => [charger.id, charger]))
  room.config.now = configured(room.needs, config)
  room.door.reload(config.chargers)
  for (const { identity } of config.chargers) {
    room.unclaimed.forget(identity)
    room.alarms.clear('charger-unclaimed', identity)
  }
  const now = new Map(config.chargers.map((charger) => [charger.id, charger]))
  const passwordIn = (chargers: typeof now, id: string) => chargers.get(id)?.security.password
  for (const { code, subject } of room.alarms.open()) {
    const isGone = !now.has(subject)
    const isNewlyLocked = passwordIn(before, subject) !== passwordIn(now, subject)
    if (code === 'charger-offline' && isGone) room.alarms.clear(code, subject)
    if (code === 'charger-impostor' && (isGone || isNewlyLocked)) room.alarms.clear(code, subject)
  }
  room.hot.changed()
  tellWishes(room)
}

/** The disk's troubles, in words for people (reliability 2.1 rows 3 and 4). */
function watchStore(room: Room): void {
  const { alarms, needs } = room
  const look = () => {
    const { state, fault, damage } = needs.store.health()
    const isBad = state === 'failing' || damage !== null
    if (isBad)
      alarms.raise({
        code: 'storage-failing',
        severity: 'urgent',
        subject: 'storage',
        detail: damage ?? `the edge database cannot be written: ${fault}`,
        advice: 'Limits hold from memory and no new session may start. Make room on the disk or replace it.'
      })
    else alarms.clear('storage-failing', 'storage')
    if (state === 'low')
      alarms.raise({
        code: 'storage-low',
        severity: 'warning',
        subject: 'storage',
        detail: 'the disk is full; sessions are written into the reserve, telemetry is dropped',
        advice: 'Make room on the disk of the gateway.'
      })
    else if (state === 'good') alarms.clear('storage-low', 'storage')
  }
  needs.store.onHealth(look)
  look()
}
