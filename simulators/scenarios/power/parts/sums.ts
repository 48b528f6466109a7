import { isLost, isWrong, type Part } from './device.ts'

type Three = [number, number, number]

/** Milliamperes by grid phase, all at least 0, of the devices that run through one fuse. */
export type Sums = {
  readonly draws: Three // Of those who take a word.
  readonly feeds: Three
  readonly loose: Three // What those draw whom nobody's word reaches.
  readonly fed: Three // What those feed in.
  /** What those whom nobody's word reaches now fed in so many looks ago, whoever's word reached them then. */
  fedBefore(looks: number): Three
}

const deafMs = 30_000 // A word that was lost or refused is said again within this.

const zero = (): Omit<Sums, 'fedBefore'> => ({
  draws: [0, 0, 0],
  feeds: [0, 0, 0],
  loose: [0, 0, 0],
  fed: [0, 0, 0]
})

/** Nobody's word reaches it: silent, one that refuses, a message lost just now, one whose order was lost, or that is wrong. */
function isBeyond(part: Part, nowMs: number): boolean {
  const { connected, deafSinceMs, temper, order } = part
  const isDeaf = deafSinceMs !== null && (temper === 'refusing' || nowMs - deafSinceMs < deafMs)
  const hasLost = order !== null && isLost(order, nowMs)
  return !connected || isDeaf || hasLost || isWrong(part, nowMs)
}

const noSums: Sums = { ...zero(), fedBefore: () => [0, 0, 0] }

/**
 * One look a second: who is beyond anybody's word now stays so for the allowance, in which others make room and it is
 * led again.
 * @returns what runs behind a node of the tree
 */
export function watchParts(
  parts: readonly Part[],
  nowMs: number,
  allowanceMs: number
): (node: string) => Sums {
  if (parts.length === 0) return nobody
  for (const part of parts) {
    if (isBeyond(part, nowMs)) part.beyondUntilMs = nowMs + allowanceMs
    keep(part, nowMs)
  }
  const known = new Map([['grid', sumsOf(parts, nowMs)]])
  return (node) => {
    const before = known.get(node)
    if (before !== undefined) return before
    const behind = parts.filter(({ participant }) => participant.circuit === node)
    const sums = sumsOf(behind, nowMs)
    known.set(node, sums)
    return sums
  }
}

const nobody = (): Sums => noSums
const keptLooks = 60 // Longer than any allowance.

function keep(part: Part, nowMs: number): void {
  if (part.lookedAtMs === nowMs) return
  part.lookedAtMs = nowMs
  part.fedIn.push(Math.max(0, -part.flowMilliA))
  if (part.fedIn.length > keptLooks) part.fedIn.shift()
}

function sumsOf(parts: readonly Part[], nowMs: number): Sums {
  const all = { ...zero(), fedBefore: (looks: number) => fedThen(parts, nowMs, looks) }
  for (const part of parts) {
    const { flowMilliA, phases, beyondUntilMs } = part
    if (flowMilliA === 0) continue
    const isLoose = beyondUntilMs > nowMs
    const sum = flowMilliA > 0 ? (isLoose ? all.loose : all.draws) : isLoose ? all.fed : all.feeds
    for (const phase of phases) sum[phase] += Math.abs(flowMilliA)
  }
  return all
}

function fedThen(parts: readonly Part[], nowMs: number, looks: number): Three {
  const fed: Three = [0, 0, 0]
  for (const { beyondUntilMs, phases, fedIn } of parts)
    if (beyondUntilMs > nowMs) for (const phase of phases) fed[phase] += fedIn.at(-1 - looks) ?? 0
  return fed
}

/** What all devices together draw by grid phase; below 0 where they feed in. */
export function flowOf(parts: readonly Part[]): Three {
  const flow: Three = [0, 0, 0]
  for (const { phases, flowMilliA } of parts) for (const phase of phases) flow[phase] += flowMilliA
  return flow
}

/** Whether somebody does not follow: others learn that only when he is found. */
export const hasWrong = (parts: readonly Part[], nowMs: number): boolean =>
  parts.some((part) => isWrong(part, nowMs))
