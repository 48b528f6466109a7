import { phasesOf } from '@nova/shared-protocol/model'
import type { Pile } from './charger.ts'
import type { DaySite } from './site.ts'
import type { Truth } from './troubles.ts'

const volts = 230

/** A fuse's phase, or the total: who runs through it and with how many phases. */
export type Row = {
  readonly name: string
  readonly node: string // `grid` or the circuit's id.
  readonly phase: 0 | 1 | 2 | 'all'
  readonly members: readonly { readonly pile: number; readonly phase: 0 | 1 | 2 | 'all' }[]
  readonly slack: number
  readonly metered: boolean // The site's meter stands at the grid connection; feeders have none.
  /** Milliamperes that chargers may draw through it, the base load taken off. */
  room(truth: Truth, base: readonly [number, number, number]): number
}

const phases = [0, 1, 2] as const

/** All that may not be passed on this site, apart from what the edge believes. */
export function rowsOf(site: DaySite, piles: readonly Pile[]): readonly Row[] {
  const all = piles.map((_, at) => at)
  const grid = phases.map((phase): Row => ({
    name: `grid L${phase + 1}`,
    node: 'grid',
    phase,
    members: through(piles, all, phase),
    slack: 20,
    metered: true,
    room: (truth, base) => truth.milliA - base[phase]
  }))
  const total: Row = {
    name: 'total',
    node: 'grid',
    phase: 'all',
    members: all.map((pile) => ({ pile, phase: 'all' })),
    slack: 60,
    metered: true,
    room: (truth, base) => (truth.watts * 1000) / volts - base[0] - base[1] - base[2]
  }
  const circuits = site.circuits.flatMap((circuit) => {
    // Who was taken out of the plan hangs on its wire all the same.
    const behind = all.filter((at) => piles[at]?.site.circuit === circuit.id)
    return phases.map((phase): Row => ({
      name: `${circuit.id} L${phase + 1}`,
      node: circuit.id,
      phase,
      members: through(piles, behind, phase),
      slack: 20,
      metered: false,
      room: () => circuit.limitA[phase] * 1000
    }))
  })
  return [...grid, total, ...circuits]
}

const through = (piles: readonly Pile[], some: readonly number[], phase: 0 | 1 | 2): Row['members'] =>
  some.flatMap((pile) => {
    const site = piles[pile]?.site
    return site !== undefined && phasesOf(site.phaseRotation).includes(phase) ? [{ pile, phase }] : []
  })

/** Milliamperes of a pile that run through a row when each of its phases carries `milliA`. */
export function share(
  { car, phases: own }: Pile,
  phase: Row['members'][number]['phase'],
  milliA: number
): number {
  const used = car?.phases ?? 0
  if (phase === 'all') return used * milliA
  const at = own.indexOf(phase)
  return at >= 0 && at < used ? milliA : 0
}

/** What all together draw, by grid phase. */
export function flowing(piles: readonly Pile[]): [number, number, number] {
  let [l1, l2, l3] = [0, 0, 0]
  for (const pile of piles) {
    if (pile.flowMilliA === 0) continue
    l1 += share(pile, 0, pile.flowMilliA)
    l2 += share(pile, 1, pile.flowMilliA)
    l3 += share(pile, 2, pile.flowMilliA)
  }
  return [l1, l2, l3]
}

/** The last values, newest last, and the largest among so many of them. */
export class Last {
  private readonly values: Float64Array
  private at = 0
  private count = 0

  constructor(size: number) {
    this.values = new Float64Array(size)
  }

  push(value: number): void {
    this.values[this.at] = value
    this.at = (this.at + 1) % this.values.length
    this.count = Math.min(this.count + 1, this.values.length)
  }

  most(ofLast: number): number {
    let most = -Infinity
    const size = this.values.length
    for (let back = 1; back <= Math.min(ofLast, this.count); back++)
      most = Math.max(most, this.values[(this.at - back + size) % size] ?? -Infinity)
    return most
  }
}
