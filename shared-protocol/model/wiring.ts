import { milliAmpsOf, type MilliAmps } from '../units/index.ts'
import type { Charger, Connector } from './charger.ts'
import { phasesOf, type Circuit, type Grid } from './site.ts'

const singlePhase = new Set(['type1', 'schuko'])

/**
 * Grid phases that a connector draws from. Plugs with one live wire use the charger's first phase only, but for
 * those that hang between two lines.
 */
export function connectorPhases(
  { phaseRotation }: Pick<Charger, 'phaseRotation'>,
  { type }: Pick<Connector, 'type'>
): readonly (0 | 1 | 2)[] {
  const phases = phasesOf(phaseRotation)
  return singlePhase.has(type) && phases.length > 2 ? phases.slice(0, 1) : phases
}

/** Current per phase at the connector's full power, rounded up; two phases: between them stands √3 of the voltage. */
export const ratingOf = (maxPowerW: number, phases: number, voltageV: number): MilliAmps =>
  Math.ceil((maxPowerW * 1000) / ((phases === 2 ? Math.sqrt(3) : phases) * voltageV))

/** What of a charger decides over its fallback. */
export type Load = Pick<Charger, 'id' | 'fallbackA' | 'managed' | 'circuit' | 'phaseRotation' | 'evses'>

export type Wiring = {
  readonly grid: Pick<Grid, 'limitA' | 'voltageV' | 'baseLoadReserveW'>
  readonly circuits: readonly Circuit[]
  readonly failsafe?: { readonly limitW: number | null } // Of an edge: what may flow while its cloud is silent.
}

/** Why a charger has no fallback although it states one, or cannot be carried at all; `row` names fuse and phase. */
export type Misfit = {
  readonly row: string
  readonly wantedA: number // On that phase, this charger alone; of the fail-safe limit: on all phases together.
  readonly freeA: number
}

/**
 * `stated`: as configured. `automatic`: 6 A. `waits`: automatic, but there was no room for 6 A. `refused`: the
 * stated fallback does not fit. `unmanaged`: full power is reserved. `overload`: unmanaged, and its full power
 * does not fit.
 */
export type Settled = {
  readonly chargerId: string
  readonly fallbackA: number
  readonly kind: 'stated' | 'automatic' | 'waits' | 'refused' | 'unmanaged' | 'overload'
  readonly misfit: Misfit | null
}

const automaticA = 6 // The least at which an AC car charges (IEC 61851-1); less would be 0.

/**
 * What every charger falls back to when nobody guides it, so that with the base load reserve no fuse of the tree
 * carries more than it may. Stated fallbacks and the full power of unmanaged chargers come first, in the order
 * given; what does not fit alone is turned down, the others stay. Then, in the same order, those without one get
 * 6 A where all their fuses have room, else 0 A: one more of these takes nothing from those before it.
 * With a fail-safe limit the fallbacks of managed chargers stay within it too: a silent cloud and a silent edge are one.
 * A circuit that is not known counts as the grid connection.
 * @returns one entry a charger, in the order given
 */
export function settleFallbacks(wiring: Wiring, chargers: readonly Load[]): Settled[] {
  const account = accountOf(wiring)
  const first = chargers.map((charger) =>
    !charger.managed || charger.fallbackA !== undefined ? settleStated(account, wiring, charger) : null
  )
  return chargers.map((charger, index) => first[index] ?? settleAutomatic(account, wiring, charger))
}

function settleStated(account: Account, wiring: Wiring, charger: Load): Settled {
  const { id: chargerId, managed } = charger
  const fallbackA = charger.fallbackA ?? 0
  const misfit = take(
    account,
    charger.circuit,
    loadOf(wiring, charger, managed ? milliAmpsOf(fallbackA) : Infinity),
    managed
  )
  if (!managed) return { chargerId, fallbackA, kind: misfit ? 'overload' : 'unmanaged', misfit }
  return misfit
    ? { chargerId, fallbackA: 0, kind: 'refused', misfit }
    : { chargerId, fallbackA, kind: 'stated', misfit }
}

