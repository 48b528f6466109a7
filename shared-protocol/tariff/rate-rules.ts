import { money } from '../units/index.ts'
import type { BillLine } from './bill.ts'
import type { TariffPrices } from './model.ts'
import { ratedByTariff } from './rate-tariff.ts'
import type { Ratable, Rated, RatedLine } from './rated.ts'
import { judgeSession } from './review.ts'

/**
 * A session by a plan whose rules say more than time of use, in the shape that every reader of a plan knows.
 * @throws RangeError with the reason when the session is to be looked at by a person
 */
export function ratedByRules(
  { readings, startedAt, endedAt, timeZone, course }: Ratable,
  tariff: TariffPrices
): Rated {
  const session = { ...course, readings, startedAt, endedAt }
  const judged = judgeSession(session)
  const [unfit] = judged.review
  if (unfit) throw new RangeError(`not to be billed: ${unfit}`)
  const rated = ratedByTariff(session, { tariff, timeZone, judged })
  const [missing] = rated.review
  if (missing) throw new RangeError(`not to be billed: ${missing}`)
  const lines = rated.lines.map(lineOf)
  const sum = (part: RatedLine['part']) =>
    money(
      tariff.currency,
      lines.reduce((all, line) => all + (line.part === part ? line.amountMinor : 0), 0)
    )
  const { total, exact, energyWh } = rated
  return { lines, total, exact, electricity: sum('electricity'), service: sum('service'), energyWh }
}

const lineOf = ({
  name,
  kind,
  part,
  quantity,
  unit,
  unitPrice,
  amountMinor,
  rule,
  ...tax
}: BillLine): RatedLine => ({
  name,
  part: part ?? (kind === 'energy' ? 'electricity' : 'service'),
  quantity,
  unit,
  unitPrice,
  amountMinor,
  rule,
  taxPercent: tax.taxPercent,
  excl: tax.excl
})
