import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'

/** Facts about sessions as orders; the key of each event is the session, so that its order is kept. */
const session = { sessionId: z.uuid(), siteId: Identifier }
const parties = { driverId: z.string().nullable(), tokenUid: z.string().nullable() }

/** A driver wants to start and pay with this method: hold the money. */
export const startRequested = 'charging.start-requested.v1'
export const StartRequested = z.object({
  ...session,
  driverId: z.string(),
  connectorId: z.string(),
  paymentMethodId: z.string(),
  hold: Money
})

/** A connector shall be kept free, and nobody coming costs there: hold that much first, for the session its bill would have. */
export const reservationHoldWanted = 'charging.reservation-hold-wanted.v1'
export const ReservationHoldWanted = StartRequested.extend({ reservationId: z.uuid() })

/** Nobody coming will not be billed: let the held money go. */
export const reservationLetGo = 'charging.reservation-let-go.v1'
export const ReservationLetGo = z.object({ ...session, reservationId: z.uuid() })

/** Nothing was started and nothing will be: let the held money go. */
export const startAbandoned = 'charging.start-abandoned.v1'
export const StartAbandoned = z.object({ ...session, ...parties, code: z.string(), detail: z.string() })

export const sessionStarted = 'charging.session-started.v1'
export const SessionBegan = z.object({
  ...session,
  ...parties,
  chargerId: z.string(),
  connectorId: z.string(),
  startedAt: Instant
})

export const sessionEnded = 'charging.session-ended.v1'
export const SessionFinished = z.object({
  ...session,
  ...parties,
  endedAt: Instant,
  energyWh: z.int().nullable(),
  inReview: z.boolean()
})

/** The session may be billed: its end is plain, or a person has stated its energy. */
export const sessionBillable = 'charging.session-billable.v1'
export const SessionBillable = z.object({ ...session, statedEnergyWh: z.int().min(0).nullable() })

/** A person decided that nothing is billed. */
export const sessionWaived = 'charging.session-waived.v1'
export const SessionWaived = z.object({ ...session, ...parties, by: z.string(), why: z.string() })

export const reviewOpened = 'charging.review-opened.v1'
export const ReviewOpened = z.object({
  reviewId: z.uuid(),
  sessionId: z.uuid().nullable(),
  siteId: Identifier,
  chargerId: z.string().nullable(),
  reason: z.string(),
  detail: z.string()
})

/** A review, and with it perhaps others of the same session, needs nobody any more. */
export const reviewResolved = 'charging.review-resolved.v1'
export const ReviewResolved = z.object({ sessionId: z.uuid().nullable(), siteId: Identifier })

/** A vehicle has finished and stands there: it will cost from then on (`soon`), or does (`begun`). */
export const idleTold = 'charging.idle-told.v1'
export const IdleTold = z.object({
  ...session,
  driverId: z.string(),
  connectorId: z.string(),
  timeZone: z.string(),
  stage: z.enum(['soon', 'begun']),
  idleFrom: Instant,
  costsFrom: Instant,
  price: z.string(), // Major units an hour.
  currency: z.string()
})

/** Nobody came for a reservation, and that costs: a session without a start at any charger, and without energy. */
export const nobodyCame = 'charging.nobody-came.v1'
export const NobodyCame = z.object({
  ...session,
  ...parties,
  connectorId: z.string(),
  startedAt: Instant,
  endedAt: Instant
})
