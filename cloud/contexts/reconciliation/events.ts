import { z } from 'zod'

/** Facts about the three-way comparison of a day; the key of each event is the date. */
const day = { date: z.iso.date() }

/** The classes of break; a closed list. */
export const BreakClass = z.enum([
  'missing-here', // The provider has money that we have no order for.
  'missing-there', // We count on money that the provider does not know of.
  'amount',
  'currency',
  'duplicate',
  'time', // Booked on another day.
  'state', // Taken from somebody whose order ended without payment.
  'negative',
  'no-end', // Billed or paid although the session has not ended.
  'impossible-power',
  'energy', // The bill's energy is not the register's difference.
  'no-meter-proof',
  'site-balance' // More sold than all meters of the site saw.
])
export type BreakClass = z.infer<typeof BreakClass>

/** What people may decide on a break. */
export const Remedy = z.enum([
  'accept', // It is explained; nothing moves.
  'refund', // The payer gets the surplus back.
  'claim', // The provider owes us what it lost.
  'write-off', // Nobody gets it.
  'suspense', // Kept apart until somebody claims it.
  'correct-bill'
])
export type Remedy = z.infer<typeof Remedy>

/** A run has ended, or a decision has changed what it found. A day may be closed when it is clean. */
export const dayReconciled = 'reconciliation.day-reconciled.v1'
export const DayReconciled = z.object({
  ...day,
  runId: z.uuid(),
  isClean: z.boolean(),
  openBreaks: z.int(),
  acceptedBreaks: z.int(),
  repairedBreaks: z.int()
})

/** Two people agree on what becomes of a break. */
export const breakDecided = 'reconciliation.break-decided.v1'
export const BreakDecided = z.object({
  ...day,
  breakId: z.uuid(),
  class: BreakClass,
  remedy: Remedy,
  provider: z.string().nullable(),
  reference: z.string().nullable(),
  paymentId: z.uuid().nullable(),
  sessionId: z.uuid().nullable(),
  currency: z.string().nullable(),
  differenceMinor: z.int(), // What the provider says less what we say.
  by: z.tuple([z.string(), z.string()]),
  note: z.string()
})
