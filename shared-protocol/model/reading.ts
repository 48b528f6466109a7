import { z } from 'zod'
import { Instant } from './words.ts'

/**
 * How far a register reading may be billed from. `clock` = the station's clock was not trusted,
 * `implausible` = rollback, jump or beyond the connector's rating: kept, never billed.
 */
export const Trust = z.enum(['good', 'clock', 'implausible'])
export type Trust = z.infer<typeof Trust>

/** Cumulative import register at an instant of station time. */
export const RegisterReading = z.strictObject({
  at: Instant,
  registerWh: z.int().min(-9_000_000_000_000).max(9_000_000_000_000),
  trust: Trust.default('good')
})
export type RegisterReading = z.infer<typeof RegisterReading>

const current = z.int().min(-10_000_000).max(10_000_000)

/** One sample of a connector or a meter. Absent means unknown, never zero. */
export const Reading = z.strictObject({
  at: Instant,
  registerWh: z.int().optional(),
  powerW: z.int().optional(),
  currentMilliA: z.tuple([current, current, current]).optional(),
  voltageV: z.tuple([z.number(), z.number(), z.number()]).optional(),
  offeredMilliA: z.int().optional(),
  socPercent: z.number().min(0).max(100).optional(),
  temperatureC: z.number().optional()
})
export type Reading = z.infer<typeof Reading>
