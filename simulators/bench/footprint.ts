import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { type EdgeProcess, startEdgeAlone } from '../scenarios/edge-alone.ts'
import { chargeAll } from './charging.ts'
import { disband, gather } from './crowd.ts'
import { median, show } from './figure.ts'

const chargers = 100
const reportMs = 10_000 // The interval at which charge points commonly send MeterValues.
const diskFloorKiB = 4_069
const password = 'bench-password-16'

/**
 * What an edge costs its gateway: resident memory with 100 chargers charging, milliseconds from process start to
 * ready, bytes that reach the disk per session-hour (from /proc/PID/io: what the kernel was asked to write back).
 */
export async function benchFootprint({ short }: { readonly short: boolean }): Promise<void> {
  const identities = Array.from({ length: chargers }, (_, index) => `LOAD-${index}`)
  const edge = await startEdgeAlone({ identities, password })
  try {
    await whileCharging(edge, identities, short)
    const starts: number[] = []
    for (let round = 0; round < (short ? 3 : 7); round++) {
      await edge.kill()
      starts.push(await edge.start())
    }
    const [value, rounds] = [median(starts), starts.length]
    show({
      name: 'footprint.start',
      value,
      unit: 'ms from spawn to ready after kill -9',
      limit: 2000,
      met: value <= 2000,
      ratio: value / 2000,
      rounds
    })
  } finally {
    await edge.stop()
  }
}

async function whileCharging(
  edge: EdgeProcess,
  identities: readonly string[],
  short: boolean
): Promise<void> {
  const crowd = await gather({ url: edge.ocppUrl, identities, password })
  const charging = await chargeAll(crowd, reportMs)
  await wait(short ? 5_000 : 15_000)
  const before = await writtenBytes(edge.pid())
  const measureMs = short ? 15_000 : 120_000
  await wait(measureMs)
  const written = (await writtenBytes(edge.pid())) - before
  const memory = await residentBytes(edge.pid())
  charging.stop()
  disband(crowd)
  show({
    name: 'footprint.memory',
    value: memory / 2 ** 20,
    unit: 'MiB resident',
    limit: 'Node itself, empty',
    peers: { emptyNodeMiB: await emptyNodeMiB() },
    chargers
  })
  const perHour = ((written / chargers / measureMs) * 3_600_000) / 1024
  show({
    name: 'footprint.disk',
    value: perHour,
    unit: 'KiB written per session-hour',
    limit: `${diskFloorKiB}: 1 GB a day at 10 chargers`,
    met: perHour <= diskFloorKiB,
    ratio: perHour / diskFloorKiB,
    // A checkpoint, once in 4 MB of log, copies each page of the log at most once; none may fall into the measure.
    withCheckpointsAtMost: Math.round(perHour * 2),
    measuredSeconds: measureMs / 1000,
    reportSeconds: reportMs / 1000
  })
}

async function writtenBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8')
  return Number(/^write_bytes: (\d+)$/m.exec(text)?.[1])
}

async function residentBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024
}

/** A Node process that only waits: what no program of ours can be below. */
async function emptyNodeMiB(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await wait(1_000)
  const bytes = await residentBytes(child.pid ?? 0)
  child.kill()
  return bytes / 2 ** 20
}
