import { readNumber, wordsOf } from '@nova/shared-protocol/codecs/modbus'
import type { GridSignal, GridSignalDriver } from '../contract.ts'
import type { BoxMap, ContactBox, RegisterBox } from './boxes/box-map.ts'
import { boxMap, knownBoxes } from './boxes/index.ts'
import { answerMs, grumbler, keepPolling, pause } from './keep-polling.ts'
import type { Link } from './link.ts'
import { placeOf } from './place.ts'

export type GridBox = {
  readonly model: string
  readonly address: string // tcp://host:port
  readonly unit: number
  readonly dimmedW: number // What a relay lets through while it dims.
  readonly pollMs: number
}

export type Needs = {
  readonly clock: { monotonicMs(): number }
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

/** What one look at a box gave. */
type Heard = Pick<GridSignal, 'limitW' | 'heartbeat'>

const absurdW = 100_000_000

/**
 * Reads the grid operator's box again and again. It is alive when its counter has moved, when its limit has
 * changed, or, where it has no counter, when it has answered. What it does not say plainly is no answer: the last
 * signal stays as it was and grows old.
 * @throws RangeError when the model or the address is unknown: a fault of the site file
 */
export function openGridSignal(box: GridBox, needs: Needs): GridSignalDriver {
  const map = boxMap(box.model)
  if (map === undefined)
    throw new RangeError(`model: "${box.model}" is unknown; known are ${knownBoxes.join(', ')}`)
  const place = placeOf(box)
  const stop = new AbortController()
  const tell = (why: string): void =>
    needs.log.warn({ model: box.model, why }, 'the grid operator’s box does not answer as it should')
  const { grumble, well } = grumbler(tell, stop.signal)
  let latest: GridSignal | null = null
  const done = keepPolling({
    place,
    pollMs: box.pollMs,
    clock: needs.clock,
    stop: stop.signal,
    begin: async () => undefined,
    look: async (link) => {
      const heard = await lookAt(map, link, box.dimmedW)
      if (heard === null) return grumble('a limit that is none')
      latest = after(latest, heard, needs.clock.monotonicMs())
      return well()
    },
    grumble,
    rest: (milliseconds) => pause(stop.signal, milliseconds),
    lost: () => undefined
  })
  return {
    latest: () => latest,
    async close() {
      stop.abort()
      await done
    }
  }
}

/** The first look counts as a beat: nobody knows how long the counter has stood. */
export function after(before: GridSignal | null, heard: Heard, nowMs: number): GridSignal {
  const moved =
    before === null ||
    heard.heartbeat === null ||
    heard.heartbeat !== before.heartbeat ||
    heard.limitW !== before.limitW
  return { ...heard, beatAtMs: moved ? nowMs : before.beatAtMs, takenAtMs: nowMs }
}

/** @returns null when what it says is no limit. @throws what the line throws */
async function lookAt(map: BoxMap, link: Link, dimmedW: number): Promise<Heard | null> {
  if (map.speaks === 'contact') {
    const request = { kind: 'read-bits', from: map.from, start: map.at, count: 1 } as const
    return contactSays(map, await link.readBits(request, answerMs), dimmedW)
  }
  return registersSay(map, await link.read({ kind: 'read', from: map.from, ...map.block }, answerMs))
}

export function contactSays(
  { dimsWhen }: ContactBox,
  [bit]: readonly number[],
  dimmedW: number
): Heard | null {
  if (bit === undefined) return null
  return { limitW: (bit === 1) === (dimsWhen === 'closed') ? dimmedW : null, heartbeat: null }
}

/** @param registers the block of the box's file */
export function registersSay(
  { block, limit, heartbeat }: RegisterBox,
  registers: readonly number[]
): Heard | null {
  if (registers.length !== block.count) return null
  const at = limit.register - block.start
  const raw = readNumber(registers.slice(at, at + wordsOf[limit.as]), limit.as)
  const beat = heartbeat === null ? null : (registers[heartbeat - block.start] ?? null)
  if (raw === limit.none) return { limitW: null, heartbeat: beat }
  const limitW = raw * limit.times
  return limitW >= 0 && limitW <= absurdW ? { limitW: Math.floor(limitW), heartbeat: beat } : null
}
