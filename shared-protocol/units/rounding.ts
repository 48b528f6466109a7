/** How an exact amount becomes minor units. Chosen by contract; half-up is what people expect of a till. */
export type Rounding = 'half-up' | 'half-even' | 'up' | 'down'

/**
 * numerator / denominator rounded half away from zero, exact for any size.
 * @throws RangeError when the denominator is not positive
 */
export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError(`denominator must be positive, not ${denominator}`)
  const sign = numerator < 0n ? -1n : 1n
  const size = numerator < 0n ? -numerator : numerator
  return (sign * (2n * size + denominator)) / (2n * denominator)
}
