import { z } from 'zod'
import type { Needs as LoopNeeds } from '../control-loop/index.ts'
import type { Rooms } from './rooms.ts'

type Switching = ReturnType<NonNullable<LoopNeeds['phases']>>

const shelf = 'session-phases'
const Kept = z.record(
  z.string(),
  z.strictObject({ transactionId: z.string(), active: z.union([z.literal(1), z.literal(2), z.literal(3)]) })
)
const lookMs = 5_000 // What a charger can is found by the minute.

/**
 * Chargers whose own word is that they can switch, and what each session was told last. A switch that could not be
 * kept is remembered until the next start only.
 */
export function phasesKeeper(rooms: Rooms): () => Switching {
  const { store, clock, log } = rooms
  const kept = new Map(Object.entries(Kept.parse(JSON.parse(store.meta.get(shelf) ?? '{}'))))
  const memory: Switching['memory'] = {
    recall: (key) => kept.get(key),
    remember: (key, transactionId, active) => {
      kept.set(key, { transactionId, active })
      store
        .commit(() => store.meta.put(shelf, JSON.stringify(Object.fromEntries(kept))))
        .catch((cause: unknown) =>
          log.error({ key, cause: String(cause) }, 'a switch of phases was not kept')
        )
    }
  }
  let switching: Switching = { able: new Set(), memory }
  let lookedAtMs = -Infinity
  return () => {
    if (clock.monotonicMs() - lookedAtMs < lookMs) return switching
    lookedAtMs = clock.monotonicMs()
    const able = ableAmong(rooms)
    const isSame = able.size === switching.able.size && [...able].every((id) => switching.able.has(id))
    if (!isSame) switching = { able, memory }
    return switching
  }
}

const ableAmong = ({ intake, driver }: Rooms): ReadonlySet<string> =>
  new Set(
    intake.chargers().flatMap(({ id }) => (driver?.capabilities?.(id)?.switches3to1 === true ? [id] : []))
  )
