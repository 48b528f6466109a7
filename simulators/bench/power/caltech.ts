import { networkFrom, wiresOf, type Network, type Row, type Strand } from '@nova/edge-agent/allocator'
import type { Station } from './vectors.ts'

export const volts = 208
export const maxPilotMilliA = 32_000
export const networks = ['three_phase', 'three_phase_q', 'single_phase'] as const
export type NetworkName = (typeof networks)[number]

type Phasor = readonly [number, number]

const angles = { AB: 30, BC: -90, CA: 150 }
const podA = 80

/** Room that acnportal leaves above each limit. */
const tolerated = (amps: number): number => (amps + Math.max(1e-5, 1e-7 * amps)) * 1000

/** The garage under a transformer of so many kilowatts, with its lines, or as a single sum of currents. */
export function garage(stations: readonly Station[], name: NetworkName, capacityKw: number): Network {
  return name === 'single_phase' ? aggregate(stations, capacityKw) : deltaWound(stations, capacityKw)
}

/** Only the sum of all currents is bound. */
function aggregate(stations: readonly Station[], capacityKw: number): Network {
  const rows = [rowOf('aggregate', (capacityKw * 1000) / volts)]
  const strand: Strand = { row: 0, re: 1, im: 0 }
  return networkFrom(
    rows,
    wiresOf(
      stations.map(() => [[strand], [], []]),
      rows.length
    )
  )
}

/**
 * Posts hang between two lines of a delta-wound transformer's secondary: Ia = AB − CA, Ib = BC − AB,
 * Ic = CA − BC; its primary lines carry (Ia − Ic) / 4, (Ib − Ia) / 4 and (Ic − Ib) / 4. Two pods have fuses.
 */
function deltaWound(stations: readonly Station[], capacityKw: number): Network {
  const secondaryA = (capacityKw * 1000) / 3 / 120
  const primaryA = (capacityKw * 1000) / 3 / 277
  const rows = [
    ...['a', 'b', 'c'].map((line) => rowOf(`secondary ${line}`, secondaryA)),
    ...['a', 'b', 'c'].map((line) => rowOf(`primary ${line}`, primaryA)),
    rowOf('pod AV', podA),
    rowOf('pod CC', podA)
  ]
  const wires = stations.map(({ between, pod }): [Strand[], Strand[], Strand[]] => {
    const [a, b, c] = linesOf(between)
    const lines = [a, b, c, quarter(a, c), quarter(b, a), quarter(c, b)]
    const strands = lines.map(([re, im], row): Strand => ({ row, re, im }))
    const own = pod === null ? [] : [{ row: pod === 'AV' ? 6 : 7, re: 1, im: 0 }]
    return [[...strands.filter(({ re, im }) => re !== 0 || im !== 0), ...own], [], []]
  })
  return networkFrom(rows, wiresOf(wires, rows.length))
}

const rowOf = (name: string, amps: number): Row => ({
  name,
  because: name,
  until: null,
  limit: tolerated(amps)
})

function linesOf(between: Station['between']): readonly [Phasor, Phasor, Phasor] {
  const radians = (angles[between] * Math.PI) / 180
  const out: Phasor = [Math.cos(radians), Math.sin(radians)]
  const back: Phasor = [-out[0], -out[1]]
  const none: Phasor = [0, 0]
  if (between === 'AB') return [out, back, none]
  return between === 'BC' ? [none, out, back] : [back, none, out]
}

const quarter = ([a, b]: Phasor, [c, d]: Phasor): Phasor => [(a - c) / 4, (b - d) / 4]
