import { z } from 'zod'
import { Instant, TimeZone } from '@nova/shared-protocol/model'
import {
  Amount,
  Dimension,
  PlanPrices,
  rateSession,
  reviewReasons,
  TariffPrices,
  type RatedSession
} from '@nova/shared-protocol/tariff'
import { Money } from '@nova/shared-protocol/units'
import { problem } from '../../http/index.ts'
import { PricedLine, Warnings } from './shapes.ts'

const At = z.iso.datetime({ offset: true })
const Word = z.string().min(1).max(60)
const Register = z.union([
  z.int(),
  z.string().regex(/^-?\d{1,16}(\.\d{1,9})?$/, 'expected a decimal such as "1250.5"')
])

/** A session that is thought of, with all that the full model can price. */
const Session = z.strictObject({
  startedAt: At.optional(),
  endedAt: At.optional(),
  readings: z.array(z.strictObject({ at: At, registerWh: Register })).max(10_000),
  states: z
    .array(z.strictObject({ at: At, state: z.enum(['charging', 'paused', 'held-back', 'finished']) }))
    .max(1_000)
    .optional(),
  idleToldAt: At.optional().describe('idle time is not counted before the driver was told'),
  reservation: z.strictObject({ from: At, until: At, outcome: z.enum(['used', 'expired']) }).optional(),
  driver: z
    .strictObject({ groups: z.array(Word).max(50).optional(), coupons: z.array(Word).max(50).optional() })
    .optional(),
  signals: z
    .array(z.strictObject({ name: Word, at: At, value: Amount }))
    .max(1_000)
    .optional()
})

export const TryWanted = z.strictObject({
  plan: PlanPrices.optional(),
  rules: TariffPrices.optional(),
  timeZone: TimeZone,
  session: Session
})
export type TryWanted = z.infer<typeof TryWanted>

export const TryAnswer = z.object({
  lines: z.array(
    PricedLine.extend({
      kind: z.enum([...Dimension.options, 'discount', 'limit']),
      part: z.enum(['electricity', 'service']).optional()
    })
  ),
  total: Money,
  net: Money,
  tax: Money,
  taxes: z.array(z.object({ percent: z.string().nullable(), excl: z.string(), tax: z.string() })),
  exact: z.object({ excl: z.string(), incl: z.string() }),
  energyWh: z.string(),
  review: z.array(z.enum(reviewReasons)),
  notes: z.array(z.string()),
  priceMissingAt: z.array(Instant),
  warnings: Warnings
})
export type TryAnswer = z.infer<typeof TryAnswer>
type Rated = Omit<TryAnswer, 'warnings'>

/** @throws Problem 422 `session-invalid` when an instant or the zone does not hold */
export function tried(rules: TariffPrices, { session, timeZone }: TryWanted): Rated {
  try {
    return shown(rateSession(session, rules, timeZone))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw problem(422, 'session-invalid', error.message)
  }
}

const shown = ({ lines, taxes, review, notes, priceMissingAt, ...rated }: RatedSession): Rated => ({
  ...rated,
  lines: lines.map((line) => ({ ...line })),
  taxes: taxes.map((each) => ({ ...each })),
  review: [...review],
  notes: [...notes],
  priceMissingAt: priceMissingAt.map((at) => new Date(at).toISOString())
})

/** Begin and end of what is known of the session. */
export function spanOf({ startedAt, endedAt, readings }: TryWanted['session']): {
  from: string
  until: string
} {
  const instants = [startedAt, endedAt, ...readings.map(({ at }) => at)]
    .flatMap((each) => each ?? [])
    .map((each) => Date.parse(each))
  const at = (of: (...values: number[]) => number) =>
    new Date(instants.length === 0 ? 0 : of(...instants)).toISOString()
  return { from: at(Math.min), until: at(Math.max) }
}
