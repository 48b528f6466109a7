import { floorMilliA, type Claim, type Strategy } from '../allocator/claim.ts'
import { pullUp, type Load } from '../allocator/network.ts'
import type { Pull } from '../allocator/wires.ts'
import type { Commitment, Problem } from './problem.ts'
import { hoursOf, hurryOf, kWPerA, presence } from './program.ts'
import { contentsWh, type HorizonPlan } from './solve.ts'

/** The kernel's side of a question: who asks for what, and what the rows carry without them. */
export type Ground = {
  readonly claims: readonly (Claim | null)[] // By member; null: a battery, whom no strategy of the moment leads.
  readonly pulls: readonly Pull[] // By member, then by sun, as in the question's rows.
  /** A load of its own for each call: playing changes it. */
  loadAt(slot: number): Load
}

/** By slot, then by member and sun, as a plan has them. */
export type Currents = readonly (readonly number[])[]

/** A way of sharing: who gets what in a slot, and what batteries and suns do then, in amperes. */
export type Way = {
  shareAt(slot: number): Strategy
  partAt(slot: number, at: number): number
}

/**
 * Plays a way of sharing forward through the kernel over the slots of a question, with the cars that are here: each
 * slot as a cycle of the loop would share it, what it brings being missing from the next one's need.
 */
export function played(problem: Problem, ground: Ground, way: Way): Currents {
  const left = problem.members.map(({ energy }) => energy.highWh)
  return problem.slots.map((_, index) => {
    const load = ground.loadAt(index)
    const currents = ground.pulls.map((pull, at) => {
      if ((ground.claims[at] ?? null) !== null) return 0
      const amps = way.partAt(index, at)
      pullUp(load, pull, amps * 1000)
      return amps
    })
    const asking = askingIn(problem, ground, index, left)
    way
      .shareAt(index)(
        load,
        asking.map(({ claim }) => claim)
      )
      .forEach(({ milliA }, nth) => {
        const { at, whPerA } = asking[nth] ?? { at: -1, whPerA: 0 }
        if (whPerA <= 0) return
        const amps = Math.min(Math.max(0, milliA) / 1000, (left[at] ?? 0) / whPerA)
        currents[at] = amps
        left[at] = (left[at] ?? 0) - amps * whPerA
      })
    return currents
  })
}

type Asking = { readonly at: number; readonly claim: Claim; readonly whPerA: number }

/** Who is there and still wants something; nobody is given more than he can use in the slot, but for his minimum. */
function askingIn(problem: Problem, { claims }: Ground, index: number, left: readonly number[]): Asking[] {
  const slot = problem.slots[index]
  if (slot === undefined) return []
  return problem.members.flatMap((member, at): Asking[] => {
    const claim = index === 0 ? (claims[at] ?? null) : asMean(claims[at] ?? null)
    const wantsWh = left[at] ?? 0
    if (claim === null || wantsWh <= 0 || presence(member, slot) === 0) return []
    const whPerA = member.wattsPerA * hoursOf(slot) * presence(member, slot)
    const useful = Math.max((wantsWh / whPerA) * 1000, claim.floorMilliA ?? floorMilliA)
    const capMilliA = Math.min(claim.capMilliA, useful)
    return [{ at, whPerA, claim: { ...claim, capMilliA, energyLeftWh: wantsWh } }]
  })
}

/** Later slots are long: what a car takes in one is a mean, which no pilot and no least current binds. */
function asMean(claim: Claim | null): Claim | null {
  if (claim === null) return null
  const { pilots: _, ...mean } = claim
  return { ...mean, floorMilliA: 0 }
}

/** What currents are worth by the question's own measure, in its money: energy by its end, less what power costs. */
export function worthOf(problem: Problem, currentsA: Currents): number {
  const nowMs = problem.slots[0]?.startMs ?? 0
  const contents = contentsWh(problem, { currentsA })
  const energy = problem.members.reduce((sum, member, at) => {
    let before = 0
    return (contents[at] ?? []).reduce((worth, holds, index) => {
      const slot = problem.slots[index]
      const hours = slot === undefined ? 0 : ((slot.startMs + slot.endMs) / 2 - nowMs) / 3_600_000
      const kWh = (holds - before) / 1000
      before = holds
      const given = Math.max(0, -kWh) * member.efficiency
      return worth + kWh * (member.valuePerKWh - hurryOf(problem, member) * hours) - given * member.wearPerKWh
    }, sum)
  }, 0)
  const siteKW = problem.slots.map(({ baseW }, index) =>
    (currentsA[index] ?? []).reduce((kW, amps, at) => kW + amps * kWPerA(problem, at), baseW / 1000)
  )
  return problem.commitments.reduce((worth, each) => worth - costOf(problem, each, siteKW), energy)
}

function costOf({ slots }: Problem, each: Commitment, siteKW: readonly number[]): number {
  const beyond = siteKW.map((kW, index) => kW - (each.quantityW[index] ?? 0) / 1000)
  if (each.per === 'once') {
    const most = Math.max(0, ...beyond)
    const least = Math.max(0, ...beyond.map((kW) => -kW))
    return most * each.upPerKW - least * each.downPerKW
  }
  return slots.reduce((cost, slot, index) => {
    const kW = beyond[index] ?? 0
    const price = kW > 0 ? (each.upPerKWh[index] ?? 0) : (each.downPerKWh[index] ?? 0)
    return cost + kW * price * hoursOf(slot)
  }, 0)
}

/** A strategy of the moment, which knows nothing of later: batteries rest, suns give all they have. */
const ofTheMoment = ({ members, sun }: Problem, share: Strategy): Way => ({
  shareAt: () => share,
  partAt: (slot, at) => {
    const plant = sun[at - members.length]
    return plant === undefined ? 0 : (plant.availableW[slot] ?? 0) / plant.wattsPerA
  }
})

/**
 * Whether a plan, followed through the kernel, is worth at least what a strategy of the moment would bring by the
 * question's own measure. Who follows it only then is, by all that is known now, never worse off.
 * @param share the plan as a way of sharing the slot's power among cars
 */
export function isBetter(problem: Problem, ground: Ground, { plan, share, rival }: Contest): boolean {
  const way: Way = { shareAt: share, partAt: (slot, at) => plan.currentsA[slot]?.[at] ?? 0 }
  const ours = worthOf(problem, played(problem, ground, way))
  return ours >= worthOf(problem, played(problem, ground, ofTheMoment(problem, rival)))
}

type Contest = {
  readonly plan: Pick<HorizonPlan, 'currentsA'>
  readonly share: (slot: number) => Strategy
  readonly rival: Strategy
}
