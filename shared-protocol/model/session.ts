import { z } from 'zod'

export const SessionStatus = z.enum(['pending', 'started', 'suspended', 'ended', 'failed', 'review'])
export type SessionStatus = z.infer<typeof SessionStatus>

export const StopReason = z.enum([
  'local', // The driver at the station (card, cable, button).
  'remote', // Operator, driver's phone or the edge.
  'ev-disconnected',
  'deauthorised',
  'energy-limit',
  'emergency',
  'power-loss',
  'reboot',
  'unlock',
  'other',
  'unknown' // The stop never came; the edge closed the session by what it knows.
])
export type StopReason = z.infer<typeof StopReason>

/** Why a session is not billed until a person has looked. Every odd path of a session has one of these. */
export const ReviewReason = z.enum([
  'no-energy-readings', // No trustworthy register at all: no bill of 0.
  'register-rollback', // The register went backwards inside the session.
  'register-jump', // More energy than the connector can deliver in the time.
  'stop-lost', // The session ended without a StopTransaction.
  'start-lost', // A stop or readings for a transaction that was never started here.
  'unknown-transaction', // A stop with an id that this charger never had.
  'clock-untrusted', // Station time implausible (1970, 2099, before the start).
  'charger-rebooted', // The charger booted in mid-transaction and did not take the session up again.
  'over-offline-cap', // An offline start went beyond the offline policy's energy.
  'unknown-token', // Started offline with a token that turned out to be unknown or blocked.
  'malformed' // The transaction message could not be understood whole; raw text is kept.
])
export type ReviewReason = z.infer<typeof ReviewReason>
