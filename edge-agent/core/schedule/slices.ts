import type { Device, SlotShare, Terms } from './device.ts'
import {
  book,
  boundBy,
  emptied,
  headroom,
  roundsLeft,
  tightest,
  type Flow,
  type Headroom,
  type Ledger,
  type Phase
} from './ledger.ts'
import { choiceOf, isSpent, type Phases, type Room } from './phases.ts'

export type Slot = Terms & { readonly fromMs: number; readonly active: boolean }

type Bidder = {
  readonly device: Device
  flow: Flow | null // Undecided until something can flow.
  started: boolean // Has its floor, or needs none.
  phases: Phases
  phasesBecause: readonly string[]
  milliA: number // Magnitudes; `flow` says which way.
  watts: number
  because: readonly string[] | null // What stopped it when it first got no more.
}

type Amount = { readonly milliA: number; readonly watts: number }
type Taker = { readonly bidder: Bidder; readonly took: Amount }

const mostRounds = 10_000 // Whatever is left after so many was not worth a slice.
const near = 1e-6

/** One slot by slices, round after round in the order of the devices, until nobody takes one any more. */
export function shareSlot(ledger: Ledger, devices: readonly Device[], slot: Slot): SlotShare[] {
  const bidders = devices.map(bidderOf)
  for (let round = 0; round < mostRounds; round++) {
    const takers = bidders.flatMap((bidder): Taker[] => {
      const took = bid(ledger, bidder, slot)
      bidder.because = took === null ? (bidder.because ?? binding(ledger, bidder, slot)) : null
      return took === null ? [] : [{ bidder, took }]
    })
    if (takers.length === 0) break
    if (isOneWay(bidders)) leap(ledger, takers, slot)
  }
  return bidders.map((bidder) => shareOf(ledger, bidder, slot))
}

const bidderOf = (device: Device): Bidder => ({
  device,
  flow: null,
  started: false,
  phases: within(device.switching.active, device),
  phasesBecause: [],
  milliA: 0,
  watts: 0,
  because: null
})

function bid(ledger: Ledger, bidder: Bidder, slot: Slot): Amount | null {
  bidder.flow ??= flowFor(ledger, bidder)
  if (bidder.flow === null) return null
  const room = headroom(ledger, bidder.device.node, used(bidder), bidder.flow)
  if (room.milliA === null)
    return take(ledger, bidder, { milliA: 0, watts: Math.min(slot.sliceW, room.watts ?? 0) })
  const floor = bidder.started ? 0 : floorOf(ledger, bidder)
  if (floor > 0) return start(ledger, bidder, slot, { floor, room })
  bidder.started = true
  return takeAmps(ledger, bidder, slot, Math.min(slot.sliceMilliA, reachOf(room, bidder, slot)))
}

/** It draws where it can, and feeds in only where it cannot draw. */
function flowFor(ledger: Ledger, bidder: Bidder): Flow | null {
  for (const flow of ['imports', 'exports'] as const) {
    const { milliA, watts } = headroom(ledger, bidder.device.node, used(bidder), flow)
    const silent = milliA === null && watts === null
    if (!silent && (milliA ?? Infinity) > 0 && (watts ?? Infinity) > 0) return flow
  }
  return null
}

/** Its floor at the phases that suit, or at one when that fails and may be changed; else nothing. */
function start(
  ledger: Ledger,
  bidder: Bidder,
  slot: Slot,
  { floor, room }: { readonly floor: number; readonly room: Headroom }
): Amount | null {
  if (bidder.flow === 'imports') choosePhases(ledger, bidder, slot, { floor, room })
  const chosen = takeFloor(ledger, bidder, slot, floor)
  const fixed = slot.switching.mode === 'never' || isSpent(bidder.device.switching, slot.switching)
  if (chosen !== null || bidder.flow === 'exports' || fixed || bidder.phases === 1) return chosen
  const before = bidder.phases
  bidder.phases = 1
  const single = takeFloor(ledger, bidder, slot, floor)
  if (single === null) bidder.phases = before
  else bidder.phasesBecause = [`no room for ${before} phases`]
  return single
}

function choosePhases(
  ledger: Ledger,
  bidder: Bidder,
  slot: Slot,
  { floor, room }: { readonly floor: number; readonly room: Headroom }
): void {
  const { device } = bidder
  const most = tightest(ledger, device.node, 'imports', 'mostPhases')
  const least = tightest(ledger, device.node, 'imports', 'leastPhases')
  const limits: Room = {
    availableW: room.watts,
    floorMilliA: floor,
    most: within(most?.value ?? 3, device),
    least: within(least?.value ?? 3, device),
    voltageV: slot.voltageV
  }
  const state = slot.active ? device.switching : { ...device.switching, oneBestMs: -Infinity }
  const choice = choiceOf(state, limits, slot.switching, slot.nowMs)
  bidder.phases = choice.phases
  bidder.phasesBecause = choice.phases === limits.most ? (most?.sources ?? []) : [choice.because]
}

