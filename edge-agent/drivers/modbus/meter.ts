import { setTimeout as wait } from 'node:timers/promises'
import type { Reading } from '@nova/shared-protocol/model'
import type { MeterDriver } from '../contract.ts'
import { openLink, type Link } from './link.ts'
import type { MeterMap } from './meter-map.ts'
import { meterMap, knownMeters } from './maps/index.ts'
import { readingOf } from './reading.ts'

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
const answerMs = 400 // Later than that belongs to the next poll.
const dialMs = 3_000
const firstPauseMs = 500
const longestPauseMs = 10_000 // A meter that comes back is seen again within this.
const lostAtMost = 3 // Polls without an answer until the line is made anew.
const sampleMs = 1_000

type Watch = {
  readonly device: MeterDevice
  readonly map: MeterMap
  readonly needs: Needs
  readonly stop: AbortSignal
  latest: { readonly reading: Reading; readonly takenAtMs: number } | null
  toldAtMs: number
  grumbled: string
}

/**
 * Polls a meter twice a second for ever, makes the line anew with back-off, and keeps the latest good sample
 * with its time. Whether it is stale is seen by that time; nothing is made up.
 * @throws RangeError when the model or the address is unknown: a fault of the site file
 */
export function openModbusMeter(device: MeterDevice, needs: Needs): MeterDriver {
  const map = meterMap(device.model)
  if (map === undefined)
    throw new RangeError(`model: "${device.model}" is unknown; known are ${knownMeters.join(', ')}`)
  const place = placeOf(device)
  const stop = new AbortController()
  const watch: Watch = {
    device,
    map,
    needs,
    stop: stop.signal,
    latest: null,
    toldAtMs: -Infinity,
    grumbled: ''
  }
  const done = keepPolling(watch, place)
  return {
    latest: () => watch.latest,
    async close() {
      stop.abort()
      await done
    }
  }
}

type Place = { readonly host: string; readonly port: number; readonly unit: number }

function placeOf({ address, unit }: MeterDevice): Place {
  const { host = '', port = '' } = /^tcp:\/\/(?<host>[^\s/:]+):(?<port>\d{1,5})$/.exec(address)?.groups ?? {}
  if (host === '' || Number(port) > 65_535)
    throw new RangeError(`address: "${address}" is not tcp://host:port`)
  return { host, port: Number(port), unit }
}

async function keepPolling(watch: Watch, place: Place): Promise<void> {
  let failures = 0
  while (!watch.stop.aborted) {
    try {
      const link = await openLink(place, dialMs)
      failures = (await pollUntilLost(watch, link)) ? 0 : failures + 1
    } catch (cause) {
      failures++
      grumble(watch, String(cause))
    }
    await pause(watch.stop, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, failures)))
  }
}

/** @returns whether it brought at least one good sample */
async function pollUntilLost(watch: Watch, link: Link): Promise<boolean> {
  const hangUp = (): void => link.close()
  watch.stop.addEventListener('abort', hangUp, { once: true })
  let [good, lost] = [0, 0]
  try {
    while (!watch.stop.aborted && lost < lostAtMost) {
      const begunMs = watch.needs.clock.monotonicMs()
      const ok = await pollOnce(watch, link)
      lost = ok ? 0 : lost + 1
      good += ok ? 1 : 0
      const tookMs = watch.needs.clock.monotonicMs() - begunMs
      await pause(watch.stop, Math.max(1, pollMs - tookMs))
    }
    return good > 0
  } finally {
    watch.stop.removeEventListener('abort', hangUp)
    link.close()
    await link.closed
  }
}

async function pollOnce(watch: Watch, link: Link): Promise<boolean> {
  const { map, needs } = watch
  try {
    const registers = new Map<number, number>()
    for (const { start, count } of map.blocks) {
      const values = await link.read({ kind: 'read', from: map.from, start, count }, answerMs)
      values.forEach((value, index) => registers.set(start + index, value))
    }
    const reading = readingOf(map, registers, needs.clock.instant())
    if (reading === null) grumble(watch, 'a value that no meter can count')
    else take(watch, reading)
    return true
  } catch (cause) {
    grumble(watch, String(cause))
    return false
  }
}

function take(watch: Watch, reading: Reading): void {
  const nowMs = watch.needs.clock.monotonicMs()
  watch.latest = { reading, takenAtMs: nowMs }
  watch.grumbled = ''
  if (nowMs - watch.toldAtMs < sampleMs) return
  watch.toldAtMs = nowMs
  watch.needs.sampled(watch.device.id, reading)
}

/** Once per kind of trouble, until the meter is well again. */
function grumble(watch: Watch, why: string): void {
  if (watch.stop.aborted || watch.grumbled === why) return
  watch.grumbled = why
  watch.needs.log.warn({ device: watch.device.id, why }, 'the meter does not answer as it should')
}

async function pause(stop: AbortSignal, milliseconds: number): Promise<void> {
  if (stop.aborted) return
  await wait(milliseconds, undefined, { signal: stop }).catch((cause: unknown) => {
    if (!stop.aborted) throw cause
  })
}
