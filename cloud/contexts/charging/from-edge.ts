import { z } from 'zod'
import {
  RawKept,
  ReservationChanged,
  ReviewRaised,
  SessionEnded,
  SessionLeft,
  SessionReading,
  SessionStarted,
  SessionSuspended,
  SignalNoted
} from '@nova/shared-protocol/messages'
import { Identifier } from '@nova/shared-protocol/model'

/** What charging hears of an edge: an event of the log with one of these facts in it. */
export const FromEdge = z.object({
  siteId: Identifier,
  fact: z.discriminatedUnion('kind', [
    SessionStarted,
    SessionReading,
    SessionSuspended,
    SessionEnded,
    SessionLeft,
    ReservationChanged,
    SignalNoted,
    ReviewRaised,
    RawKept
  ])
})
export type Told = z.infer<typeof FromEdge>

export const factKinds = FromEdge.shape.fact.options.map((fact) => fact.shape.kind.value)
