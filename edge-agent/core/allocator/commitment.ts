import type { MilliAmps } from '@nova/shared-protocol/units'

/** A set-point on its way: sent and not answered, or answered by nothing (it may have arrived all the same). */
export type Sent = {
  readonly id: number
  readonly milliA: MilliAmps
  readonly transactionId: string
  readonly atMs: number
  readonly lost: boolean
}

export type Confirmed = {
  readonly milliA: MilliAmps
  readonly transactionId: string
  readonly leaseEndsMs: number
  readonly atMs: number
  readonly sinceMs: number // First confirmed then; said again since, but never changed.
}

/**
 * What one connector has been told and has answered. Nothing here is a wish: only what it may hold it to.
 * `storedMilliA` null: nobody knows what it would fall back to.
 */
export type Account = {
  readonly confirmed: Confirmed | null
  readonly sent: readonly Sent[]
  readonly falling: { readonly fromMilliA: MilliAmps; readonly sinceMs: number } | null
  readonly storedMilliA: MilliAmps | null
  readonly storing: readonly MilliAmps[] // Fallbacks on their way or unanswered.
}

/** What the edge knows of the connector this moment. `drawMilliA` is its own meter's largest phase. */
export type Standing = {
  readonly ratingMilliA: MilliAmps
  readonly managed: boolean
  readonly connected: boolean
  readonly transactionId: string | null
  readonly drawMilliA: MilliAmps | null
  readonly drawHeardAtMs: number | null
  readonly distrustMilliA: MilliAmps | null // Worst seen of a charger that ignored its limit.
  readonly saysMilliA?: MilliAmps // What it allows by its own words beyond what it was told; none when left out.
}

// A confirmed lower set-point counts from the first reading that shows it; without any reading, from then on:
// the 5 s in which a vehicle follows its pilot (IEC 61851-1), and as long again for a slow charger.
export const meterPatienceMs = 10_000
export const leaseMs = 120_000 // Two missed renewals at half of it; then the charger's stored fallback takes over.
// An unheard set-point is a lease as every other: for a session that is over nobody holds on to it for longer.
export const unheardMs = leaseMs
// A charger's own meter and its control differ by this much without anybody disobeying.
const drawToleranceMilliA = 200

export const freshAccount = (storedMilliA: MilliAmps | null): Account => ({
  confirmed: null,
  sent: [],
  falling: null,
  storedMilliA,
  storing: []
})

/**
 * What the connector may draw per phase: the largest of its last confirmed set-point, every set-point on its
 * way, its stored fallback and what its meter shows. Unknown counts as the rating, never as nothing.
 */
export function commitmentOf(account: Account, standing: Standing, nowMs: number): MilliAmps {
  if (!standing.managed) return Math.max(standing.ratingMilliA, standing.drawMilliA ?? 0)
  return Math.max(
    reserveOf(account, standing),
    ...account.sent.filter((each) => isAlive(each, standing, nowMs)).map(({ milliA }) => milliA),
    leased(account, standing),
    falling(account, standing, nowMs),
    measured(account, standing)
  )
}

/** The part of the commitment that no set-point can lower: fallback, unmanaged power, headroom of a liar. */
export function reserveOf(account: Account, standing: Standing): MilliAmps {
  const stored = account.storedMilliA ?? standing.ratingMilliA
  const unguided = standing.managed ? stored : standing.ratingMilliA
  return Math.max(unguided, ...account.storing, standing.distrustMilliA ?? 0, standing.saysMilliA ?? 0)
}

/** The set-point that the charger last confirmed for what runs on it now. */
export function levelOf(account: Account, transactionId: string | null): MilliAmps | null {
  const { confirmed } = account
  return confirmed !== null && confirmed.transactionId === transactionId ? confirmed.milliA : null
}

export function sent(account: Account, point: Omit<Sent, 'lost'>): Account {
  return { ...account, sent: [...account.sent, { ...point, lost: false }] }
}

/** Confirmed: earlier ones are superseded. The fall begins; the car may take its time to follow. */
export function confirmed(account: Account, id: number, nowMs: number, leaseMs: number): Account {
  const point = account.sent.find((each) => each.id === id)
  if (point === undefined) return account
  const { milliA, transactionId, atMs } = point
  const before = Math.max(
    levelOf(account, transactionId) ?? account.storedMilliA ?? 0,
    ...account.sent.filter((each) => each.id <= id && each.id !== id).map((each) => each.milliA),
    fallingFrom(account, transactionId, nowMs)
  )
  return {
    ...account,
    confirmed: {
      milliA,
      transactionId,
      atMs: nowMs,
      sinceMs: holdsSince(account, point) ?? nowMs,
      leaseEndsMs: atMs + leaseMs
    },
    sent: account.sent.filter((each) => each.id > id),
    falling: before > milliA ? { fromMilliA: before, sinceMs: nowMs } : null
  }
}

