import type { Device, SlotShare, Terms } from './device.ts'
import { samePhases, silent, type Gate, type GateNode, type SetPoint, type Side } from './gates.ts'
import { begun, switchingDefaults } from './phases.ts'

/** What the tests of slices build their trees from. */
export const never = { ...switchingDefaults, mode: 'never' as const }
export const terms: Terms = { voltageV: 230, sliceMilliA: 500, sliceW: 500, switching: never, nowMs: 0 }

export type Words = {
  readonly amps?: number
  readonly watts?: number
  readonly floorA?: number
  readonly phases?: readonly [number, number]
}
export const side = (source: string, { amps, watts, floorA, phases }: Words): Side => ({
  amps: amps === undefined ? null : samePhases({ value: amps * 1000, source }),
  watts: watts === undefined ? null : { value: watts, source },
  floorMilliA: floorA === undefined ? null : { value: floorA * 1000, source },
  leastPhases: phases === undefined ? null : { value: phases[0], source },
  mostPhases: phases === undefined ? null : { value: phases[1], source }
})
export const gate = (source: string, words: Words, fromMs = -Infinity): Gate => ({
  fromMs,
  toLeaves: silent,
  toRoot: side(source, words),
  efficiency: 1
})

export type NodeWords = {
  readonly parent?: number
  readonly draws?: readonly Gate[]
  readonly feeds?: readonly Gate[]
  readonly points?: readonly SetPoint[]
  readonly hertz?: number
}
export const node = (
  id: string,
  { parent, draws = [], feeds = [], points = [], hertz }: NodeWords
): GateNode => ({
  id,
  parent: parent ?? null,
  imports: draws,
  exports: feeds,
  setPoints: points,
  hertz: hertz ?? null
})
export const device = (at: number, changes: Partial<Device> = {}): Device => ({
  node: at,
  phases: [0, 1, 2],
  switching: begun(3),
  ...changes
})
export const grid = node('grid', { draws: [gate('grid', { amps: 32 })], feeds: [gate('grid', { amps: 16 })] })
export const evse = (id: string, draws: Words, feeds: Words = {}): GateNode =>
  node(id, {
    parent: 0,
    draws: [gate(id, { floorA: 6, ...draws })],
    feeds: [gate(id, { amps: 0, ...feeds })]
  })
export const amps = (shares: readonly (readonly SlotShare[])[]): (number | null)[] =>
  shares.map(([share]) => ((share?.milliA ?? null) === null ? null : (share?.milliA ?? 0) / 1000))
