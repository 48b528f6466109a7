import type { PerPhase } from '@nova/shared-protocol/units'
import {
  at,
  closed,
  nothing,
  samePhases,
  type Bound,
  type FrequencyPoint,
  type Gate,
  type GateNode,
  type SetPoint,
  type Side
} from './gates.ts'

/** What a node lets through at one instant, both sides and set-points taken together. */
export type Envelope = { readonly imports: Side; readonly exports: Side }

/** Without a gate for the instant nothing flows; a set-point narrows one direction and closes the other. */
export function envelopeOf(node: GateNode, atMs: number): Envelope {
  const open: Envelope = {
    imports: merged(at(node.imports, atMs), node.id),
    exports: merged(at(node.exports, atMs), node.id)
  }
  const point = at(node.setPoints, atMs)
  return point === undefined ? open : guided(open, point, node.hertz)
}

/** Power for a frequency, straight between the points of a table; at its ends the end's own. */
export function wattsAt(points: readonly FrequencyPoint[], hertz: number): number {
  const next = points.findIndex((point) => point.hertz > hertz)
  const right = points[next === -1 ? points.length - 1 : next]
  const left = points[next === -1 ? points.length - 1 : Math.max(0, next - 1)]
  if (left === undefined || right === undefined) return 0
  if (right.hertz === left.hertz) return left.watts
  return left.watts + ((hertz - left.hertz) * (right.watts - left.watts)) / (right.hertz - left.hertz)
}

function merged(gate: Gate | undefined, id: string): Side {
  if (gate === undefined) return closed(`${id}: no limit known`)
  const { toLeaves, toRoot, efficiency } = gate
  return {
    amps: smallerAmps(firmAmps(toLeaves.amps), firmAmps(toRoot.amps)),
    watts: smaller(atRoot(firm(toLeaves.watts), efficiency), firm(toRoot.watts)),
    floorMilliA: larger(toLeaves.floorMilliA, toRoot.floorMilliA),
    leastPhases: larger(toLeaves.leastPhases, toRoot.leastPhases),
    mostPhases: smaller(toLeaves.mostPhases, toRoot.mostPhases)
  }
}

/** A limit that is no number, or less than nothing, is 0: unknown input is never "no limit". */
const sound = (bound: Bound): Bound =>
  Number.isFinite(bound.value) && bound.value >= 0
    ? bound
    : { value: 0, source: `${bound.source}: ${bound.value} is no limit` }

const firm = (bound: Bound | null): Bound | null => (bound === null ? null : sound(bound))

const firmAmps = (amps: PerPhase<Bound> | null): PerPhase<Bound> | null =>
  amps === null ? null : [sound(amps[0]), sound(amps[1]), sound(amps[2])]

const atRoot = (watts: Bound | null, efficiency: number): Bound | null =>
  watts === null ? null : { ...watts, value: watts.value / efficiency }

function guided({ imports, exports }: Envelope, point: SetPoint, hertz: number | null): Envelope {
  const { source } = point
  if (point.kind === 'current') {
    const bound = samePhases({ value: Math.abs(point.milliA), source })
    const amps = (side: Side): Side => ({ ...side, amps: smallerAmps(bound, side.amps) })
    const shut = (side: Side): Side => ({ ...side, amps: samePhases({ value: 0, source }) })
    return point.milliA >= 0
      ? { imports: amps(imports), exports: shut(exports) }
      : { imports: shut(imports), exports: amps(exports) }
  }
  const power = powerOf(point, hertz)
  if (power === null) {
    const why = `${source}: frequency unknown`
    return { imports: { ...imports, ...nothing(why) }, exports: { ...exports, ...nothing(why) } }
  }
  const bound = { value: Math.abs(power), source }
  const watts = (side: Side): Side => ({ ...side, watts: smaller(bound, side.watts) })
  const shut = (side: Side): Side => ({ ...side, watts: { value: 0, source } })
  return power >= 0
    ? { imports: watts(imports), exports: shut(exports) }
    : { imports: shut(imports), exports: watts(exports) }
}

const powerOf = (point: Exclude<SetPoint, { kind: 'current' }>, hertz: number | null): number | null => {
  if (point.kind === 'power') return point.watts
  return hertz === null ? null : wattsAt(point.points, hertz)
}

/** Of equals the root's: who asks why reads the name nearer to the grid. */
function smaller(first: Bound | null, second: Bound | null): Bound | null {
  if (first === null || second === null) return first ?? second
  return first.value < second.value ? first : second
}

function larger(first: Bound | null, second: Bound | null): Bound | null {
  if (first === null || second === null) return first ?? second
  return first.value > second.value ? first : second
}

function smallerAmps(first: PerPhase<Bound> | null, second: PerPhase<Bound> | null): PerPhase<Bound> | null {
  if (first === null || second === null) return first ?? second
  const phase = (index: 0 | 1 | 2): Bound =>
    first[index].value < second[index].value ? first[index] : second[index]
  return [phase(0), phase(1), phase(2)]
}