function settleAutomatic(account: Account, wiring: Wiring, charger: Load): Settled {
  const misfit = take(account, charger.circuit, loadOf(wiring, charger, milliAmpsOf(automaticA)))
  const { id: chargerId } = charger
  return misfit
    ? { chargerId, fallbackA: 0, kind: 'waits', misfit }
    : { chargerId, fallbackA: automaticA, kind: 'automatic', misfit }
}

type PerPhase = readonly [MilliAmps, MilliAmps, MilliAmps]
type Fuse = {
  readonly name: string
  readonly parent: string
  readonly left: [number, number, number]
  leftMilliA: number // The three phases together.
}
type Account = ReadonlyMap<string, Fuse>

function accountOf({ grid, circuits, failsafe }: Wiring): Account {
  const reserve = Math.ceil((grid.baseLoadReserveW * 1000) / (3 * grid.voltageV))
  const fuse = (name: string, parent: string, limitA: Grid['limitA'], kept: MilliAmps): [string, Fuse] => {
    const [l1, l2, l3] = limitA
    const left = (amps: number) => milliAmpsOf(amps) - kept
    return [name, { name, parent, left: [left(l1), left(l2), left(l3)], leftMilliA: Infinity }]
  }
  const limitW = failsafe?.limitW ?? null
  const [, connection] = fuse('grid', '', grid.limitA, reserve)
  if (limitW !== null) connection.leftMilliA = Math.floor((limitW * 1000) / grid.voltageV)
  return new Map([
    ...circuits.map(({ id, parent, limitA }) => fuse(id, parent, limitA, 0)),
    ['grid', connection]
  ])
}

/** All its connectors at that current, each at most at its rating. */
function loadOf({ grid }: Wiring, charger: Load, mostMilliA: MilliAmps): PerPhase {
  const load: [number, number, number] = [0, 0, 0]
  for (const connector of charger.evses.flatMap(({ connectors }) => connectors)) {
    const phases = connectorPhases(charger, connector)
    const milliA = Math.min(mostMilliA, ratingOf(connector.maxPowerW, phases.length, grid.voltageV))
    for (const phase of phases) load[phase] += milliA
  }
  return load
}

/** Takes the load from every fuse on the way to the grid, or from none. @returns the first fuse without room */
function take(
  account: Account,
  circuit: string | undefined,
  load: PerPhase,
  mayWait = true // Whoever is not managed draws what it draws: no fail-safe turns it down.
): Misfit | null {
  const way = wayFrom(account, circuit)
  for (const { name, left } of way) {
    for (const phase of [0, 1, 2] as const) {
      if (load[phase] > 0 && load[phase] > left[phase])
        return {
          row: `${name} L${phase + 1}`,
          wantedA: load[phase] / 1000,
          freeA: Math.max(0, left[phase]) / 1000
        }
    }
  }
  const together = mayWait ? beyondFailsafe(way, sumOf(load)) : null
  if (together !== null) return together
  for (const fuse of way) {
    for (const phase of [0, 1, 2] as const) fuse.left[phase] -= load[phase]
    fuse.leftMilliA -= sumOf(load)
  }
  return null
}

const sumOf = ([l1, l2, l3]: PerPhase): MilliAmps => l1 + l2 + l3

function beyondFailsafe(way: readonly Fuse[], sum: MilliAmps): Misfit | null {
  const least = Math.min(...way.map(({ leftMilliA }) => leftMilliA))
  if (sum === 0 || sum <= least) return null
  return { row: 'the fail-safe limit', wantedA: sum / 1000, freeA: Math.max(0, least) / 1000 }
}

/** A loop of circuits ends where it began; the grid is always on the way. */
function wayFrom(account: Account, circuit: string | undefined): Fuse[] {
  const way = new Set<Fuse>()
  let at = account.get(circuit ?? 'grid')
  while (at !== undefined && !way.has(at)) {
    way.add(at)
    at = account.get(at.parent)
  }
  const grid = account.get('grid')
  return [...way, ...(grid && !way.has(grid) ? [grid] : [])]
}

/** "6 A wanted on feeder-1 L2, 2 A are free" */
export const sayMisfit = ({ row, wantedA, freeA }: Misfit): string =>
  `${wantedA} A wanted on ${row}, ${freeA} A are free`
