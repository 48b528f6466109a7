import { explainTariff, type TariffPrices, type TariffProblem } from '@nova/shared-protocol/tariff'
import { problem } from '../../http/index.ts'

/** What whoever wrote the rules should read before they are used; it does not stop them. */
export type Warning = { readonly path: string; readonly code: string; readonly message: string }

const shown = ({ at, code, detail }: TariffProblem): Warning => ({
  path: `rules.${at}`,
  code,
  message: detail
})

/**
 * @returns what is odd
 * @throws Problem 422 `tariff-invalid` with one line for each thing that is wrong
 */
export function insistOnRules(rules: TariffPrices): Warning[] {
  // A series may be uploaded day by day; a session whose price is missing is not billed but reviewed.
  const found = explainTariff(rules).filter(({ code }) => code !== 'series-missing')
  const errors = found.filter(({ severity }) => severity === 'error').map(shown)
  if (errors.length > 0)
    throw problem(422, 'tariff-invalid', errors.map(({ message }) => message).join('; '), { errors })
  return found.map(shown)
}
