import { createHash } from 'node:crypto'
import { mostRevisions } from '@nova/shared-protocol/codecs/ocpp'
import type { Token } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { CardList } from '../drivers/contract.ts'
import type { Needs } from './needs.ts'

const mostCards = 10_000 // Chargers take hundreds to a few thousands; the dearest come first.
const olderKept = 5 // Who was away for longer is told the whole list.

const Kept = z.strictObject({ revision: z.int().min(1), hash: z.string() })

export type Book = {
  /** Makes a new revision of cards that are not those of the last one. Rejects when it could not be kept. */
  take(cards: readonly Token[]): Promise<void>
  /** null before the first. */
  list(): CardList | null
}

/** The list with its revisions; across restarts the same cards are the same revision. */
export function openBook({ memory, chance }: Pick<Needs, 'memory' | 'chance'>): Book {
  const text = memory.get()
  let kept = text === null ? null : Kept.parse(JSON.parse(text))
  let cards: readonly Token[] | null = null
  const older = new Map<number, readonly Token[]>()
  // A charger may come from another gateway, with a list of the same number: numbers begin anywhere.
  const first = () => 1 + Math.floor((chance() * mostRevisions) / 2)
  return {
    async take(all) {
      const next = all.slice(0, mostCards)
      const hash = hashOf(next)
      if (kept?.hash !== hash) {
        const revision = kept && kept.revision < mostRevisions ? kept.revision + 1 : first()
        await memory.put(JSON.stringify({ revision, hash })) // Before anybody is told of it.
        if (kept && cards) older.set(kept.revision, cards)
        for (const each of [...older.keys()].slice(0, -olderKept)) older.delete(each)
        kept = { revision, hash }
      }
      cards = next
    },
    list() {
      if (!kept || !cards) return null
      return { revision: kept.revision, cards, before: (revision) => older.get(revision) ?? null }
    }
  }
}

function hashOf(cards: readonly Token[]): string {
  const hash = createHash('sha256')
  for (const { uid, status, group, expiresAt } of cards)
    hash.update(JSON.stringify([uid, status, group ?? null, expiresAt ?? null]))
  return hash.digest('hex')
}
