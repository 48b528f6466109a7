import type { Token } from '@nova/shared-protocol/model'
import type { Needs } from '../card-lists/index.ts'
import type { IntakeRoom } from '../intake/index.ts'
import type { Rooms } from './rooms.ts'

/** @param rooms whose driver may open later: until then nobody is connected */
export function cardListNeeds(rooms: Rooms): Needs {
  const { clock, intake, store, metrics, log } = rooms
  return {
    clock,
    chance: Math.random,
    cards: cardsKeeper(intake),
    // After a rejection the office should not begin a conversation (OCPP 1.6 §4.2).
    chargerIds: () =>
      intake.chargers().flatMap(({ id, registration }) => (registration === 'accepted' ? [id] : [])),
    chargers: {
      isConnected: (chargerId) => rooms.driver?.isConnected(chargerId) ?? false,
      keepList: async (chargerId, list, signal) =>
        (await rooms.driver?.keepList?.(chargerId, list, signal)) ?? noLists
    },
    memory: {
      get: () => store.meta.get(shelf),
      put: (text) => store.commit(() => store.meta.put(shelf, text))
    },
    count: metrics.count,
    log
  }
}

const shelf = 'card-list'
const noLists = { kind: 'unsupported', because: 'its driver knows no lists' } as const

/** What was said on the spot before what the cloud says: a charger with little room drops the last. */
export function cardsKeeper({ tokens }: Pick<IntakeRoom, 'tokens'>): () => readonly Token[] {
  let known: ReturnType<IntakeRoom['tokens']> | null = null
  let cards: readonly Token[] = []
  return () => {
    if (tokens() === known) return cards
    known = tokens()
    cards = [...known.values()].toReversed() // The list begins with the cloud's (`tokenList`).
    return cards
  }
}
