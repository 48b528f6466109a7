import { setTimeout as wait } from 'node:timers/promises'
import {
  openInverter,
  type InverterPlan,
  type InverterSimulator
} from '../../../../simulators/inverters/index.ts'
import type { Participant, ParticipantDriver } from '../../contract.ts'
import { openSunSpec } from './participant.ts'

/** A driver and a simulated device on a real socket. The device's own time is turned by hand, ours is real. */
export type Pair = {
  readonly device: InverterSimulator
  readonly driver: ParticipantDriver
  readonly warnings: string[]
  /** Lets the device's time go on. */
  turn(milliseconds: number): void
  close(): Promise<void>
}

export const ratingW = 10_000
export const pollMs = 20

export type Options = Partial<
  Pick<InverterPlan, 'generation' | 'phases' | 'wishW' | 'socPercent' | 'port'>
> & {
  readonly minSocPercent?: number
  readonly phaseRotation?: Participant['phaseRotation']
}

export async function pairOf(kind: 'pv' | 'battery', options: Options = {}): Promise<Pair> {
  let nowMs = 0
  const { minSocPercent = null, phaseRotation = 'RST', ...plan } = options
  const device = await openInverter({
    port: 0,
    kind,
    generation: 'classic',
    phases: 3,
    ratingW,
    capacityWh: 20_000,
    voltageV: 230,
    nowMs: () => nowMs,
    ...plan
  })
  const warnings: string[] = []
  const participant: Participant = {
    id: kind,
    kind,
    circuit: 'grid',
    phaseRotation,
    rating: { leastW: -ratingW, mostW: kind === 'pv' ? 0 : ratingW },
    capacityWh: kind === 'pv' ? null : 20_000,
    minSocPercent
  }
  const driver = openSunSpec(
    { participant, address: `tcp://127.0.0.1:${device.port}`, unit: 1, pollMs },
    {
      clock: { monotonicMs: () => performance.now(), instant: () => new Date().toISOString() },
      log: { warn: (detail) => warnings.push(JSON.stringify(detail)) }
    }
  )
  return {
    device,
    driver,
    warnings,
    turn: (milliseconds) => {
      nowMs += milliseconds
    },
    close: async () => {
      await driver.close()
      await device.stop()
    }
  }
}

const patienceMs = 60_000

export async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within ${patienceMs} ms: ${what}`)
    await wait(5)
  }
}

/** A sample that was asked for after this moment: not the next one, which may be on its way. */
export async function nextReading(driver: ParticipantDriver) {
  for (const _ of [1, 2]) {
    const begunMs = performance.now()
    await until('a new sample', () => (driver.latest()?.takenAtMs ?? -1) > begunMs)
  }
  const latest = driver.latest()
  if (latest === null) throw new Error('gone again')
  return latest.reading
}

export const never = new AbortController().signal
