import { lookBackS, type Bench, type Judged, type Seen, type Sums } from './bench.ts'
import { boldS, markBold } from './bold.ts'
import { excess, rampMs, type Pile } from './charger.ts'
import { contain, markPassing, nobodyPasses, type Passing } from './contain.ts'
import { counter } from './counter.ts'
import { watchParts } from './parts/index.ts'
import { Last, rowsOf, share, type Row } from './rows.ts'
import { compare } from './said.ts'
import type { Troubles, Truth } from './troubles.ts'
import type { Verdict } from './verdict.ts'

/**
 * Ramp allowance, stated: the meter's sample may be a second old, the next cycle is a second away, a charger that
 * owes an answer is given three seconds before the others make room for it, the slowest of those confirms within
 * three, and the vehicle follows the pilot within five (IEC 61851-1).
 */
export const allowanceS = 1 + 1 + 3 + 3 + rampMs / 1000
const meterFaultS = 5 // A lying meter is found within this (reliability.md, fault 16).
const lieFoundS = 10 // A charger that ignores its limit is found within this (fault 17).
const backS = 10 // A meter that was found wrong is believed again after so many good samples.
const deafS = 30 // A word that was lost or refused is said again within this.
const phases = [0, 1, 2] as const

/**
 * Judges each second of a day: every fuse and the total. What flows may pass a limit only as far as what nobody can
 * change (silent, deaf or lying chargers, the base load) passes it by itself; and it may do so for no longer than the
 * allowance after the limit or the base load or a line changed. The edge's own word excuses nothing.
 */
export function judgeOf(verdict: Verdict, day: Judged): () => void {
  const bench = openBench()
  let blindUntilMs = -Infinity
  const count = counter(verdict, day, { mostS: allowanceS + meterFaultS, afterFaultS: backS + allowanceS })
  const free: number[] = day.piles.map(() => -Infinity) // Until when each counts as out of reach.
  return () => {
    const nowMs = day.clock.monotonicMs()
    const { troubles } = day
    seat(bench, day)
    day.piles.forEach((pile, at) => {
      if (isBeyond(pile, nowMs)) free[at] = nowMs + allowanceS * 1000
    })
    if (troubles.meterFault !== null) blindUntilMs = nowMs + (backS + allowanceS) * 1000
    const truth = troubles.edgeDown ? wiringOf(bench) : troubles.truth()
    const sums: Sums = {
      nowMs,
      truth,
      base: day.base(),
      parts: watchParts(day.roof.parts, nowMs, allowanceS * 1000),
      free,
      windowS: windowOf(troubles, nowMs),
      isBlind: blindUntilMs >= nowMs,
      gone: bench.gone
    }
    for (const phase of phases) bench.bases[phase].push(sums.base[phase])
    const all = lookAt(bench, day.piles, sums)
    count(sums, all)
    if (all.out) verdict.outOfReachSeconds++
    tally(verdict, bench, { ...sums, piles: day.piles }, all)
    compare(verdict, day, bench, sums)
  }
}

const openBench = (): Bench => ({
  site: null,
  rows: [],
  gone: new Set(),
  backAtMs: new Map(),
  bold: new Map(),
  heldAtMs: new Map(),
  bases: [new Last(lookBackS), new Last(lookBackS), new Last(lookBackS)]
})

/** All rows together, the worst of them by name. */
function lookAt({ rows }: Bench, piles: readonly Pile[], sums: Sums) {
  const all = { over: 0, worst: '', out: false, meter: false, feeder: false, unseen: false }
  const passing = nobodyPasses()
  for (const seen of rows) {
    const { over, raw, out, hasUnseen, isPassed } = look(seen, piles, sums)
    if (over > all.over) Object.assign(all, { over, worst: seen.row.name })
    all.out ||= out
    const where = seen.row.metered ? 'meter' : hasUnseen ? 'unseen' : 'feeder'
    if (raw > 0) all[where] = true
    if (isPassed) markPassing(passing, seen.row, { piles, raw, where: where === 'unseen' ? null : where })
  }
  return { ...all, passing }
}

