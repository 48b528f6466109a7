import { epochMsOf } from '@nova/shared-protocol/units'

/** One field of a device's shadow. The owner alone changes it; versions only grow; null is a tombstone. */
export type Field = {
  readonly owner: 'cloud' | 'edge'
  readonly version: number
  readonly value: unknown
  readonly at: string // When it was so: station time where the station told one.
  readonly expiresAt: string | null
}

export type Change = {
  readonly by: 'cloud' | 'edge'
  readonly value: unknown
  readonly at: string
  readonly ifVersion?: number // Only when the field still has this version; 0: only when there is none.
  readonly version?: number // The cloud numbers its own; the edge's count up by themselves.
  readonly ttlMs?: number
}

export type Refusal = 'not-owner' | 'version-moved' | 'not-newer' | 'older'

/**
 * The field after the change, or why it stays as it is. A tombstone keeps its version, so that a late change
 * from before the deletion is refused.
 */
export function changed(field: Field | undefined, change: Change): Field | Refusal {
  const held = field?.version ?? 0
  const version = change.version ?? held + 1
  const refusal = refusalOf(field, change)
  if (refusal) return refusal
  if (version <= held) return 'not-newer'
  return { owner: change.by, version, value: change.value, at: change.at, expiresAt: expiry(change) }
}

function refusalOf(field: Field | undefined, change: Change): Refusal | null {
  if (change.ifVersion !== undefined && change.ifVersion !== (field?.version ?? 0)) return 'version-moved'
  if (!field) return null
  if (field.owner !== change.by) return 'not-owner'
  return change.version === undefined && epochMsOf(change.at) < epochMsOf(field.at) ? 'older' : null
}

/** A desired value with a time to live is as good as deleted when it is over. */
export const isAlive = (field: Field, now: number): boolean =>
  field.value !== null && (field.expiresAt === null || now < epochMsOf(field.expiresAt))

const expiry = ({ at, ttlMs }: Change): string | null =>
  ttlMs === undefined ? null : Temporal.Instant.fromEpochMilliseconds(epochMsOf(at) + ttlMs).toString()
