import type { TariffPrices } from '@nova/shared-protocol/tariff'

/** Major units an hour of `currency`, once the vehicle has stood for `graceS` after it finished. */
export type IdlePrice = { readonly price: string; readonly currency: string; readonly graceS: number }

const standing: readonly string[] = ['idle', 'parking'] // Both run on while a finished vehicle stands there.

/**
 * What standing there costs after charging: of the elements that price it, the one that begins first. Prices that follow
 * the market have no figure to tell beforehand, so they are left out.
 * @returns undefined where standing costs nothing
 */
export function idlePriceOf(rules: TariffPrices | null | undefined): IdlePrice | undefined {
  const found = (rules?.elements ?? []).flatMap(({ components, restrictions }) =>
    components.flatMap(({ dimension, price }) =>
      standing.includes(dimension) && typeof price === 'string' && Number(price) > 0
        ? [{ price, graceS: restrictions?.minIdleS ?? 0 }]
        : []
    )
  )
  const [first] = found.toSorted((a, b) => a.graceS - b.graceS)
  return first && rules ? { ...first, currency: rules.currency } : undefined
}
