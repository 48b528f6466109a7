import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { openCardLists } from './card-lists/index.ts'
import { openControlLoop } from './control-loop/index.ts'
import { openLimitDesk, openSiteState } from './desired/index.ts'
import { openOcppDriver, usualLimits, type OcppDriver } from './drivers/ocpp/index.ts'
import { openIntake } from './intake/index.ts'
import { cardListNeeds } from './joints/card-lists.ts'
import { realClock } from './joints/clock.ts'
import { uplinkNeeds } from './joints/cloud.ts'
import { ocppNeeds, intakeNeeds } from './joints/devices.ts'
import { keepTime } from './joints/housekeeping.ts'
import { openLog, type Log } from './joints/log.ts'
import { closeDevices, openDevices } from './joints/meters.ts'
import { localNeeds, openPeoplesWord, ordersNeeds } from './joints/people.ts'
import { partsNeeds } from './joints/parts.ts'
import { openPlans } from './joints/plan.ts'
import { patrolNeeds } from './joints/patrol.ts'
import { loopNeeds } from './joints/power.ts'
import type { Ground, Rooms } from './joints/rooms.ts'
import { deskNeeds } from './joints/limits.ts'
import { intakeConfigOf, makeTrue, siteStateNeeds, tellMisfits } from './joints/site.ts'
import { watchedOf } from './joints/watched.ts'
import type { LocalDoor } from './local/index.ts'
import { openMetrics } from './metrics/index.ts'
import { openOrders } from './orders/index.ts'
import { openParticipants } from './participants/index.ts'
import { openPatrol } from './patrol/index.ts'
import type { Settings } from './settings/index.ts'
import { openStore } from './store/index.ts'
import { openUplink } from './uplink/index.ts'

export type RunningEdge = {
  readonly ports: { readonly ocpp: number; readonly ocppTls: number | null; readonly local: number }
  stop(): Promise<void>
}

const ordersEndMs = 1_000 // Of the five seconds that a stop may take.

/**
 * Opens every room in order and joins them; resolves when chargers, people and the control loop are served.
 * The cloud is looked for in the background. @throws when a port is taken or the database cannot be opened
 */
export async function startEdge(
  settings: Settings,
  log: Log = openLog(settings.logLevel, { site: settings.site.id })
): Promise<RunningEdge> {
  const rooms = openRooms(settings, log)
  const opened: (() => Promise<void> | void)[] = [() => rooms.store.close(), () => rooms.metrics.close()]
  const stop = async () => {
    for (const close of opened.toReversed()) await close()
    opened.length = 0
  }
  try {
    const ports = await serve(rooms, (close) => opened.push(close))
    return { ports, stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

/** What needs no port: database, wishes, intake. */
function openRooms(settings: Settings, log: Log): Rooms {
  mkdirSync(settings.dataDirectory, { recursive: true, mode: 0o700 }) // The chargers' passwords lie in it.
  const clock = realClock
  const version = versionHere()
  const store = openStore({
    path: path.join(settings.dataDirectory, 'edge.db'),
    now: clock.now,
    random: () => crypto.randomUUID(),
    log
  })
  const late: { rooms?: Rooms; watched?: ReturnType<typeof watchedOf> } = {} // What opens early hears later of what opens late.
  const metrics = openMetrics(version, () => late.rooms && (late.watched ??= watchedOf(late.rooms)))
  const ground: Ground = { settings, version, log, clock, store, metrics }
  const state = openSiteState(siteStateNeeds(ground, (wanted) => late.rooms && makeTrue(late.rooms, wanted)))
  const intake = openIntake(
    intakeNeeds(ground, () => late.rooms),
    intakeConfigOf(settings, state.wanted())
  )
  const caps = openPeoplesWord(store, clock.now, () => late.rooms?.loop?.wake())
  const desk = openLimitDesk(deskNeeds(ground, state, () => late.rooms))
  const notYet = {
    driver: null,
    loop: null,
    parts: null,
    patrol: null,
    plans: null,
    orders: null,
    uplink: null
  }
  late.rooms = { ...ground, state, desk, intake, ...caps, ...openDevices(ground), ...notYet }
  return late.rooms
}

/** The wires, in the order in which they are needed; each names how it is closed again. */
async function serve(
  rooms: Rooms,
  closing: (close: () => Promise<void> | void) => void
): Promise<RunningEdge['ports']> {
  const { settings } = rooms
  closing(() => closeDevices(rooms))
  const orders = openOrders(ordersNeeds(rooms))
  tellMisfits(rooms, rooms.state.wanted())
  await orders.recover() // Before anybody can ask for more.
  if (settings.cloud) closing(() => rooms.uplink?.stop())
  closing(() => rooms.loop?.stop())
  const driver: OcppDriver = await openOcppDriver({ ...ocppNeeds(rooms), limits: usualLimits })
  closing(() => driver.close())
  rooms.driver = driver
  rooms.orders = orders
  closing(() => orders.close(ordersEndMs))
  rooms.parts = openParticipants(partsNeeds(rooms)) // Before the loop, which counts them.
  closing(() => rooms.parts?.stop())
  rooms.plans = openPlans(rooms)
  closing(() => rooms.plans?.close())
  rooms.loop = openControlLoop(loopNeeds(rooms))
  rooms.patrol = openPatrol(patrolNeeds(rooms))
  closing(() => rooms.patrol?.stop())
  if (settings.offline.listsInChargers) closing(openCardLists(cardListNeeds(rooms)).stop)
  if (settings.cloud) rooms.uplink = openUplink(uplinkNeeds(rooms))
  closing(keepTime(rooms))
  const local = await openDoor(rooms)
  closing(() => local.close())
  const { plain, tls } = driver.addresses
  return { ocpp: plain.port, ocppTls: tls?.port ?? null, local: local.port }
}

/** Loaded late: chargers are served a tenth of a second earlier. */
async function openDoor(rooms: Rooms): Promise<LocalDoor> {
  const { openLocal } = await import('./local/index.ts')
  return openLocal(localNeeds(rooms))
}

function versionHere(): string {
  const text = readFileSync(new URL('package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
