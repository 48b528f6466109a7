import type { RatedSession } from './bill.ts'
import { tariffOfPlan } from './from-plan.ts'
import type { TariffPrices } from './model.ts'
import type { PlanPrices } from './plan.ts'
import { ratedByPlan } from './rate-plan.ts'
import { ratedByTariff } from './rate-tariff.ts'
import { judgeSession, reviewed } from './review.ts'
import type { MeteredSession } from './session.ts'

/**
 * The one rating function of the full model: estimate, running cost (offline at the edge too), CDR, invoice
 * and OCPI. Energy between two readings is spread evenly over the elapsed time; every price, fee, tier, step,
 * discount and limit of the pinned tariff is applied exactly; the total is rounded once, half up.
 * @throws RangeError on a tariff that does not hold, an unknown zone, or a bad instant beside the readings
 */
export function rateSession(
  session: MeteredSession,
  prices: TariffPrices | PlanPrices,
  timeZone: string
): RatedSession {
  const judged = judgeSession(session)
  if (judged.review.length > 0) return reviewed(prices, judged)
  if ('elements' in prices) return ratedByTariff(session, { tariff: prices, timeZone, judged })
  // The fast path knows no register that rolled over.
  const tariff = judged.notes.includes('rolled-over') ? tariffOfPlan(prices) : undefined
  if (tariff) return ratedByTariff(session, { tariff, timeZone, judged })
  return ratedByPlan(session, { plan: prices, timeZone, judged })
}
