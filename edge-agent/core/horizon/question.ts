import type { Claim } from '../allocator/claim.ts'
import type { Load } from '../allocator/network.ts'
import { pullOf, type Pull } from '../allocator/wires.ts'
import type { Part } from '../schedule/participant.ts'
import type { Commitment, Member, Problem, Slot, Sun } from './problem.ts'
import type { Ground } from './rival.ts'
import { horizonRows } from './rows.ts'
import { edgesOf } from './slots.ts'

/** What the site is to be good at, in money of any kind. Prices are of the mean power in a slot. */
export type Prices = {
  buyPerKWh(atMs: number): number
  sellPerKWh(atMs: number): number
  carbonKgPerKWh(atMs: number): number
  readonly carbonPerKg: number // What a kilogram is worth to the site; 0: prices alone count.
  /** A demand charge: what is below the month's peak so far, or a peak expected anyway, costs nothing more. */
  readonly demand: { readonly perKW: number; readonly peakSoFarW: number; readonly peakHintW: number } | null
  readonly valuePerKWh: number // Of a kWh in a car: what it is worth that nobody leaves without.
  readonly hurryPerKWhHour: number
}

export type Site = {
  readonly nowMs: number
  readonly stepMs: number // How long the first slot is.
  readonly mostMs: number // Nobody plans further.
  /** Limits and base load then, without the cars and without what is reserved for them. */
  loadAt(atMs: number): Load
  baseWAt(atMs: number): number
  readonly changesMs: readonly number[] // When limits, prices or forecasts step.
  readonly cars: readonly { readonly key: string; readonly claim: Claim }[]
  readonly batteries: readonly Battery[]
  readonly suns: readonly Plant[]
}

/** `pull` of one milliampere it gives: it points backwards. */
export type Plant = {
  readonly key: string
  readonly pull: Pull
  readonly wattsPerA: number
  availableWAt(atMs: number): number
}

/** A battery, or a car that can feed back: its state as its driver tells it; `pull` of one milliampere it draws. */
export type Battery = {
  readonly part: Part
  readonly pull: Pull
  readonly wattsPerA: number
  readonly efficiency: number
  readonly valuePerKWh: number // What is in it at the end is worth so much.
  readonly wearPerKWh: number
  readonly untilMs: number | null
  readonly fullPercent?: number // More than that is worth nothing; full when left out.
}

const threePhaseWattsPerA = 690 // Three times 230 V.

/**
 * A site's state as the optimiser's question; the keys of cars, batteries and suns come back in the plan. A car
 * that names no energy is taken to need all the time until its departure, one without departure to stay.
 * A battery whose charge nobody knows is left out: it can promise nothing.
 */
export function questionOf(site: Site, prices: Prices): Problem {
  const slots = slotsOf(site)
  const endMs = slots.at(-1)?.endMs ?? site.nowMs
  const { wires } = site.loadAt(site.nowMs).network
  const cars = site.cars.map(({ key, claim }) => ({
    member: carOf(key, claim, { site, prices, endMs }),
    pull: pullOf(wires, claim.place, claim.direction)
  }))
  const batteries = site.batteries.flatMap((battery) => {
    const member = batteryOf(battery, site.nowMs, endMs)
    return member === null ? [] : [{ member, pull: battery.pull }]
  })
  const members = [...cars, ...batteries]
  return {
    slots,
    members: members.map(({ member }) => member),
    sun: site.suns.map((sun) => sunOf(sun, slots)),
    rows: horizonRows(
      slots.map(({ startMs }) => site.loadAt(startMs)),
      [...members, ...site.suns].map(({ pull }) => pull)
    ),
    commitments: commitmentsOf(slots, prices),
    hurryPerKWhHour: prices.hurryPerKWhHour
  }
}

/** The kernel's side of the same question: to play a way of sharing forward through it. */
export function groundOf(site: Site, problem: Problem): Ground {
  const { wires } = site.loadAt(site.nowMs).network
  const known = new Set(problem.members.map(({ key }) => key))
  const batteries = site.batteries.filter(({ part }) => known.has(part.id))
  return {
    claims: [...site.cars.map(({ claim }) => claim), ...batteries.map(() => null)],
    pulls: [
      ...site.cars.map(({ claim }) => pullOf(wires, claim.place, claim.direction)),
      ...[...batteries, ...site.suns].map(({ pull }) => pull)
    ],
    loadAt(slot) {
      const load = site.loadAt(problem.slots[slot]?.startMs ?? site.nowMs)
      return { ...load, used: load.used.slice(), usedIm: load.usedIm.slice() }
    }
  }
}

