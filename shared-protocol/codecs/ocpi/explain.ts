import { explainTariff, type TariffProblem } from '../../tariff/explain.ts'
import { importTariff } from './tariff-in.ts'
import { OcpiTariff } from './wire.ts'

export type OcpiProblem = {
  readonly severity: 'error' | 'warning'
  readonly code: TariffProblem['code'] | 'unreadable' | 'not-understood'
  readonly at: string
  readonly detail: string
}

/** What is wrong or odd about the JSON of an OCPI tariff, in words; empty when it says what it means. */
export function explainOcpi(json: unknown): OcpiProblem[] {
  const read = OcpiTariff.safeParse(json)
  if (!read.success)
    return read.error.issues.map(({ path, message }) => ({
      severity: 'error',
      code: 'unreadable',
      at: pathOf(path),
      detail: message
    }))
  const { prices, losses } = importTariff(read.data)
  const unknown = losses.filter(({ what }) => what !== 'not part of the prices')
  return [
    ...unknown.map(({ at, what }): OcpiProblem => ({
      severity: 'warning',
      code: 'not-understood',
      at,
      detail: what
    })),
    ...explainTariff(prices)
  ]
}

/** elements[0].price_components[1].price */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((each, index) => (typeof each === 'number' ? `[${each}]` : `${index > 0 ? '.' : ''}${String(each)}`))
    .join('')
