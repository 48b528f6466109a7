import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import type { Placed } from './feed-tree.ts'
import { seen } from './participant.ts'

/** What a meter shows at the connection, import positive. `phasesW` null: the sum only. */
export type FeedInGrid = {
  readonly totalW: Watts
  readonly phasesW: PerPhase<Watts> | null
  readonly atMs: number
}

/**
 * What a meter has shown beside all devices since it was last believed, where that was least: below 0 somebody feeds in
 * who shows nothing of it. That does not end because the meter turns over, jumps or falls silent.
 */
export type Hidden = {
  readonly lately: readonly FeedInGrid[] // At the last looks, the newest last.
  readonly spans: readonly Span[] // At most two: what was seen counts for ten to twenty minutes.
}

type Span = { readonly fromMs: number; readonly least: FeedInGrid }

export type HiddenLook = {
  readonly nowMs: number
  readonly meter: FeedInGrid | null // Believed or not.
  readonly isBelieved: boolean
  readonly parts: readonly Placed[]
}

const looksNeeded = 3 // Meter and devices are read in different seconds.
const spanMs = 600_000 // As long as a doubt lasts that nothing bears out.

const nobody: Hidden = { lately: [], spans: [] }

/** One look; the same sample twice is one. */
export function watchHidden(before: Hidden | null, look: HiddenLook): Hidden | null {
  const { meter, isBelieved } = look
  const { lately: earlier, spans } = before ?? nobody
  if (meter === null || meter.atMs === earlier.at(-1)?.atMs) return before
  const lately = [...earlier.slice(1 - looksNeeded), beside(meter, look)]
  if (lately.length < looksNeeded) return { lately, spans }
  const now = lately.reduce((one, other) => ofBoth(Math.max, one, other)) // What stays so at all of them.
  return { lately, spans: spansWith(isBelieved ? [] : spans, now) }
}

function spansWith(spans: readonly Span[], now: FeedInGrid): readonly Span[] {
  const open = spans.at(-1)
  if (open === undefined || now.atMs - open.fromMs >= spanMs)
    return [...spans.slice(-1), { fromMs: now.atMs, least: now }]
  return [...spans.slice(0, -1), { ...open, least: ofBoth(Math.min, open.least, now) }]
}

/** What the meter would show now if all that nobody shows were still fed in; never more than it shows itself. */
export function withHidden(hidden: Hidden | null, { nowMs, meter, parts }: HiddenLook): FeedInGrid | null {
  const [first, ...rest] = hidden?.spans ?? []
  if (first === undefined) return meter
  const worst = rest.reduce((least, each) => ofBoth(Math.min, least, each.least), first.least)
  const [one, two, three] = fedBy(parts, nowMs, shownNow)
  const { totalW, phasesW } = worst
  const known: FeedInGrid = {
    totalW: totalW + one + two + three,
    phasesW: phasesW === null ? null : [phasesW[0] + one, phasesW[1] + two, phasesW[2] + three],
    atMs: nowMs
  }
  const shown = seen(meter, nowMs)
  return shown === null ? known : { ...ofBoth(Math.min, shown, known), atMs: nowMs }
}

/** One that nobody hears may be all that is not explained. */
function beside(meter: FeedInGrid, { nowMs, parts }: HiddenLook): FeedInGrid {
  const [one, two, three] = fedBy(parts, nowMs, (part) => shownOr(part, nowMs))
  const { totalW, phasesW, atMs } = meter
  return {
    totalW: totalW - one - two - three,
    phasesW: phasesW === null ? null : [phasesW[0] - one, phasesW[1] - two, phasesW[2] - three],
    atMs
  }
}

const shownOr = ({ reading, rating }: Placed, nowMs: number): Watts =>
  seen(reading, nowMs)?.totalW ?? Math.min(0, rating.leastW)

const shownNow = ({ reading }: Placed, nowMs: number): Watts => seen(reading, nowMs)?.totalW ?? 0

function fedBy(
  parts: readonly Placed[],
  nowMs: number,
  of: (part: Placed, nowMs: number) => Watts
): [Watts, Watts, Watts] {
  const sum: [Watts, Watts, Watts] = [0, 0, 0]
  for (const part of parts)
    for (const phase of part.phases) sum[phase] += of(part, nowMs) / part.phases.length
  return sum
}

function ofBoth(of: (one: number, other: number) => number, one: FeedInGrid, other: FeedInGrid): FeedInGrid {
  const [a, b] = [one.phasesW, other.phasesW]
  const phasesW =
    a === null || b === null ? null : ([of(a[0], b[0]), of(a[1], b[1]), of(a[2], b[2])] as const)
  return { totalW: of(one.totalW, other.totalW), phasesW, atMs: other.atMs }
}
