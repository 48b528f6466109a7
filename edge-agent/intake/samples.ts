import type { History } from '@nova/shared-protocol/messages'
import { connectorKey, type ConnectorAddress, type Reading } from '@nova/shared-protocol/model'
import type { Session } from '../core/sessions/index.ts'
import type { Room } from './room.ts'

/** One sample in 10 s per connector shows every change of power that a person looks for; faster is for the loop only. */
const sampleEveryMs = 10_000

/** A tenth earlier still counts: a charger that sends every 10 s must not lose every other one to jitter. */
const jitterMs = 1_000

const lastSamples = new WeakMap<Room, Map<string, number>>()

/** Whether it is time for a sample of this connector; says yes once. */
export function isDue(room: Room, place: ConnectorAddress): boolean {
  const last = lastSamples.get(room) ?? new Map<string, number>()
  lastSamples.set(room, last)
  const now = room.needs.monotonic()
  const key = connectorKey(place)
  if (now - (last.get(key) ?? -Infinity) < sampleEveryMs - jitterMs) return false
  last.set(key, now)
  return true
}

/** In a commit. */
export function sample(
  room: Room,
  { place, reading, session }: { place: ConnectorAddress; reading: Reading; session: Session | null }
): void {
  const connector = connectorKey(place)
  const body: History = {
    kind: 'sample.connector.v1',
    connector,
    sessionId: session?.sessionId ?? null,
    limitMilliA: room.needs.limitMilliA(connector),
    reading
  }
  room.needs.store.outbox.append('history', `sample/${connector}/${reading.at}`, JSON.stringify(body))
}

/** Who sends the next message this soon after the last answer has a backlog to get rid of. */
const hurryMs = 1_000

const lastAnswers = new WeakMap<Room, Map<string, number>>()

/**
 * Telemetry may wait for company in a commit, which saves the flash; not when its charger works off a backlog,
 * one message after the other: a day of it would take an hour.
 */
export function hasteOf(room: Room, chargerId: string): 'now' | 'soon' {
  const last = lastAnswers.get(room)?.get(chargerId) ?? -Infinity
  return room.needs.monotonic() - last < hurryMs ? 'now' : 'soon'
}

export function noteAnswer(room: Room, chargerId: string): void {
  const answers = lastAnswers.get(room) ?? new Map<string, number>()
  lastAnswers.set(room, answers.set(chargerId, room.needs.monotonic()))
}
