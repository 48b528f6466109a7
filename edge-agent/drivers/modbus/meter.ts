import type { Reading } from '@nova/shared-protocol/model'
import type { MeterDriver } from '../contract.ts'
import { answerMs, grumbler, keepPolling, pause } from './keep-polling.ts'
import { knownMaps, meterMap } from './maps/index.ts'
import type { MeterMap, MeterReader } from './meter-map.ts'
import { placeOf } from './place.ts'
import { readingOf } from './reading.ts'
import { sunspecMeter } from './sunspec/meter.ts'

/** The device as the site file names it. */
export type MeterDevice = {
  readonly id: string
  readonly model: string
  readonly address: string // tcp://host:port
  readonly unit: number
}

export type Needs = {
  readonly clock: { monotonicMs(): number; instant(): string }
  /** Each good sample, at most one a second: history `sample.meter.v1`. Must not throw. */
  sampled(deviceId: string, reading: Reading): void
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

const pollMs = 500 // Twice the loop's beat, so that each cycle sees a sample of its own second.
const sampleMs = 1_000
const sunspec = 'sunspec' // Says itself where everything lies.

export const knownMeters: readonly string[] = [...knownMaps, sunspec]

/**
 * Polls a meter twice a second for ever, makes the line anew with back-off, and keeps the latest good sample
 * with its time. Whether it is stale is seen by that time; nothing is made up.
 * @throws RangeError when the model or the address is unknown: a fault of the site file
 */
export function openModbusMeter(device: MeterDevice, needs: Needs): MeterDriver {
  const reader = readerOf(device.model)
  const place = placeOf(device)
  const stop = new AbortController()
  const kept = keeper(device.id, needs, stop.signal)
  const done = keepPolling({
    place,
    pollMs,
    clock: needs.clock,
    stop: stop.signal,
    begin: (link) => reader.begin(link),
    look: async (link) => kept.take(await reader.read(link, needs.clock.instant())),
    grumble: kept.grumble,
    rest: (milliseconds) => pause(stop.signal, milliseconds),
    lost: () => undefined
  })
  return {
    latest: () => kept.latest,
    async close() {
      stop.abort()
      await done
    }
  }
}

/** The latest good sample, told at most once a second; troubles, told once a kind. */
function keeper(id: string, { clock, log, sampled }: Needs, stop: AbortSignal) {
  const tell = (why: string): void => log.warn({ device: id, why }, 'the meter does not answer as it should')
  const { grumble, well } = grumbler(tell, stop)
  let toldAtMs = -Infinity
  const kept = {
    latest: null as ReturnType<MeterDriver['latest']>,
    grumble,
    take: (reading: Reading | null): void => {
      if (reading === null) return grumble('a value that no meter can count')
      const takenAtMs = clock.monotonicMs()
      kept.latest = { reading, takenAtMs }
      well()
      if (takenAtMs - toldAtMs < sampleMs) return undefined
      toldAtMs = takenAtMs
      return sampled(id, reading)
    }
  }
  return kept
}

function readerOf(model: string): MeterReader {
  const map = meterMap(model)
  if (map !== undefined) return mapped(map)
  if (model === sunspec) return sunspecMeter()
  throw new RangeError(`model: "${model}" is unknown; known are ${knownMeters.join(', ')}`)
}

/** A meter whose registers a data file describes. */
const mapped = (map: MeterMap): MeterReader => ({
  begin: async () => undefined,
  read: async (link, at) => {
    const registers = new Map<number, number>()
    for (const { start, count } of map.blocks) {
      const values = await link.read({ kind: 'read', from: map.from, start, count }, answerMs)
      values.forEach((value, index) => registers.set(start + index, value))
    }
    return readingOf(map, registers, at)
  }
})
