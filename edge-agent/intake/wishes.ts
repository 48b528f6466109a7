import { isAlive, wishesOf } from '../core/shadow/index.ts'
import { change } from './change.ts'
import type { IntakeRoom } from './contract.ts'
import { instant, type Room } from './room.ts'

/**
 * Keeps in the shadows what the cloud wants of each charger: fields of its own beside those that are reported, each
 * with the version of the section in which it last changed. What it wants no more becomes a tombstone.
 */
async function keepWishes(room: Room): Promise<void> {
  const { needs, hot, config } = room
  const version = needs.store.desired.versions().chargers ?? 0
  if (version === 0) return // Nothing was ever heard of the cloud.
  const wished = new Map(config.now.wished.map((charger) => [charger.id, wishesOf(charger)]))
  const all = [...new Set([...wished.keys(), ...hot.wishedOf()])]
  const news = all.filter((id) => hot.differs(id, wished.get(id) ?? {}))
  if (news.length === 0) return
  const at = instant(needs.now())
  await change(room, () => {
    for (const id of news) hot.wish(id, wished.get(id) ?? {}, { version, at })
  })
}

export function tellWishes(room: Room): void {
  keepWishes(room).catch((error: unknown) =>
    room.needs.log.warn({ error: String(error) }, 'what the cloud wants of chargers could not be noted')
  )
}

/** What lives of a device's shadow; tombstones are for late changes only. */
export function shadowShown({ hot, needs }: Room, deviceId: string): ReturnType<IntakeRoom['shadow']> {
  const now = needs.now()
  return [...hot.fields(deviceId)].flatMap(([field, of]) => {
    const { owner, version, value, at } = of
    return isAlive(of, now) ? [{ field, owner, version, value, at }] : []
  })
}
