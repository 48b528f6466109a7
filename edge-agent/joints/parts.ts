import type { Cap } from '../control-loop/index.ts'
import { believed, type Needs, type Participants, type Trip } from '../participants/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Rooms } from './rooms.ts'

/** @param rooms whose loop may open later: until it has decided, nothing is asked of batteries */
export function partsNeeds(rooms: Rooms): Needs {
  const { settings, clock, intake, log } = rooms
  const meter = rooms.meters.find(({ id }) => id === settings.grid.meter)?.driver ?? null
  return {
    clock,
    drivers: rooms.participants,
    meter: believed(meter, () => rooms.loop?.allocation()?.meter === 'good'),
    doubtedMeter: meter,
    voltageV: settings.grid.voltageV,
    limitA: settings.grid.limitA,
    circuits: settings.circuits,
    wish: wishOf(settings),
    planned: (id) => rooms.plans?.leads(id) ?? null,
    trip: (id) => tripOf(settings, id, clock.now()),
    sight: () => rooms.loop?.sight() ?? null,
    exportLimitW: () => exportLimitW(rooms),
    limitW: () => rooms.loop?.allocation()?.limitW ?? null,
    alarms: intake.alarms,
    changed: () => rooms.loop?.wake(),
    log
  }
}

/** The next time that the clock of the site shows when it leaves. */
export function tripOf(
  { participants, site }: Pick<Settings, 'participants' | 'site'>,
  id: string,
  nowMs: number
): Trip | null {
  const trip = participants.find(({ participant }) => participant.id === id)?.trip ?? null
  if (trip === null) return null
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(site.timeZone)
  const today = now.withPlainTime(Temporal.PlainTime.from(trip.departAt))
  const next = today.epochMilliseconds > nowMs ? today : today.add({ days: 1 })
  return { percent: trip.percent, inMs: next.epochMilliseconds - nowMs }
}

const rechargeShare = 0.9 // Of the peak: what wanders in the load does not turn a battery round each second.

function wishOf({ power: { battery, sun } }: Pick<Settings, 'power'>): Needs['wish'] {
  if (battery === undefined) return { battery: null, sun }
  const { peakW, rechargeBelowW = Math.floor(peakW * rechargeShare) } = battery
  return { battery: { peakW, rechargeBelowW }, sun }
}

/** The least of the connection's own and the limits that hold now. */
function exportLimitW({ settings, loop }: Pick<Rooms, 'settings' | 'loop'>): number | null {
  const limits = [settings.grid, ...(loop?.allocation()?.limits ?? [])]
  const all = limits.flatMap(({ exportLimitW: each }) => (each === undefined ? [] : [each]))
  return all.length === 0 ? null : Math.min(...all)
}

type Caps = ReadonlyMap<string, Cap>

/** People's limits and the sun's: the lower of both; the same map for as long as neither has changed. */
export function capsKeeper(orders: () => Caps, parts: () => Participants | null): () => Caps {
  let [before, sun]: [Caps | null, Caps] = [null, new Map()]
  let both: Caps = new Map()
  return () => {
    const [own, shining] = [orders(), parts()?.sunCaps() ?? noCaps]
    if (shining.size === 0) return own
    if (own === before && shining === sun) return both
    ;[before, sun] = [own, shining]
    both = new Map([...own, ...shining].map(([key]) => [key, lower(own.get(key), shining.get(key))]))
    return both
  }
}

const noCaps: Caps = new Map()
const free: Cap = { limitMilliA: Infinity, reason: '' }

const lower = (one: Cap = free, other: Cap = free): Cap => (other.limitMilliA < one.limitMilliA ? other : one)
