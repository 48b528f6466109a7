import { volts, type Judged, type Sums } from './bench.ts'
import { exportJudge, hasWrong, type FeedLook } from './parts/index.ts'
import { flowing } from './rows.ts'
import type { Troubles } from './troubles.ts'
import type { Verdict } from './verdict.ts'

const partFoundS = 20 // What a device was told before counts for 10 s, then it is looked at for 10 s.

export type Over = { readonly over: number; readonly worst: string }
type Spans = { readonly mostS: number; readonly afterFaultS: number }

/**
 * Adds up what is too much in either direction: drawn as the judge found it, fed in as found here. An edge that starts
 * while the meter of a site that can feed in shows a wrong scale or sign has never seen it right, and nobody can tell it
 * from sun: what is too much then goes into accounts of its own.
 */
export function counter(verdict: Verdict, day: Judged, { mostS, afterFaultS }: Spans) {
  const feedIn = exportJudge(mostS + partFoundS)
  let misledUntilMs = -Infinity
  return (sums: Sums, drawn: Over): void => {
    const { nowMs } = sums
    const { troubles, roof } = day
    if (roof.parts.length === 0) {
      countImport(verdict, nowMs, drawn)
      return
    }
    if (isBornMisled(troubles, nowMs < misledUntilMs)) misledUntilMs = nowMs + afterFaultS * 1000
    const fed = feedIn(troubles.site(), {
      ...exportsNow(day, sums),
      isMisread: isJustMisread(troubles, nowMs, mostS)
    })
    if (nowMs < misledUntilMs) {
      verdict.misledWh += (drawn.over * volts) / 3_600_000
      verdict.exportMisledWh += (fed.over * volts) / 3_600_000
      return
    }
    countImport(verdict, nowMs, drawn)
    countExport(verdict, nowMs, fed)
  }
}

/** Wrong when the edge began, and ever since. */
const isBornMisled = ({ meterFault, edgeDown }: Troubles, isMisled: boolean): boolean =>
  (edgeDown || isMisled) && isMisleading(meterFault)

const isMisleading = (fault: Troubles['meterFault']): boolean =>
  fault?.kind === 'tenfold' || fault?.kind === 'sign-flip'

const isJustMisread = ({ meterFault }: Troubles, nowMs: number, mostS: number): boolean =>
  isMisleading(meterFault) && nowMs - (meterFault?.window.fromMs ?? 0) <= mostS * 1000

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
): Omit<FeedLook, 'isMisread'> {
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
