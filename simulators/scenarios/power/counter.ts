import { volts, type Judged, type Sums } from './bench.ts'
import { exportJudge, hasWrong, type FeedLook } from './parts/index.ts'
import { flowing } from './rows.ts'
import type { Troubles } from './troubles.ts'
import type { Verdict } from './verdict.ts'

const partFoundS = 20 // What a device was told before counts for 10 s, then it is looked at for 10 s.

export type Over = { readonly over: number; readonly worst: string }
type Spans = { readonly mostS: number; readonly afterFaultS: number }

/**
 * Adds up what is too much in either direction: drawn as the judge found it, fed in as found here. Two things go into
 * accounts of their own. A wrong scale or sign that begins while next to nothing flows shows only when something does:
 * from its first harm on it has to be found within the allowance. And an edge that starts under such a meter, at a site
 * that can feed in, has never seen it right: nobody can tell it from sun.
 */
export function counter(verdict: Verdict, day: Judged, { mostS, afterFaultS }: Spans) {
  const feedIn = exportJudge(mostS + partFoundS)
  const misled = misledWatch(mostS, afterFaultS)
  return (sums: Sums, drawn: Over): void => {
    const { nowMs } = sums
    const { troubles, roof } = day
    if (roof.parts.length === 0) {
      countImport(verdict, nowMs, drawn)
      return
    }
    const fed = feedIn(troubles.site(), exportsNow(day, sums))
    if (misled(troubles, nowMs, drawn.over + fed.over > 0)) {
      verdict.misledWh += (drawn.over * volts) / 3_600_000
      verdict.exportMisledWh += (fed.over * volts) / 3_600_000
      return
    }
    countImport(verdict, nowMs, drawn)
    countExport(verdict, nowMs, fed)
  }
}

/** One look a second. @returns whether what is too much now is the meter's, for as long as it may be */
function misledWatch(mostS: number, afterFaultS: number) {
  let bornUntilMs = -Infinity
  let fault: Troubles['meterFault'] = null
  let harmS = 0 // Of this fault.
  return ({ meterFault, edgeDown }: Troubles, nowMs: number, isOver: boolean): boolean => {
    const isWrong = isMisleading(meterFault)
    if (isWrong && (edgeDown || nowMs < bornUntilMs)) bornUntilMs = nowMs + afterFaultS * 1000
    if (isWrong && meterFault !== fault) [fault, harmS] = [meterFault, 0]
    if (isOver && isWrong) harmS++
    return nowMs < bornUntilMs || (isWrong && harmS <= mostS)
  }
}

const isMisleading = (fault: Troubles['meterFault']): boolean =>
  fault?.kind === 'tenfold' || fault?.kind === 'sign-flip'

function countImport(verdict: Verdict, nowMs: number, { over, worst }: Over): void {
  const overW = (over * volts) / 1000
  verdict.overWh += overW / 3600
  if (overW <= verdict.worstOverW) return
  verdict.worstOverW = overW
  verdict.worstAt = `${nowMs / 1000} s ${worst}`
}

function countExport(verdict: Verdict, nowMs: number, { over, worst }: Over): void {
  const overW = (over * volts) / 1000
  verdict.exportOverWh += overW / 3600
  if (overW <= verdict.worstExportW) return
  verdict.worstExportW = overW
  verdict.worstExportAt = `${nowMs / 1000} s ${worst}`
}

/** What is fed in, and what the loads beside it leave room for. */
function exportsNow(
  { piles, troubles, roof }: Judged,
  { base, parts, truth, windowS, nowMs }: Sums
): FeedLook {
  const isWrong = hasWrong(roof.parts, nowMs)
  return {
    exportW: truth.exportW,
    isDown: troubles.edgeDown,
    windowS: windowS + (isWrong ? partFoundS : 0),
    isWrong,
    flows: (node) => {
      const cars = flowing(node === 'grid' ? piles : piles.filter(({ site }) => site.circuit === node))
      const loads: typeof cars =
        node === 'grid' ? [cars[0] + base[0], cars[1] + base[1], cars[2] + base[2]] : cars
      return { loads, parts: parts(node) }
    }
  }
}
