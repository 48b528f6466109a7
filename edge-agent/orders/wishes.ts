import { z } from 'zod'

/** What a driver wants of one session: so much energy, by then. What is left out, nobody said. */
export type Wish = { readonly energyWh?: number | undefined; readonly departAt?: string | undefined }

/** Wishes by session id; they survive a restart and are forgotten when nobody can charge by them any more. */
export type Wishes = {
  /** Another map means other wishes, the same one the same. */
  all(): ReadonlyMap<string, Wish>
  put(sessionId: string, wish: Wish): Promise<void>
}

type Needs = {
  commit<Value>(write: () => Value): Promise<Value>
  readonly meta: { get(name: string): string | null; put(name: string, value: string): void }
  now(): number // Unix ms.
  changed(): void
}

const shelf = 'session-wishes'
const keptMs = 7 * 86_400_000 // A car on the cable for a week has long had what it wanted.
const mostKept = 2_000

const Kept = z.record(
  z.string(),
  z.strictObject({
    energyWh: z.int().min(1).optional(),
    departAt: z.string().optional(),
    keptAtMs: z.number()
  })
)
type Kept = z.infer<typeof Kept>

/** @throws when the kept text is none of ours (a broken database shows here, not later) */
export function openWishes({ commit, meta, now, changed }: Needs): Wishes {
  let kept: Kept = Kept.parse(JSON.parse(meta.get(shelf) ?? '{}'))
  let wishes = mapOf(kept)
  return {
    all: () => wishes,
    put: async (sessionId, { energyWh, departAt }) => {
      const young = Object.entries(kept).filter(([, { keptAtMs }]) => now() - keptAtMs < keptMs)
      kept = Object.fromEntries([
        ...young.filter(([id]) => id !== sessionId).slice(1 - mostKept),
        [sessionId, { ...(energyWh && { energyWh }), ...(departAt && { departAt }), keptAtMs: now() }]
      ])
      wishes = mapOf(kept)
      changed()
      await commit(() => meta.put(shelf, JSON.stringify(kept)))
    }
  }
}

const mapOf = (kept: Kept): ReadonlyMap<string, Wish> =>
  new Map(
    Object.entries(kept).map(([id, { energyWh, departAt }]) => [
      id,
      { ...(energyWh && { energyWh }), ...(departAt && { departAt }) }
    ])
  )
