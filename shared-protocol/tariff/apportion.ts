/**
 * Whole parts that add up to `total`, each next to its exact share `numerators[i] / denominator`: largest
 * remainder, ties to the earlier part. `total` is the rounded sum of the shares, which are not negative.
 */
export function apportion(total: bigint, numerators: readonly bigint[], denominator: bigint): bigint[] {
  const parts = numerators.map((numerator) => numerator / denominator)
  const left = Number(parts.reduce((rest, part) => rest - part, total))
  if (left === 0) return parts
  const byRemainder = numerators
    .map((numerator, index) => ({ index, rest: numerator % denominator }))
    .toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n
  return parts
}
