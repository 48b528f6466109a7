import { type EdgeProcess, startEdgeAlone } from '../scenarios/edge-alone.ts'
import { shaveStep } from '../scenarios/power/shaving.ts'
import { disband, gather } from './crowd.ts'
import { percentile, show } from './figure.ts'
import { chargeAll, type Charging } from './charging.ts'

const ratedA = 16 // Each may draw this much at first; half of it is still above the 6 A floor.
const settleMs = 60_000
const answerMs = 10_000

/** How many chargers, and the most that the last of them may wait for its lower set-point. */
const sizes = [
  { chargers: 10, floorMs: 50 },
  { chargers: 100, floorMs: 200 },
  { chargers: 500, floorMs: 1_000 }
] as const

/**
 * The site limit is halved through the local API while 10, 100 and 500 chargers charge: milliseconds from the call
 * until the last lower set-point has arrived at its charger's socket, over real sockets.
 */
export async function benchSetPoints({ short }: { readonly short: boolean }): Promise<void> {
  for (const size of short ? sizes.slice(0, 2) : sizes) await halve(size, short ? 3 : 20)
  await shaveOnce()
}

/** Peak shaving, 120 → 100 kW, through the real loop on simulated time. OpenEMS by its own test: 12.7 % too much. */
async function shaveOnce(): Promise<void> {
  const { overshoot, settledCycles } = await shaveStep()
  const peers = { openems: 12.7 }
  show({
    name: 'shaving.overshoot',
    value: overshoot * 100,
    unit: '%',
    limit: 5,
    met: overshoot * 100 <= 5,
    peers
  })
  show({ name: 'shaving.settled', value: settledCycles, unit: 'cycles', limit: 10, met: settledCycles <= 10 })
}

async function halve({ chargers, floorMs }: (typeof sizes)[number], steps: number): Promise<void> {
  const password = 'bench-password-16'
  const identities = Array.from({ length: chargers }, (_, index) => `LOAD-${index}`)
  const wholeA = chargers * ratedA
  const grid = { limitA: [wholeA, wholeA, wholeA], voltageV: 230 }
  const edge = await startEdgeAlone({ identities, password, site: { grid } })
  const crowd = await gather({ url: edge.ocppUrl, identities, password })
  const charging = await chargeAll(crowd)
  const limit = limitOf(edge, wholeA / 2)
  const took: number[] = []
  try {
    for (let step = 0; step < steps; step++) {
      await charging.until((each) => each.limitA >= ratedA - 0.5, settleMs)
      const begun = performance.now()
      await limit('PUT')
      await charging.until((each) => each.limitA <= ratedA / 2, answerMs)
      took.push(lastChange(charging.all) - begun)
      await limit('DELETE')
    }
  } finally {
    charging.stop()
    disband(crowd)
    await edge.stop()
  }
  const value = percentile(took, 0.99)
  show({
    name: 'setpoints.lastLower',
    value,
    unit: 'ms p99',
    limit: `floor ${floorMs}`,
    met: value <= floorMs,
    ratio: value / floorMs,
    p50: percentile(took, 0.5),
    chargers,
    steps
  })
}

const lastChange = (all: readonly Charging[]): number => Math.max(...all.map((each) => each.changedAtMs))

const limitOf =
  ({ token, localUrl }: EdgeProcess, limitA: number) =>
  async (method: 'PUT' | 'DELETE'): Promise<void> => {
    const answer = await fetch(`${localUrl}/local/v1/limits/operator`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'PUT' ? { 'content-type': 'application/json' } : {})
      },
      ...(method === 'PUT' ? { body: JSON.stringify({ limitA, reason: 'benchmark' }) } : {})
    })
    if (!answer.ok) throw new Error(`${method} limit: ${answer.status} ${await answer.text()}`)
  }
