/** One charger on the round; `strikes` counts differences in a row and outlives connections. */
export type Visit = {
  readonly connected: boolean
  readonly fresh: boolean // Not visited since it connected.
  readonly dueMs: number
  readonly strikes: number
}
export type Rounds = ReadonlyMap<string, Visit>

export const settleMs = 5_000 // The loop stores its fallbacks first: only then is there something to read back.
export const paceMs = 3_000 // Between two chargers: a hundred of them are seen every five minutes.
export const restMs = 30_000 // The same charger not sooner, however few there are.
export const strikeRestMs = 10_000 // After a difference: long enough for the loop to have told it again.
export const failedRestMs = 600_000 // Who does not answer must not be asked often: its set-points wait meanwhile.
export const strikesOut = 3

export type Verdict = 'same' | 'differs' | 'unknown' | 'failed'
const rests: Readonly<Record<Exclude<Verdict, 'differs'>, number>> = {
  same: restMs,
  unknown: restMs,
  failed: failedRestMs
}

/** Each visit that finds a difference has profiles written into the charger's flash: who stays different is told less often. */
const restAfter = (verdict: Verdict, strikes: number): number =>
  verdict === 'differs'
    ? Math.min(failedRestMs, strikeRestMs * 2 ** Math.max(0, strikes - strikesOut))
    : rests[verdict]

/** Takes notice of who is connected now; whoever is not configured any more is forgotten. */
export function seen(
  rounds: Rounds,
  chargerIds: readonly string[],
  isConnected: (chargerId: string) => boolean,
  nowMs: number
): Rounds {
  return new Map(
    chargerIds.map((chargerId) => {
      const before = rounds.get(chargerId)
      const connected = isConnected(chargerId)
      const strikes = before?.strikes ?? 0
      if (!connected) return [chargerId, { connected, fresh: true, dueMs: Infinity, strikes }]
      if (before?.connected === true) return [chargerId, before]
      return [chargerId, { connected, fresh: true, dueMs: nowMs + settleMs, strikes }]
    })
  )
}

/** Who is visited now: the longest due, new connections first; null: nobody. */
export function nextOf(rounds: Rounds, nowMs: number): string | null {
  let best: readonly [string, Visit] | null = null
  for (const each of rounds) {
    const [, visit] = each
    if (visit.dueMs > nowMs) continue
    if (best === null || goesBefore(visit, best[1])) best = each
  }
  return best?.[0] ?? null
}

const goesBefore = (one: Visit, other: Visit): boolean =>
  one.fresh === other.fresh ? one.dueMs < other.dueMs : one.fresh

/** Strikes stand where nothing was learned. A charger that left meanwhile stays where it is. */
export function visited(rounds: Rounds, chargerId: string, verdict: Verdict, nowMs: number): Rounds {
  const before = rounds.get(chargerId)
  if (!before) return rounds
  const strikes = verdict === 'differs' ? before.strikes + 1 : verdict === 'same' ? 0 : before.strikes
  const dueMs = before.connected ? nowMs + restAfter(verdict, strikes) : Infinity
  return new Map(rounds).set(chargerId, { ...before, fresh: !before.connected, dueMs, strikes })
}
