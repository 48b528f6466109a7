import type { ListKept } from '../drivers/contract.ts'

/** One charger; `holds`: the revision that it is known to have, in this connection. */
export type Visit = { readonly connected: boolean; readonly holds: number | null; readonly dueMs: number }
export type Visits = ReadonlyMap<string, Visit>

export const settleMs = 5_000 // After it connected: limits and questions about them go first.
export const failedRestMs = 600_000 // Each try keeps its line busy for seconds.

/** Takes notice of who is connected now; whoever is not configured any more is forgotten. */
export function seen(
  visits: Visits,
  chargerIds: readonly string[],
  isConnected: (chargerId: string) => boolean,
  nowMs: number
): Visits {
  return new Map(
    chargerIds.map((chargerId) => {
      const before = visits.get(chargerId)
      const connected = isConnected(chargerId)
      if (before?.connected === connected) return [chargerId, before]
      return [chargerId, { connected, holds: null, dueMs: nowMs + settleMs }]
    })
  )
}

/** Who is told now: the longest due of those who do not hold this revision; null: nobody. */
export function nextOf(visits: Visits, revision: number, nowMs: number): string | null {
  let best: readonly [string, Visit] | null = null
  for (const each of visits) {
    const [, { connected, holds, dueMs }] = each
    if (!connected || holds === revision || dueMs > nowMs) continue
    if (best === null || dueMs < best[1].dueMs) best = each
  }
  return best?.[0] ?? null
}

/** A charger that left meanwhile is where it is: it is told anew when it is back. */
export function visited(
  visits: Visits,
  chargerId: string,
  { kind, revision }: { readonly kind: ListKept['kind']; readonly revision: number },
  nowMs: number
): Visits {
  const before = visits.get(chargerId)
  if (!before?.connected) return visits
  const after = {
    kept: { holds: revision, dueMs: nowMs },
    failed: { holds: before.holds, dueMs: nowMs + failedRestMs },
    unsupported: { holds: before.holds, dueMs: Infinity }
  }
  return new Map(visits).set(chargerId, { ...before, ...after[kind] })
}
