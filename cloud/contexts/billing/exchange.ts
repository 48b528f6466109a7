import { minorDigits, money, roundHalfUp, type Money } from '@nova/shared-protocol/units'

export type Rate = { readonly base: string; readonly quote: string; readonly rate: string }

export type Exchanged = {
  /** What leaves the customer's side in the first currency. */
  readonly sold: Money
  /** What it gets in the second: the mid amount less the spread. */
  readonly bought: Money
  /** What the platform earns, a transfer of its own in the second currency. */
  readonly spread: Money
  /** What rounding left with the liquidity account, exact, in the second currency. */
  readonly keptExact: string
}

const keptDigits = 12

/**
 * Exchanges an amount at the rate: 1 `base` is `rate` `quote`. Mid amount rounded down and spread rounded up, so that
 * rounding never costs the liquidity account; `bought + spread` is the mid amount.
 * @param spreadPercent exact decimal, such as "0.5"
 * @throws RangeError on another currency, an amount below zero, or a rate that is not above zero
 */
export function exchange(sold: Money, { base, quote, rate }: Rate, spreadPercent = '0'): Exchanged {
  if (sold.currency !== base) throw new RangeError(`a rate for ${base} does not exchange ${sold.currency}`)
  if (sold.amountMinor < 0) throw new RangeError('only amounts above zero are exchanged')
  const price = fraction(rate)
  if (price.top <= 0n) throw new RangeError(`not a rate of exchange: ${rate}`)
  const top = BigInt(sold.amountMinor) * price.top * 10n ** BigInt(minorDigits(quote))
  const bottom = price.bottom * 10n ** BigInt(minorDigits(base))
  const mid = top / bottom
  const percent = fraction(spreadPercent)
  const hundred = percent.bottom * 100n
  const spread = (mid * percent.top + hundred - 1n) / hundred
  if (percent.top < 0n || spread > mid) throw new RangeError(`not a spread: ${spreadPercent}`)
  const rest = roundHalfUp((top % bottom) * 10n ** BigInt(keptDigits), bottom)
  return {
    sold,
    bought: money(quote, Number(mid - spread)),
    spread: money(quote, Number(spread)),
    keptExact: `0.${rest.toString().padStart(keptDigits, '0')}`
  }
}

function fraction(text: string): { readonly top: bigint; readonly bottom: bigint } {
  const [whole, , after = ''] = /^(\d{1,12})(\.(\d{1,12}))?$/.exec(text)?.slice(1) ?? []
  if (whole === undefined) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`)
  return { top: BigInt(whole + after), bottom: 10n ** BigInt(after.length) }
}
