import type { MilliAmps, Watts } from '@nova/shared-protocol/units'
import { directionOf } from './car.ts'
import { commitmentOf } from './commitment.ts'
import { floorMilliA } from './claim.ts'
import { add, loadOf, overruns, scaled, weightsOf, type Load, type Network } from './network.ts'
import { committedLoad, type Scene, type Seat } from './plan.ts'

// Stored profiles are written to flash in the charger: raised again only when there has been room this long.
const scarceMs = 5 * 60_000

/** Rows in which the fallbacks did not fit, by name, with the time until which they are taken as full. */
export type Scarcity = ReadonlyMap<string, number>

/**
 * Would everyone's configured fallback, what cannot be guided and the base load fit? Rows where not are scarce;
 * those where only 6 A for waiting cars do not fit beside them are crowded.
 */
export function scarcityOf(known: Scarcity, scene: Omit<Scene, 'strategy'>): Scarcity {
  const load = loadOf(scene.network, scene.base)
  scene.seats.forEach((seat, index) => {
    add(load, index, scaled(directionOf(seat.place), lowest(seat, scene.nowMs)))
  })
  const short = named(scene, overruns(load), (name) => name)
  scene.seats.forEach((seat, index) => {
    add(load, index, scaled(directionOf(seat.place), waitsFor(seat)))
  })
  const crowded = named(scene, overruns(load), crowd)
  if (known.size + short.length + crowded.length === 0) return known
  const still = [...known].filter(([, untilMs]) => untilMs > scene.nowMs)
  return new Map([...still, ...short, ...crowded])
}

/** Rows in which a car waits for its first 6 A because others keep theirs for a start. */
const crowd = (name: string): string => `${name}, cars wait`

/** What a car needs to begin with where nothing is kept for it. */
const waitsFor = ({ place, car, ceiling, standing }: Seat): MilliAmps =>
  car !== null && standing.connected && standing.managed && place.fallbackMilliA < floorMilliA
    ? Math.max(0, Math.min(floorMilliA, ceiling.milliA) - place.fallbackMilliA)
    : 0

const named = (
  { network, nowMs }: Omit<Scene, 'strategy'>,
  over: ReturnType<typeof overruns>,
  name: (row: string) => string
): [string, number][] => over.map(({ row }) => [name(network.rows[row]?.name ?? ''), nowMs + scarceMs])

/**
 * What each connector should store as its fallback: as configured, or 0 where a row behind it is scarce. In a
 * crowded row the automatic ones give way: nobody waits for a car that does not come.
 */
export function fallbacksWanted(seats: readonly Seat[], network: Network, scarce: Scarcity): MilliAmps[] {
  if (scarce.size === 0) return seats.map(({ place }) => place.fallbackMilliA)
  const names = network.rows.map(({ name }) => name)
  return seats.map(({ place }, index) => {
    const direction = directionOf(place)
    const rows = [...weightsOf(network, index, direction).rows]
    const gives = rows.some((row) => {
      const name = names[row] ?? ''
      return scarce.has(name) || (place.automatic && scarce.has(crowd(name)))
    })
    return gives ? 0 : place.fallbackMilliA
  })
}

/**
 * Watts by which the limit cannot be held by any word of ours: base load, silent and unmanaged chargers and
 * liars together draw or may draw more. Reachable chargers count as what could be taken from them: nothing.
 */
export function missingW(scene: Omit<Scene, 'strategy'>, voltageV: number): Watts {
  const unreachable = scene.seats.map((seat) =>
    isReachable(seat) || isFree(seat) ? 0 : commitmentOf(seat.account, seat.standing, scene.nowMs)
  )
  return wattsOver(committedLoad({ ...scene, strategy: () => [] }, unreachable), voltageV)
}

const isReachable = ({ standing }: Seat): boolean =>
  standing.managed && standing.connected && standing.distrustMilliA === null

const freeMilliA = 1_500 // A meter's own noise.

/** In touch, and nobody charges: what stays reserved for it until somebody does is drawn by nobody now. */
export const isFree = ({ standing }: Seat): boolean =>
  standing.managed &&
  standing.connected &&
  standing.transactionId === null &&
  (standing.drawMilliA ?? 0) < freeMilliA

/** The worst fuse's overrun as watts, its three phases together; or the worst total's. */
export function wattsOver(load: Load, voltageV: number): Watts {
  const worst = new Map<string, number>() // A name stands for all rows that guard the same fuse and phase.
  const nodes = new Map<string, string>()
  for (const { row, milliA } of overruns(load)) {
    const { name = '', kind = 'fuse', node = row } = load.network.rows[row] ?? {}
    worst.set(name, Math.max(milliA, worst.get(name) ?? 0))
    nodes.set(name, `${kind} ${node}`)
  }
  const byNode = new Map<string | undefined, number>()
  for (const [name, milliA] of worst) byNode.set(nodes.get(name), (byNode.get(nodes.get(name)) ?? 0) + milliA)
  return Math.ceil((Math.max(0, ...byNode.values()) * voltageV) / 1000)
}

const lowest = (seat: Seat, nowMs: number): MilliAmps =>
  isReachable(seat) ? seat.place.fallbackMilliA : commitmentOf(seat.account, seat.standing, nowMs)
