import { excess, leave, rampMs, told, type Pile } from './charger.ts'
import { hearing } from './hearing.ts'
import { lineOf } from './order.ts'

const floorMilliA = 6_000

export type Made = Pick<
  Pile,
  'site' | 'temper' | 'phases' | 'clock' | 'chance' | 'voltageV' | 'weather' | 'visits'
> & { readonly liesWithinS: number }

export function pileOf(made: Made): Pile {
  const { liesWithinS, ...kept } = made
  const { site, temper, phases, clock, chance, voltageV } = kept
  const connector = site.evses[0]?.connectors[0]
  if (connector === undefined) throw new Error(`${site.id} has no connector`)
  const lies = temper === 'ignoring' || temper === 'lying'
  return {
    ...kept,
    ratingMilliA: Math.floor((connector.maxPowerW * 1000) / (voltageV * phases.length)),
    liesFromMs: lies
      ? clock.monotonicMs() + chance.between(900, Math.max(900, liesWithinS)) * 1000
      : Infinity,
    hearing: hearing(chance),
    line: lineOf(),
    nextVisit: 0,
    dueMs: 0,
    steppedMs: clock.monotonicMs(),
    connected: false,
    backAtMs: 0,
    quietAtMs: chance.between(60, 14_400) * 1000,
    stored: null,
    profile: null,
    car: null,
    cameAtMs: -Infinity,
    flowMilliA: 0,
    flows: 0,
    excessSinceMs: null,
    hasLied: false,
    deafSinceMs: null,
    isUnanswered: false
  }
}

/** Whatever has fallen due: cars come and go, the line breaks and heals, current follows. */
export function step(pile: Pile, nowMs: number): void {
  if (pile.car !== null) pile.car.leftMilliAms -= pile.flowMilliA * (nowMs - pile.steppedMs)
  come(pile, nowMs)
  if (!pile.connected && nowMs >= pile.backAtMs) pile.connected = true
  misbehave(pile, nowMs)
  const target = wanted(pile, nowMs)
  follow(pile, target, nowMs)
  const over = excess(pile, nowMs)
  pile.excessSinceMs = over > 0 ? (pile.excessSinceMs ?? nowMs) : null
  if (over > 0 && pile.temper !== 'rounding') pile.hasLied = true
  pile.steppedMs = nowMs
  pile.dueMs = nextMs(pile, target, nowMs)
}

/** The line breaks and comes back after this long: the network was gone, or the edge was restarted. */
export function cut(pile: Pile, milliseconds: number): void {
  const nowMs = pile.clock.monotonicMs()
  pile.connected = false
  pile.backAtMs = nowMs + milliseconds
  pile.quietAtMs = pile.backAtMs + pile.chance.between(600, 14_400) * 1000
  pile.dueMs = nowMs
}

function wanted(pile: Pile, nowMs: number): number {
  const { car, temper, ratingMilliA } = pile
  if (car === null || car.leftMilliAms <= 0) return 0
  const offered = told(pile, nowMs)
  const kept = temper === 'rounding' ? Math.round(offered / 1000) * 1000 : offered
  const free = nowMs >= pile.liesFromMs ? ratingMilliA : kept
  return free < floorMilliA ? 0 : Math.min(free, car.maxMilliA, ratingMilliA)
}

/** Falls linearly within the ramp; rises at once, which is the worse case for the fuse. */
function follow(pile: Pile, target: number, nowMs: number): void {
  const fall = Math.ceil((pile.ratingMilliA * (nowMs - pile.steppedMs)) / rampMs)
  const flow = Math.max(target, pile.car === null ? 0 : pile.flowMilliA - fall)
  if (flow === pile.flowMilliA) return
  pile.flowMilliA = flow
  pile.flows++
}

function come(pile: Pile, nowMs: number): void {
  if (pile.car !== null && nowMs >= pile.car.leavesAtMs) leave(pile)
  const visit = pile.visits[pile.nextVisit]
  if (pile.car !== null || visit === undefined || nowMs < visit.fromS * 1000) return
  pile.nextVisit++
  pile.cameAtMs = nowMs
  if (nowMs >= visit.toS * 1000) return
  const { chance, phases, site, voltageV, clock } = pile
  const carPhases = phases.length === 1 || chance.happens(0.3) ? 1 : phases.length
  pile.car = {
    transactionId: `${site.id}-${pile.nextVisit}`,
    cameAt: clock.instant(),
    maxMilliA: chance.pick([16_000, 32_000, 10_000]),
    phases: carPhases,
    leavesAtMs: visit.toS * 1000,
    leftMilliAms: (visit.energyWh * 3_600_000_000) / (voltageV * carPhases)
  }
  pile.flows++
}

function misbehave(pile: Pile, nowMs: number): void {
  const { chance, temper } = pile
  if (!pile.connected || nowMs < pile.quietAtMs) return
  if (temper === 'rebooting') {
    pile.profile = null
    cut(pile, chance.between(5, 60) * 1000)
  } else if (temper.startsWith('silent')) cut(pile, chance.between(60, 1800) * 1000)
}

function nextMs(pile: Pile, target: number, nowMs: number): number {
  if (pile.flowMilliA !== target) return nowMs + 1000
  const { car, visits, nextVisit, profile, connected, backAtMs, quietAtMs, liesFromMs } = pile
  const visit = visits[nextVisit]
  const full = car !== null && target > 0 ? nowMs + car.leftMilliAms / target : Infinity
  const ends = [
    car === null ? (visit?.fromS ?? Infinity) * 1000 : Math.min(full, car.leavesAtMs),
    profile === null ? Infinity : profile.endsMs,
    connected ? quietAtMs : backAtMs,
    liesFromMs
  ]
  return Math.max(nowMs + 1000, Math.min(...ends.filter((each) => each > nowMs)))
}
