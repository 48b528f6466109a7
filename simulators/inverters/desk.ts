import {
  derControls,
  immediateControls,
  storage,
  valuesOf,
  type Model,
  type Point
} from '@nova/shared-protocol/codecs/sunspec'
import type { Plate, Window } from './body.ts'
import { newBlock } from './new-blocks.ts'
import { revertibles, secondsIn, type Revertible } from './reversion.ts'
import type { Temper } from './tempers.ts'

/** The control models of one device, as its registers hold them, with timers that run. */
export type Desk = {
  /** @returns undefined when it has no such model */
  block(id: number, nowMs: number): readonly number[] | undefined
  /** @returns whether these registers may be written */
  write(
    place: { readonly id: number; readonly at: number },
    values: readonly number[],
    nowMs: number
  ): boolean
  /** What it was told to keep to, and has not forgotten yet. */
  told(nowMs: number): Window
}

const forgetsMs = 2_000
const models: readonly Model[] = [immediateControls, storage, derControls]

/** @param temper asked at each use: it may change */
export function openDesk(plate: Plate, ids: readonly number[], temper: () => Temper): Desk {
  const blocks = new Map(ids.map((id) => [id, newBlock(id, plate.ratingW)] as const))
  const ends = new Map<Revertible, number>() // Monotonic instant at which its timer has run out.
  const settled = (id: number, nowMs: number): number[] | undefined => {
    for (const [each, endMs] of ends) {
      if (nowMs < endMs) continue
      ends.delete(each)
      each.revert(blocks.get(each.id) ?? [])
    }
    return blocks.get(id)
  }
  return {
    block: settled,
    write: ({ id, at }, values, nowMs) => {
      const block = settled(id, nowMs)
      if (block === undefined || !isWritable(id, at, values.length)) return false
      block.splice(at, values.length, ...values)
      for (const each of revertibles.filter((one) => one.id === id)) {
        const { timer } = each
        if (temper() === 'timerless') block.fill(0, timer.at, timer.at + timer.words)
        if (each.startedBy.some((point) => point >= at && point < at + values.length))
          restart(ends, each, nowMs + lastsMs(temper(), secondsIn(block, each)))
      }
      return true
    },
    told: (nowMs) => toldBy((id) => settled(id, nowMs), plate)
  }
}

/** 0 s: no timer, it holds for ever. */
const lastsMs = (temper: Temper, seconds: number): number =>
  temper === 'forgetful' ? forgetsMs : seconds > 0 ? seconds * 1000 : Infinity

function restart(ends: Map<Revertible, number>, each: Revertible, endMs: number): void {
  ends.delete(each)
  if (endMs < Infinity) ends.set(each, endMs)
}

function isWritable(id: number, at: number, count: number): boolean {
  const points = Object.values<Point>(models.find(({ ids }) => ids.includes(id))?.points ?? {})
  const wide = (point: Point): number => (point.as.endsWith('32') ? 2 : 1)
  return Array.from({ length: count }, (_, index) => at + index).every((register) =>
    points.some((point) => point.writable && register >= point.at && register < point.at + wide(point))
  )
}

const free: Window = { leastW: -Infinity, mostW: Infinity }

function toldBy(blockNow: (id: number) => readonly number[] | undefined, { ratingW }: Plate): Window {
  const [immediate, store, der] = [123, 124, 704].map((id) => blockNow(id) ?? [])
  const bounds = [
    ...byImmediate(immediate ?? [], ratingW),
    ...byStorage(store ?? [], ratingW),
    ...byDer(der ?? [], ratingW)
  ]
  return bounds.reduce(
    (window, each) => ({
      leastW: Math.max(window.leastW, each.leastW),
      mostW: Math.min(window.mostW, each.mostW)
    }),
    free
  )
}

function byImmediate(block: readonly number[], ratingW: number): Window[] {
  const { WMaxLim_Ena: on, WMaxLimPct: most } = valuesOf(immediateControls, block)
  return on === 1 && most !== null ? [{ ...free, leastW: (-most / 100) * ratingW }] : []
}

/** StorCtl_Mod: bit 0 makes InWRte hold, bit 1 OutWRte; a negative one demands the other direction. */
function byStorage(block: readonly number[], ratingW: number): Window[] {
  const { StorCtl_Mod: mode, InWRte: most, OutWRte: least } = valuesOf(storage, block)
  if (mode === null || most === null || least === null) return []
  return [
    {
      leastW: (mode & 2) === 0 ? -Infinity : (-least / 100) * ratingW,
      mostW: (mode & 1) === 0 ? Infinity : (most / 100) * ratingW
    }
  ]
}

function byDer(block: readonly number[], ratingW: number): Window[] {
  const said = valuesOf(derControls, block)
  const bounds: Window[] = []
  if (said.WMaxLimPctEna === 1 && said.WMaxLimPct !== null)
    bounds.push({ ...free, leastW: (-said.WMaxLimPct / 100) * ratingW })
  if (said.WSetEna === 1 && said.WSet !== null) bounds.push({ leastW: -said.WSet, mostW: -said.WSet })
  return bounds
}
