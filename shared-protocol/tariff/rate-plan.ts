import { money } from '../units/index.ts'
import type { BillLine, RatedSession } from './bill.ts'
import { readDecimal, showUnits } from './decimal.ts'
import type { Judged } from './judge.ts'
import type { PlanPrices } from './plan.ts'
import { rate } from './rate.ts'
import type { Rated, RatedLine } from './rated.ts'
import type { MeteredSession } from './session.ts'

/** A session by a time-of-use plan, in the shape of the full model: only energy counts, no tax is known. */
export function ratedByPlan(
  { readings, startedAt, endedAt }: MeteredSession,
  {
    plan,
    timeZone,
    judged
  }: { readonly plan: PlanPrices; readonly timeZone: string; readonly judged: Judged }
): RatedSession {
  const rated = rate({ readings, plan, timeZone, startedAt, endedAt })
  const { exact, total, energyWh } = rated
  return {
    lines: rated.lines.map(lineOf),
    total,
    net: total,
    tax: money(total.currency, 0),
    taxes: rated.lines.length === 0 ? [] : [{ percent: null, excl: exact.excl, tax: '0' }],
    exact,
    billed: billedOf(rated),
    priceMissingAt: [],
    energyWh,
    review: [],
    notes: judged.notes
  }
}

function lineOf({ name, part, quantity, unitPrice, amountMinor, rule }: RatedLine): BillLine {
  const [kwh, price] = [readDecimal(quantity), readDecimal(unitPrice)]
  const amount = showUnits(kwh.units * price.units, kwh.digits + price.digits)
  const common = { kind: 'energy', unit: 'kWh', taxPercent: null, excl: amount, incl: amount } as const
  return { ...common, name, part, quantity, unitPrice, amountMinor, rule }
}

function billedOf({ energyWh }: Rated): Record<string, string> {
  const { units, digits } = readDecimal(energyWh)
  return units === 0n ? {} : { ENERGY_kWh: showUnits(units, digits + 3) }
}