function takeFloor(ledger: Ledger, bidder: Bidder, slot: Slot, floor: number): Amount | null {
  if (bidder.flow === null) return null
  const room = headroom(ledger, bidder.device.node, used(bidder), bidder.flow)
  if (reachOf(room, bidder, slot) + near < floor) return null
  bidder.started = true
  return takeAmps(ledger, bidder, slot, floor)
}

/** Milliamperes that both kinds of limits leave it at its phases. */
const reachOf = ({ milliA, watts }: Headroom, { phases }: Bidder, { voltageV }: Slot): number =>
  Math.min(milliA ?? Infinity, watts === null ? Infinity : (watts * 1000) / (phases * voltageV))

const takeAmps = (ledger: Ledger, bidder: Bidder, slot: Slot, milliA: number): Amount | null =>
  take(ledger, bidder, { milliA, watts: (milliA * bidder.phases * slot.voltageV) / 1000 })

function take(ledger: Ledger, bidder: Bidder, amount: Amount): Amount | null {
  if (amount.watts <= near) return null
  const sign = bidder.flow === 'exports' ? -1 : 1
  book(ledger, bidder.device.node, used(bidder), {
    milliA: sign * amount.milliA,
    watts: sign * amount.watts
  })
  bidder.milliA += amount.milliA
  bidder.watts += amount.watts
  return amount
}

/**
 * Many rounds at once where they would all be alike: all take whole slices, and nobody comes near a limit. The
 * outcome is the same as slice by slice.
 */
function leap(ledger: Ledger, takers: readonly Taker[], slot: Slot): void {
  const flow = takers[0]?.bidder.flow ?? null
  if (flow === null || !takers.every((taker) => isWhole(taker, slot))) return
  const pull = emptied(ledger)
  for (const { bidder, took } of takers) book(pull, bidder.device.node, used(bidder), took)
  const rounds = takers.map(({ bidder }) =>
    roundsLeft(ledger, pull, { node: bidder.device.node, phases: used(bidder), flow })
  )
  const all = Math.min(...rounds)
  if (all < 1) return
  for (const { bidder, took } of takers)
    take(ledger, bidder, { milliA: took.milliA * all, watts: took.watts * all })
}

/** Where some draw and others feed in, each slice of one makes room for the other: the order of slices counts. */
const isOneWay = (bidders: readonly Bidder[]): boolean =>
  new Set(bidders.map(({ flow }) => flow).filter((flow) => flow !== null)).size === 1

const isWhole = ({ took }: Taker, { sliceMilliA, sliceW }: Slot): boolean =>
  took.milliA > 0 ? took.milliA === sliceMilliA : took.watts === sliceW

function shareOf(ledger: Ledger, bidder: Bidder, slot: Slot): SlotShare {
  const { device, flow } = bidder
  const way = flow ?? 'imports'
  const sign = way === 'exports' ? -1 : 1
  const room = headroom(ledger, device.node, used(bidder), way)
  return {
    fromMs: slot.fromMs,
    milliA: room.milliA === null ? null : sign * bidder.milliA + 0,
    watts: sign * bidder.watts + 0,
    phases: bidder.phases,
    because: bidder.because ?? binding(ledger, bidder, slot),
    phasesBecause: bidder.phasesBecause
  }
}

/** The quantity that leaves less, in amperes at its phases; both where they leave the same. */
function binding(ledger: Ledger, bidder: Bidder, slot: Slot): readonly string[] {
  const room = headroom(ledger, bidder.device.node, used(bidder), bidder.flow ?? 'imports')
  const names = boundBy(ledger, bidder.device.node, used(bidder), bidder.flow ?? 'imports')
  const byWatts = room.watts === null ? Infinity : (room.watts * 1000) / (bidder.phases * slot.voltageV)
  const byAmps = room.milliA ?? Infinity
  if (byWatts === Infinity && byAmps === Infinity) return ['no limit known']
  if (Math.abs(byWatts - byAmps) <= near) return [...new Set([...names.amps, ...names.watts])]
  return byAmps < byWatts ? names.amps : names.watts
}

const used = ({ device, phases }: Bidder): readonly Phase[] => device.phases.slice(0, phases)

const floorOf = (ledger: Ledger, { device, flow }: Bidder): number =>
  flow === null ? 0 : (tightest(ledger, device.node, flow, 'floorMilliA')?.value ?? 0)

function within(phases: number, { phases: wired }: Device): Phases {
  const most = Math.min(phases, wired.length)
  return most >= 3 ? 3 : most === 2 ? 2 : 1
}