/** A changed wiring plan brings new fuses: those that stay keep their past. */
function seat(bench: Bench, { troubles, piles, clock }: Judged): void {
  const site = troubles.site()
  if (bench.site === site) return
  const known = new Map(bench.rows.map((seen) => [seen.row.name, seen]))
  const size = allowanceS + meterFaultS
  bench.rows = rowsOf(site, piles).map((row) => {
    const before = known.get(row.name)
    const [rooms, beyond] = [before?.rooms ?? new Last(size), before?.beyond ?? new Last(size)]
    return { row, rooms, beyond, loose: before?.loose ?? new Last(size) }
  })
  bench.site = site
  const gone = new Set(piles.filter((pile) => !site.chargers.includes(pile.site)))
  for (const pile of bench.gone) if (!gone.has(pile)) bench.backAtMs.set(pile, clock.monotonicMs())
  bench.gone = gone
}

/** A dead edge hears of no limit; the wiring must hold all the same. */
const wiringOf = ({ site }: Bench): Truth => ({
  milliA: (site?.grid.limitA[0] ?? 0) * 1000,
  watts: Infinity,
  exportW: Infinity
})

const windowOf = ({ meterFault }: Troubles, nowMs: number): number =>
  allowanceS + (meterFault !== null && nowMs - meterFault.window.fromMs < 30_000 ? meterFaultS : 0)

/** Nobody's word reaches it: out of touch, a message lost or refused just now, a liar found. */
function isBeyond(pile: Pile, nowMs: number): boolean {
  const { connected, excessSinceMs, temper } = pile
  const lied = excessSinceMs !== null && temper === 'lying'
  return !connected || isDeaf(pile, nowMs) || lied
}

const isDeaf = ({ deafSinceMs }: Pile, nowMs: number): boolean =>
  deafSinceMs !== null && nowMs - deafSinceMs < deafS * 1000

type Found = {
  readonly over: number
  readonly raw: number
  readonly out: boolean
  readonly hasUnseen: boolean
  readonly isPassed: boolean
}

function look({ row, rooms, beyond, loose: loosely }: Seen, piles: readonly Pile[], sums: Sums): Found {
  const { flow: cars, excused, stuck, gone, hasUnseen } = flowsIn(row, piles, sums)
  const { draws, loose, feeds, fed } = sums.parts(row.node)
  const flow = cars + through(row, draws)
  const bound = row.room(sums.truth, sums.base) - gone
  const [free, stray] = [bound + through(row, feeds) + through(row, fed), through(row, loose)]
  const room = free - stray
  rooms.push(free)
  loosely.push(-stray)
  beyond.push(stuck)
  if (flow <= room) return { over: 0, raw: 0, out: false, hasUnseen, isPassed: false }
  const most =
    Math.max(0, rooms.most(sums.windowS) + loosely.most(sums.windowS), beyond.most(sums.windowS)) + row.slack
  return {
    over: Math.max(0, flow - excused - most),
    raw: flow - most,
    out: stuck > room,
    hasUnseen,
    isPassed: true
  }
}

const through = ({ phase }: Row, [l1, l2, l3]: readonly [number, number, number]): number =>
  phase === 'all' ? l1 + l2 + l3 : phase === 0 ? l1 : phase === 1 ? l2 : l3

/** Through a row: all that flows, what liars are excused, what nobody can change, and who is out of the plan. */
function flowsIn({ members, metered }: Row, piles: readonly Pile[], sums: Sums) {
  const { nowMs, free, gone } = sums
  const all = { flow: 0, excused: 0, stuck: 0, gone: 0, hasUnseen: false }
  for (const { pile: at, phase } of members) {
    const pile = piles[at]
    if (pile === undefined || pile.flowMilliA === 0) continue
    const current = share(pile, phase, pile.flowMilliA)
    const lie = Math.min(current, share(pile, phase, excess(pile, nowMs)))
    const isHidden = gone.has(pile) ? isUnheard(metered, pile) : isUnseen(metered, pile)
    if (gone.has(pile)) {
      all.gone += current // For the edge a load as every other, and reserved on its feeder.
      all.excused += Number(isHidden) * lie
    } else {
      all.flow += current
      all.stuck += (free[at] ?? 0) > nowMs ? current : 0
      all.excused += excusedOf(pile, { current, lie, isSeen: metered && !sums.isBlind, nowMs })
    }
    all.hasUnseen ||= isHidden
  }
  return all
}

