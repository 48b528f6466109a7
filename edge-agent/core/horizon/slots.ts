/** Where slots begin and end: close together soon, wide apart later, and wherever something changes. */

const spans = [1, 2, 3, 6, 12, 24, 48, 96, 192] // Steps from now.

/**
 * @param stepMs the first slot's length: until the next decision
 * @param changesMs departures, changes of price or limit; those after the last one asked for are left out
 * @returns edges in rising order, the first is `nowMs`, the last `endMs`
 */
export function edgesOf(
  nowMs: number,
  stepMs: number,
  endMs: number,
  changesMs: readonly number[]
): readonly number[] {
  const all = [...spans.map((span) => nowMs + span * stepMs), ...changesMs, endMs]
  const ahead = all.filter((edge) => edge > nowMs && edge <= endMs)
  return [...new Set([nowMs, ...ahead])].toSorted((a, b) => a - b)
}
