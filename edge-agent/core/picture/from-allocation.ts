import {
  connectorKey,
  phasesOf,
  type Allocation,
  type Charger,
  type LimitState,
  type PowerNode,
  type PowerPicture,
  type SiteLimit
} from '@nova/shared-protocol/model'
import { milliAmpsOf, type PerPhase } from '@nova/shared-protocol/units'
import type { Wires } from './wires.ts'

/** What is known of the site's power at one moment. */
export type Seen = {
  readonly at: string
  readonly grid: { readonly limitA: PerPhase; readonly voltageV: number }
  readonly circuits: readonly { readonly id: string; readonly parent: string; readonly limitA: PerPhase }[]
  readonly chargers: readonly Charger[]
  readonly limits: readonly SiteLimit[]
  readonly allocation: Allocation
  readonly idle: ReadonlySet<string> // Keys of connectors in touch without a car's session: they draw nothing.
  readonly gridMilliA: PerPhase | null // As the site meter shows it; null: no meter to trust.
  readonly wires?: Wires | null // On which phases the last decision counted; without it those of the charger.
}

type Share = Allocation['connectors'][number]

/**
 * The picture as far as the last decision alone tells it: tree with commitments, limits by their time. It foretells
 * nothing, so its forecast is empty.
 */
export function pictureFrom(seen: Seen): PowerPicture {
  const { at, allocation, limits, circuits } = seen
  return {
    at,
    nodes: [gridNode(seen), ...circuits.map((circuit) => circuitNode(seen, circuit))],
    limits: limits.map((limit) => stateOf(limit, at, allocation.limitReason)),
    forecast: []
  }
}

function gridNode(seen: Seen): PowerNode {
  const { allocation, gridMilliA, grid } = seen
  const even = (allocation.baseLoadW * 1000) / (3 * grid.voltageV) // Told as a sum only: taken as balanced.
  const base = seen.wires?.baseMilliA ?? [even, even, even]
  const shares = sumBelow(seen, 'grid', ({ committedMilliA }) => committedMilliA)
  return {
    id: 'grid',
    parent: null,
    limitMilliA: [...allocation.limitMilliA],
    loadMilliA: gridMilliA === null ? null : whole(gridMilliA),
    committedMilliA: whole([shares[0] + base[0], shares[1] + base[1], shares[2] + base[2]]),
    total: {
      limitW: allocation.limitW,
      loadW: allocation.siteW,
      committedW:
        Math.round(((shares[0] + shares[1] + shares[2]) * grid.voltageV) / 1000) + allocation.baseLoadW
    },
    because: allocation.limitReason
  }
}

function circuitNode(seen: Seen, { id, parent, limitA }: Seen['circuits'][number]): PowerNode {
  const powers = sharesBelow(seen, id).flatMap(({ share }) =>
    seen.idle.has(connectorKey(share)) ? [] : [share.powerW]
  )
  return {
    id,
    parent,
    limitMilliA: [milliAmpsOf(limitA[0]), milliAmpsOf(limitA[1]), milliAmpsOf(limitA[2])],
    loadMilliA: powers.includes(null) ? null : whole(sumBelow(seen, id, drawn(seen.grid.voltageV))),
    committedMilliA: whole(sumBelow(seen, id, ({ committedMilliA }) => committedMilliA)),
    because: id
  }
}

/** What the charger's own power says, spread over the phases that it draws on. */
const drawn =
  (voltageV: number) =>
  ({ powerW }: Share, phases: number): number =>
    ((powerW ?? 0) * 1000) / (phases * voltageV)

function sumBelow(
  seen: Seen,
  id: string,
  milliA: (share: Share, phases: number) => number
): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  for (const { share, charger } of sharesBelow(seen, id)) {
    const weights = weightsOf(seen, share, charger)
    const phases = weights[0] + weights[1] + weights[2]
    for (const phase of eachPhase) sum[phase] += weights[phase] * milliA(share, phases)
  }
  return sum
}

const eachPhase = [0, 1, 2] as const

function weightsOf({ wires }: Seen, share: Share, { phaseRotation }: Charger): PerPhase {
  const known = wires?.of.get(connectorKey(share))
  if (known !== undefined) return known
  const hung: readonly number[] = phasesOf(phaseRotation)
  return [hung.includes(0) ? 1 : 0, hung.includes(1) ? 1 : 0, hung.includes(2) ? 1 : 0]
}

function sharesBelow(seen: Seen, id: string): { readonly share: Share; readonly charger: Charger }[] {
  const below = new Map(
    seen.chargers
      .filter(({ circuit }) => isBelow(seen, circuit ?? 'grid', id))
      .map((charger) => [charger.id, charger])
  )
  return seen.allocation.connectors.flatMap((share) => {
    const charger = below.get(share.chargerId)
    return charger === undefined ? [] : [{ share, charger }]
  })
}

/** A circuit that hangs on nothing known hangs on the grid; a loop ends where it began. */
function isBelow({ circuits }: Seen, circuit: string, above: string): boolean {
  let here = circuit
  for (let steps = 0; steps <= circuits.length && here !== above; steps++) {
    if (here === 'grid') return false
    here = circuits.find(({ id }) => id === here)?.parent ?? 'grid'
  }
  return here === above
}

function stateOf(limit: SiteLimit, at: string, bindingReason: string): LimitState {
  const state = stateAt(limit, at)
  return {
    source: limit.source,
    state,
    binding: state === 'active' && bindingReason.startsWith(limit.reason),
    limitW: limit.limitW ?? null,
    limitMilliA: limit.limitA === undefined ? null : whole(limit.limitA.map(milliAmpsOf)),
    from: limit.from ?? null,
    until: limit.until ?? null,
    version: null,
    reason: limit.reason,
    detail: null
  }
}

function stateAt({ from, until }: SiteLimit, at: string): LimitState['state'] {
  if (from !== undefined && Temporal.Instant.compare(at, from) < 0) return 'planned'
  return until !== undefined && Temporal.Instant.compare(until, at) <= 0 ? 'past' : 'active'
}

const whole = ([l1 = 0, l2 = 0, l3 = 0]: readonly number[]): [number, number, number] => [
  Math.round(l1),
  Math.round(l2),
  Math.round(l3)
]