type Flowing = {
  readonly current: number
  readonly lie: number
  readonly isSeen: boolean
  readonly nowMs: number
}

function excusedOf(pile: Pile, { current, lie, isSeen, nowMs }: Flowing): number {
  if (isGraced(pile, nowMs) || isUnseen(isSeen, pile)) return lie
  return isJustCome(pile, nowMs) ? current : 0
}

/** A liar is given the time in which it has to be found, and the others the allowance to make room. */
const isGraced = ({ excessSinceMs }: Pile, nowMs: number): boolean =>
  excessSinceMs !== null && nowMs - excessSinceMs <= (lieFoundS + allowanceS) * 1000

/**
 * A pile that takes no limit gives a car all it has from the first second on, and one that alone passes the limit can only
 * be stopped: no controller is sooner than its meter's word and the stop's way. It is given what a liar is given.
 */
const isJustCome = ({ temper, cameAtMs }: Pile, nowMs: number): boolean =>
  temper === 'refusing' && nowMs - cameAtMs <= lieFoundS * 1000

/** Behind a feeder without a meter, or while the site's meter fails, nobody can see what a charger that lies takes. */
const isUnseen = (isMetered: boolean, { temper, excessSinceMs }: Pile): boolean =>
  !isMetered && temper === 'lying' && excessSinceMs !== null

/** The edge ends the connection of one that was taken out of the plan: behind a feeder without a meter its own word is not heard either. */
const isUnheard = (isMetered: boolean, { temper, excessSinceMs }: Pile): boolean =>
  !isMetered && (temper === 'lying' || temper === 'ignoring') && excessSinceMs !== null

type Where = {
  readonly meter: boolean
  readonly feeder: boolean
  readonly unseen: boolean
  readonly passing: Passing
}

type Tallied = Pick<Sums, 'nowMs' | 'gone'> & Pick<Judged, 'piles'>

function tally(verdict: Verdict, bench: Bench, { nowMs, gone, piles }: Tallied, over: Where): void {
  if (over.unseen) verdict.unseenSeconds++
  for (const pile of piles) {
    const { car, flowMilliA, excessSinceMs, temper, voltageV } = pile
    markBold(bench.bold, pile, nowMs)
    if (car === null || flowMilliA === 0) continue
    verdict.deliveredWh += (flowMilliA * car.phases * voltageV) / 3_600_000
    refuse(verdict, pile, nowMs, over)
    // Who is out of the plan is told nothing: it ignores nobody.
    if (excessSinceMs === null || temper === 'rounding' || gone.has(pile)) continue
    const sinceMs = Math.max(excessSinceMs, bench.backAtMs.get(pile) ?? -Infinity)
    verdict.liarWh += (excess(pile, nowMs) * car.phases * voltageV) / 3_600_000
    if (temper === 'ignoring') verdict.longestLieS = Math.max(verdict.longestLieS, boldS(bench, pile, nowMs))
    contain(verdict, over.passing, { pile, sinceMs, nowMs, heldAtMs: bench.heldAtMs })
  }
}

function refuse(verdict: Verdict, { temper, cameAtMs }: Pile, nowMs: number, { meter, feeder }: Where): void {
  const sinceS = (nowMs - cameAtMs) / 1000
  if (temper !== 'refusing' || sinceS > 60 || !(meter || feeder)) return
  verdict.refusedS = Math.max(verdict.refusedS, sinceS)
}
