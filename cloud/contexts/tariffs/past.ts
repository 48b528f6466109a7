import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import {
  rateSession,
  reviewReasons,
  type Course,
  type MeterReading,
  type TariffPrices
} from '@nova/shared-protocol/tariff'
import { Money } from '@nova/shared-protocol/units'

/** A session that is over, as charging keeps it. */
export type PastSession = {
  readonly sessionId: string
  readonly startedAt: string
  readonly endedAt: string
  readonly driverId: string | null
  readonly readings: readonly MeterReading[]
  readonly course: Course // As it was recorded; the driver's groups are asked anew.
  readonly billed: Money | null
}

export const PastWanted = z.strictObject({
  siteId: Identifier,
  sessions: z.int().min(1).max(200).default(50).describe('the newest that have ended')
})

const Compared = z.object({
  sessionId: z.uuid(),
  startedAt: Instant,
  endedAt: Instant,
  energyWh: z.string(),
  billed: Money,
  would: Money
})
export const PastAnswer = z.object({
  sessions: z.array(Compared),
  billed: Money,
  would: Money,
  leftOut: z.array(
    z.object({
      sessionId: z.uuid(),
      because: z.enum(['not-billed', 'other-currency', ...reviewReasons])
    })
  )
})
export type PastAnswer = z.infer<typeof PastAnswer>

type Compared = z.infer<typeof Compared>
type LeftOut = PastAnswer['leftOut'][number]
type Look = {
  readonly rules: TariffPrices
  readonly timeZone: string
  groups(driverId: string | null): readonly string[]
}

/** What past sessions would have cost by these rules, beside what was billed; both sums are over the same sessions. */
export function lookBack(past: readonly PastSession[], look: Look): PastAnswer {
  const seen = past.map((session) => compare(session, look))
  const sessions = seen.filter((each): each is Compared => 'would' in each)
  const sum = (of: 'billed' | 'would'): Money => ({
    currency: look.rules.currency,
    amountMinor: sessions.reduce((all, each) => all + each[of].amountMinor, 0)
  })
  return {
    sessions,
    billed: sum('billed'),
    would: sum('would'),
    leftOut: seen.filter((each): each is LeftOut => 'because' in each)
  }
}

function compare(session: PastSession, { rules, timeZone, groups }: Look): Compared | LeftOut {
  const { sessionId, startedAt, endedAt, billed, readings, course, driverId } = session
  if (billed === null) return { sessionId, because: 'not-billed' }
  if (billed.currency !== rules.currency) return { sessionId, because: 'other-currency' }
  const { coupons } = course.driver ?? {}
  // A reservation that nobody came for has its time, but no session of it.
  const span = course.reservation?.outcome === 'expired' ? {} : { startedAt, endedAt }
  const metered = { ...course, readings, ...span, driver: { groups: groups(driverId), coupons } }
  const { review, total, energyWh } = rateSession(metered, rules, timeZone)
  const [because] = review
  return because === undefined
    ? { sessionId, startedAt, endedAt, energyWh, billed, would: total }
    : { sessionId, because }
}