/** null: it held something else before. */
const holdsSince = (account: Account, { milliA, transactionId }: Sent): number | null =>
  levelOf(account, transactionId) === milliA ? (account.confirmed?.sinceMs ?? null) : null

/** Said no: what held before holds on. */
export const refused = (account: Account, id: number): Account => ({
  ...account,
  sent: account.sent.filter((each) => each.id !== id)
})

/**
 * No answer: it may have arrived. Only a later confirmation ends the doubt. Of several lost ones the largest
 * stands for all, so that a charger that never answers costs no memory.
 */
export function lost(account: Account, id: number): Account {
  const gone = account.sent.filter((each) => each.lost || each.id === id)
  const newest = gone.at(-1)
  if (newest === undefined || !gone.some((each) => each.id === id)) return account
  const milliA = Math.max(...gone.map((each) => each.milliA))
  const onTheirWay = account.sent.filter((each) => !each.lost && each.id !== id)
  const all = [...onTheirWay, { ...newest, milliA, lost: true }]
  return { ...account, sent: all.toSorted((a, b) => a.id - b.id) }
}

export const storing = (account: Account, milliA: MilliAmps): Account =>
  account.storing.includes(milliA) ? account : { ...account, storing: [...account.storing, milliA] }

/** Confirmed: earlier ones are superseded. A refusal changes nothing: part of it may have been stored. */
export const stored = (account: Account, milliA: MilliAmps): Account => ({
  ...account,
  storedMilliA: milliA,
  storing: []
})

/** The account as it will be when this fallback is stored. */
export const expecting = (account: Account, milliA: MilliAmps): Account => ({
  ...account,
  storedMilliA: Math.min(account.storedMilliA ?? milliA, milliA),
  storing: []
})

function isAlive({ transactionId, atMs, lost: unheard }: Sent, standing: Standing, nowMs: number): boolean {
  if (!standing.connected || standing.transactionId === transactionId) return true
  return standing.transactionId === null && !(unheard && nowMs - atMs > unheardMs)
}

/**
 * A set-point holds for its transaction. A silent charger keeps its reservation, lease or no lease: stations
 * are known to hold on to an old profile while offline (OCPP 2.0.1 K06).
 */
function leased(account: Account, standing: Standing): MilliAmps {
  if (account.confirmed === null) return 0
  if (!standing.connected) return account.confirmed.milliA
  return levelOf(account, standing.transactionId) ?? 0
}

/** A fall ends with its transaction: after a stop nothing flows that could still come down. */
function fallingFrom(account: Account, transactionId: string | null, nowMs: number): MilliAmps {
  if (account.falling === null || levelOf(account, transactionId) === null) return 0
  return nowMs < account.falling.sinceMs + meterPatienceMs ? account.falling.fromMilliA : 0
}

/** Until a reading taken after the confirmation shows the fall, the car may still draw what it did before. */
export function falling(account: Account, standing: Standing, nowMs: number): MilliAmps {
  if (account.falling === null) return 0
  const { sinceMs } = account.falling
  const seen = standing.drawHeardAtMs !== null && standing.drawHeardAtMs > sinceMs
  const follows = (standing.drawMilliA ?? 0) <= (account.confirmed?.milliA ?? 0) + drawToleranceMilliA
  return seen && follows ? 0 : fallingFrom(account, holderOf(account, standing), nowMs)
}

/** The transaction that a set-point may still hold for. Silent: nobody knows of a stop. */
const holderOf = ({ confirmed: last }: Account, { connected, transactionId }: Standing): string | null =>
  connected || last === null ? transactionId : last.transactionId

/** What its own meter shows beyond what it may draw counts, until it shows otherwise. */
function measured(account: Account, standing: Standing): MilliAmps {
  const draw = standing.drawMilliA ?? 0
  const heardAtMs = standing.drawHeardAtMs ?? -Infinity
  const level = levelOf(account, standing.transactionId)
  if (account.confirmed !== null && level !== null) {
    const stale = heardAtMs <= account.confirmed.atMs
    return stale || draw <= level + drawToleranceMilliA ? 0 : draw
  }
  return draw <= (account.storedMilliA ?? standing.ratingMilliA) + drawToleranceMilliA ? 0 : draw
}