/** To the last departure, or as far as anybody plans where somebody stays. */
function slotsOf({ nowMs, stepMs, mostMs, cars, batteries, changesMs, baseWAt }: Site): readonly Slot[] {
  const departures = cars.map(({ claim }) => claim.departMs ?? Infinity)
  const stays = batteries.map(({ untilMs }) => untilMs ?? Infinity)
  const last = Math.max(nowMs + stepMs, ...departures, ...stays)
  const endMs = Math.min(nowMs + mostMs, last)
  const edges = edgesOf(nowMs, stepMs, endMs, [...departures, ...stays, ...changesMs])
  return edges.slice(1).map((edge, at) => {
    const startMs = edges[at] ?? nowMs
    return { startMs, endMs: edge, baseW: baseWAt(startMs) }
  })
}

type Frame = { readonly site: Site; readonly prices: Prices; readonly endMs: number }

function carOf(key: string, claim: Claim, { site: { nowMs }, prices, endMs }: Frame): Member {
  const fullMilliA = claim.fullMilliA ?? claim.capMilliA
  const [one, two, three] = claim.direction
  const wattsPerA =
    claim.fullW === undefined || fullMilliA <= 0
      ? Math.max(1, one + two + three) * (threePhaseWattsPerA / 3)
      : (claim.fullW / fullMilliA) * 1000
  const untilMs = Math.max(nowMs, Math.min(endMs, claim.departMs ?? endMs))
  const chargeA = claim.capMilliA / 1000
  const most = chargeA * wattsPerA * ((untilMs - nowMs) / hourMs)
  return {
    key,
    wattsPerA,
    fromMs: nowMs,
    untilMs,
    chargeA,
    dischargeA: 0,
    energy: { lowWh: 0, highWh: Math.max(0, Math.min(most, claim.energyLeftWh ?? most)) },
    efficiency: 1,
    valuePerKWh: prices.valuePerKWh,
    wearPerKWh: 0
  }
}

const hourMs = 3_600_000

function batteryOf(battery: Battery, nowMs: number, endMs: number): Member | null {
  const { part, wattsPerA, efficiency, valuePerKWh, wearPerKWh, untilMs, fullPercent = 100 } = battery
  const socPercent = part.reading?.socPercent ?? null
  if (part.reading === null || socPercent === null || part.capacityWh === null) return null
  const { leastW, mostW } = part.reading.available
  const above = Math.max(0, socPercent - (part.reservePercent ?? 0))
  return {
    key: part.id,
    wattsPerA,
    fromMs: nowMs,
    untilMs: Math.max(nowMs, Math.min(endMs, untilMs ?? endMs)),
    chargeA: Math.max(0, Math.min(mostW, part.rating.mostW)) / wattsPerA,
    dischargeA: Math.max(0, Math.min(-leastW, -part.rating.leastW)) / wattsPerA,
    energy: {
      lowWh: (-part.capacityWh * above) / 100,
      highWh: (part.capacityWh * Math.max(0, fullPercent - socPercent)) / 100
    },
    efficiency,
    valuePerKWh,
    wearPerKWh
  }
}

const sunOf = ({ key, wattsPerA, availableWAt }: Site['suns'][number], slots: readonly Slot[]): Sun => ({
  key,
  wattsPerA,
  availableW: slots.map(({ startMs }) => Math.max(0, availableWAt(startMs)))
})

/** Energy with the price of its carbon on top, and the peak. Carbon avoided elsewhere by what is sold counts, too. */
function commitmentsOf(slots: readonly Slot[], prices: Prices): readonly Commitment[] {
  const { demand, carbonPerKg } = prices
  const by = (price: (atMs: number) => number): readonly number[] =>
    slots.map(({ startMs }) => price(startMs) + carbonPerKg * prices.carbonKgPerKWh(startMs))
  const energy: Commitment = {
    per: 'slot',
    quantityW: slots.map(() => 0),
    upPerKWh: by(prices.buyPerKWh),
    downPerKWh: by(prices.sellPerKWh)
  }
  if (demand === null) return [energy]
  const freeW = Math.max(demand.peakSoFarW, demand.peakHintW)
  return [energy, { per: 'once', quantityW: slots.map(() => freeW), upPerKW: demand.perKW, downPerKW: 0 }]
}
