import { randomUUID } from 'node:crypto'
import type { Deed } from '../drivers/contract.ts'
import type { LocalNeeds } from '../local/index.ts'
import type { OrdersNeeds } from '../orders/index.ts'
import { commandCheck, openCaps, openWishes, type Caps, type Wishes } from '../orders/index.ts'
import type { Store } from '../store/index.ts'
import { laneOf } from './live.ts'
import { pictureNow, previewOf, wiresNow } from './picture.ts'
import type { Rooms } from './rooms.ts'

export function ordersNeeds(rooms: Rooms): OrdersNeeds {
  const { settings, store, intake, caps, clock, metrics, log } = rooms
  const credentials = settings.cloud?.credentials
  return {
    site: settings.site.id,
    voltageV: settings.grid.voltageV,
    // The cloud's commands expire by the cloud's clock: an edge that is ten minutes late would carry out old ones.
    clock: { now: () => clock.now() + (rooms.uplink?.clockOffMs() ?? 0) },
    uuid: randomUUID,
    signatureFits: credentials ? commandCheck(credentials.commandKey) : null,
    store: {
      commit: (write) => store.commit(write),
      state: () => store.health().state,
      appendFact: (key, fact) => void store.outbox.append('facts', key, JSON.stringify(fact)),
      commands: store.commands
    },
    intake: {
      chargers: () => intake.chargers(),
      views: () => intake.views(),
      authorise: (chargerId, tokenUid) => intake.intake.authorise(chargerId, tokenUid),
      pendingStart: (start) => intake.pendingStart(start),
      dropPendingStart: (commandId) => intake.dropPendingStart(commandId),
      running: (stop) => intake.sessions.running(stop),
      reservations: intake.reservations
    },
    caps,
    wishes: rooms.wishes,
    perform: async (chargerId, order, signal, traceId) =>
      order.action === 'trust'
        ? trusted(rooms, order.payload.gone ?? chargerId)
        : (rooms.driver?.perform(chargerId, order, signal, traceId) ?? starting),
    metrics: { ended: metrics.commandEnded },
    count: metrics.count,
    log
  }
}

const starting = { kind: 'failed', error: 'the edge is starting' } as const

/** No charger is asked: what it did is the loop's memory, and what is kept back for it. */
function trusted({ loop, log }: Rooms, chargerId: string): Deed {
  if (loop === null) return starting
  loop.forgive(chargerId)
  log.info({ chargerId }, 'a person trusts it again')
  return { kind: 'accepted', answer: { trusted: chargerId } }
}

/** What people have said of connectors and sessions, and what survives with the store. */
export function openPeoplesWord(
  store: Store,
  now: () => number,
  changed: () => void
): { readonly caps: Caps; readonly wishes: Wishes } {
  const kept = { commit: <Value>(write: () => Value) => store.commit(write), meta: store.meta, now, changed }
  return { caps: openCaps(kept), wishes: openWishes(kept) }
}

export function localNeeds(rooms: Rooms): LocalNeeds {
  const { settings, state, clock, metrics, log, version } = rooms
  return {
    ...settings.local,
    version,
    now: clock.now,
    monotonic: clock.monotonicMs,
    uuid: randomUUID,
    site: siteNeeds(rooms),
    devices: deviceNeeds(rooms),
    sessions: sessionNeeds(rooms),
    orders: orderNeeds(rooms),
    wiring: state,
    limits: rooms.desk,
    power: {
      picture: () => pictureNow(rooms),
      preview: (limits) => previewOf(rooms, { limits: [...limits], lifted: [] })
    },
    health: { unready: () => unready(rooms) },
    metrics: { text: metrics.text, contentType: metrics.contentType, answered: metrics.httpAnswered },
    count: metrics.count,
    log
  }
}

function siteNeeds(rooms: Rooms): LocalNeeds['site'] {
  const { settings, state, intake, store } = rooms
  const { site, grid, circuits, failsafe, offline } = settings
  return {
    plan: () => ({ ...site, grid, circuits, failsafe, offline }),
    limits: () => state.wanted().limits,
    allocation: () => rooms.loop?.allocation() ?? null,
    wires: () => wiresNow(rooms),
    uplink: () => rooms.uplink?.state() ?? { kind: 'standalone' },
    alarms: () => intake.alarms.open(),
    outbox: () => ({ lane: (name) => laneOf(rooms, name) }),
    desiredVersions: () => store.desired.versions()
  }
}

function deviceNeeds(rooms: Rooms): LocalNeeds['devices'] {
  const { intake, meters, clock, state } = rooms
  return {
    chargers: () => intake.chargers(),
    fallback: (chargerId) => state.wanted().fallbacks.find((each) => each.chargerId === chargerId),
    isConnected: (chargerId) => rooms.driver?.isConnected(chargerId) ?? false,
    views: () => intake.views(),
    unclaimed: () => intake.unclaimed(),
    meters: () =>
      meters.map(({ id, model, driver }) => {
        const latest = driver.latest()
        const ageMs = latest === null ? null : clock.monotonicMs() - latest.takenAtMs
        const ageSeconds = ageMs === null ? null : Math.round(ageMs / 100) / 10
        return { id, model, reading: latest?.reading ?? null, ageSeconds }
      }),
    shadow: (id) => intake.shadow(id)
  }
}

function sessionNeeds({ intake, wishes }: Rooms): LocalNeeds['sessions'] {
  return {
    find: (id) => intake.sessions.find(id),
    query: (query) => intake.sessions.query(query),
    readings: (id) => intake.sessions.readings(id),
    cost: (id) => intake.cost(id),
    reservations: () => intake.reservations.list(),
    wish: (id) => wishes.all().get(id) ?? null,
    putWish: (id, wish) => wishes.put(id, wish)
  }
}

function orderNeeds(rooms: Rooms): LocalNeeds['orders'] {
  return {
    take: async (order) =>
      (await rooms.orders?.fromLocal(order)) ?? { kind: 'busy', detail: 'the edge is starting' },
    find: (id) => rooms.orders?.find(id) ?? null,
    ended: async (id, waitMs) => (await rooms.orders?.ended(id, waitMs)) ?? null
  }
}

function unready({ store, driver, loop }: Rooms): string[] {
  return [
    ...(store.health().state === 'failing' ? ['the database takes no writes'] : []),
    ...(driver === null ? ['OCPP is not listening yet'] : []),
    ...(loop === null ? ['the control loop is not running yet'] : [])
  ]
}
