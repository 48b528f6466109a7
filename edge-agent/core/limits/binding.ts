import type { Judged } from './judge.ts'
import type { Timed } from './layout.ts'

const phases = [0, 1, 2] as const

/**
 * Whether a limit is the least of all that hold at an instant: in total, or on a phase. The wiring is one of them;
 * of equal ones the wiring, then the first.
 */
export function isBinding(own: Timed, all: readonly Timed[], atMs: number, site: Judged): boolean {
  const valid = all.filter(({ span }) => span.startMs <= atMs && atMs < span.endMs)
  const before = valid.slice(0, valid.indexOf(own))
  const after = valid.slice(before.length + 1)
  return bindsPhase(own, before, after, site) || bindsTotal(own, before, after, site)
}

function bindsPhase(own: Timed, before: readonly Timed[], after: readonly Timed[], site: Judged): boolean {
  const ampsOf = (each: Timed, phase: 0 | 1 | 2): number => each.limit.limitA?.[phase] ?? Infinity
  return phases.some((phase) => {
    const amps = ampsOf(own, phase)
    const isLess = amps < site.limitA[phase] && before.every((each) => amps < ampsOf(each, phase))
    return isLess && after.every((each) => amps <= ampsOf(each, phase))
  })
}

function bindsTotal(own: Timed, before: readonly Timed[], after: readonly Timed[], site: Judged): boolean {
  const watts = own.limit.limitW
  if (watts === undefined) return false
  const wattsOf = ({ limit }: Timed): number => limit.limitW ?? Infinity
  const least = (phase: 0 | 1 | 2): number =>
    Math.min(
      site.limitA[phase],
      ...[...before, ...after, own].map(({ limit }) => limit.limitA?.[phase] ?? Infinity)
    )
  const fusesW = phases.reduce<number>((sum, phase) => sum + least(phase) * site.voltageV, 0)
  return (
    watts < fusesW &&
    before.every((each) => watts < wattsOf(each)) &&
    after.every((each) => watts <= wattsOf(each))
  )
}
