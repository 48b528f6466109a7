import { readInstant } from '@nova/shared-protocol/codecs/ocpp'
import type { Charger } from '@nova/shared-protocol/model'
import type { Authorisation, Heard, Intake } from '../../contract.ts'
import type { IdTagInfo } from '@nova/shared-protocol/codecs/ocpp'

/** What a handler knows of the charger that speaks. */
export type Station = {
  readonly chargerId: string
  readonly charger: Charger
  readonly intake: Intake
  readonly now: string // When its turn has come: what the charger sets its clock by.
  readonly heardAt: string // When the message arrived; behind a disk that is full that may be half a minute before.
  readonly heardMs: number // The same, monotonic.
  readonly heartbeatS: number
  readonly retryBootS: number
}

/** One call: `payload` fits the schema unless `problems` say otherwise (transaction messages only). */
export type Said = {
  readonly payload: Readonly<Record<string, unknown>>
  readonly raw: string
  readonly problems: readonly string[]
}

/** Resolves with the answer's payload once what was said is safe; rejects when it could not be stored. */
export type Handler = (said: Said, station: Station) => Promise<object>

export const nothing: object = Object.freeze({})

export const heard = ({ raw }: Said, { chargerId, heardAt }: Station): Heard => ({ chargerId, heardAt, raw })

/** Whole and within ±2^53: JSON.parse silently changes greater numbers (reliability O14). */
export function wholeWh(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(Math.round(number)) ? Math.round(number) : null
}

/** An id as text whatever type it came in; `missing` when there is none to speak of. */
export function idText(value: unknown, missing: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value.toWellFormed().slice(0, 36) : missing
}

export function textOf(value: unknown, most: number): string | null {
  return typeof value === 'string' ? value.toWellFormed().slice(0, most) : null
}

/** Station time, or the time of hearing it with a problem named. */
export function stationTime(
  said: Said,
  station: Station
): { readonly at: string; readonly problems: readonly string[] } {
  const at = readInstant(said.payload['timestamp'])
  return at === null
    ? { at: station.heardAt, problems: [...said.problems, 'timestamp is no instant: time of hearing taken'] }
    : { at, problems: said.problems }
}

const statuses = {
  accepted: 'Accepted',
  blocked: 'Blocked',
  expired: 'Expired',
  invalid: 'Invalid',
  concurrent: 'ConcurrentTx'
} as const

/** OCPP 1.6 §7.24; a group that is too long for CiString20 cannot be told. */
export function idTagInfo({ status, group, expiresAt }: Authorisation): IdTagInfo {
  return {
    status: statuses[status],
    ...(expiresAt === null ? {} : { expiryDate: expiresAt }),
    ...(group === null || group.length > 20 ? {} : { parentIdTag: group })
  }
}
