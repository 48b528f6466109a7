import { tariffOfPlan, type PlanPrices, type TariffPrices } from '@nova/shared-protocol/tariff'

/** What a version keeps: prices by time of use, or rules of the full model. */
export type StoredPrices = PlanPrices | TariffPrices

export const isPlan = (prices: StoredPrices): prices is PlanPrices => 'segments' in prices

/** Any prices in the full model: what previews, exports and pictures are made of. */
export const rulesOf = (prices: StoredPrices): TariffPrices =>
  isPlan(prices) ? tariffOfPlan(prices) : prices

/** Names of the price series that components ask for. */
export const seriesNamed = ({ elements }: TariffPrices): string[] => [
  ...new Set(
    elements.flatMap(({ components }) =>
      components.flatMap(({ price }) => (typeof price === 'string' ? [] : [price.series]))
    )
  )
]
