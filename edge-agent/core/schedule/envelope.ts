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

/** What lies at the leaves as the root sees it. An efficiency that cannot be lets nothing through. */
const atRoot = (watts: Bound | null, efficiency: number): Bound | null =>
  watts === null
    ? null
    : { ...watts, value: efficiency > 0 && efficiency <= 1 ? watts.value / efficiency : 0 }

function guided({ imports, exports }: Envelope, point: SetPoint, hertz: number | null): Envelope {
  const value = valueOf(point, hertz)
  const { source } = point
  if (value === null) {
    const why = `${source}: no value known`
    return { imports: { ...imports, ...nothing(why) }, exports: { ...exports, ...nothing(why) } }
  }
  const most = { value: Math.abs(value), source }
  const none = { value: 0, source }
  return value >= 0
    ? { imports: within(imports, point.kind, most), exports: within(exports, point.kind, none) }
    : { imports: within(imports, point.kind, none), exports: within(exports, point.kind, most) }
}

const within = (side: Side, kind: SetPoint['kind'], bound: Bound): Side =>
  kind === 'current'
    ? { ...side, amps: smallerAmps(samePhases(bound), bound.value === 0 ? null : side.amps) }
    : { ...side, watts: smaller(bound, bound.value === 0 ? null : side.watts) }

function valueOf(point: SetPoint, hertz: number | null): number | null {
  const value =
    point.kind === 'current'
      ? point.milliA
      : point.kind === 'power'
        ? point.watts
        : powerAt(point.points, hertz)
  return Number.isFinite(value) ? value : null
}

const powerAt = (points: readonly FrequencyPoint[], hertz: number | null): number =>
  hertz === null || points.length === 0 ? NaN : wattsAt(points, hertz)

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
