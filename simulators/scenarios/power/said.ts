import { lookBackS, volts, type Bench, type Judged, type Sums } from './bench.ts'
import { told, type Pile } from './charger.ts'
import type { Row } from './rows.ts'
import type { Verdict } from './verdict.ts'

/** What the edge says beside what is: never too late about the meter, not crying wolf about the limit. */
export function compare(
  verdict: Verdict,
  { loop, troubles, piles, roof }: Judged,
  bench: Bench,
  sums: Sums
): void {
  const said = loop?.allocation() ?? null
  if (said === null) return
  const { nowMs } = sums
  const { meterFault } = troubles
  if (meterFault !== null && said.meter === 'good' && meterFault.kind === 'silent')
    verdict.meterLostS = Math.max(verdict.meterLostS, (nowMs - meterFault.window.fromMs) / 1000)
  if (said.missingW === 0) return
  verdict.missingSeconds++
  const base = baseAtMost(bench, sums)
  const justified = bench.rows.some(({ row }) => {
    const may = row.members.reduce(
      (sum, { pile: at, phase }) => sum + potential(piles[at], phase, sums, at),
      0
    )
    return may > row.room(sums.truth, base) - batteries(roof.parts, row)
  })
  if (justified) return
  // Of two times that may be true the tighter limits rule: by the true one alone nobody can tell.
  verdict[isMisled(sums, troubles) ? 'misledSeconds' : 'falseAlarmSeconds']++
}

/** The site's meter fails; or of two times that may be true the tighter limits rule, and by the true one nobody can tell. */
const isMisled = ({ isBlind }: Sums, { isTimeDoubted }: Judged['troubles']): boolean =>
  isBlind || isTimeDoubted

/** What anybody who looks back has to count with; while the meter fails, at least what the installer reserved. */
function baseAtMost({ site, bases }: Bench, { isBlind }: Sums): Sums['base'] {
  const reserve = isBlind ? ((site?.grid.baseLoadReserveW ?? 0) * 1000) / (3 * volts) : 0
  const at = (phase: 0 | 1 | 2): number => Math.max(reserve, bases[phase].most(lookBackS))
  return [at(0), at(1), at(2)]
}

/** The most that a charger out of reach, or that takes no word, may draw when a car on all of its phases is there. */
function potential(
  pile: Pile | undefined,
  phase: Row['members'][number]['phase'],
  { free, nowMs }: Sums,
  at: number
): number {
  if (pile === undefined) return 0
  const mine = phase === 'all' ? pile.phases.length : 1
  if (pile.hasLied) return mine * pile.ratingMilliA
  if ((free[at] ?? 0) > nowMs || pile.temper === 'refusing')
    return mine * Math.max(told(pile, nowMs), pile.flowMilliA, pile.stored ?? 0)
  return 0
}

/** Batteries count with their rating while the edge does not hear or believe them. */
const batteries = (parts: Judged['roof']['parts'], { phase }: Row): number =>
  parts.reduce((sum, { participant, phases }) => {
    const each = (participant.rating.mostW * 1000) / (phases.length * volts)
    return sum + (phase === 'all' ? each * phases.length : phases.includes(phase) ? each : 0)
  }, 0)
