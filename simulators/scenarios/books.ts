import { setTimeout as wait } from 'node:timers/promises'
import type { Api } from './api.ts'
import type { Delivered } from './sessions.ts'

/** A session as the cloud's API shows it. */
export type BilledSession = {
  readonly id: string
  readonly chargerId: string
  readonly status: string
  readonly meterStartWh: number | null
  readonly meterStopWh: number | null
  readonly energyWh: number | null
  readonly cost: { readonly currency: string; readonly amountMinor: number } | null
  readonly provisional: boolean
}

export type Verdict = {
  readonly delivered: number
  readonly lost: number
  readonly doubled: number
  readonly wrongWh: number
  readonly inReview: number
  readonly reviewReasons: readonly string[]
  readonly ledgerOk: boolean
}

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

export async function allSessions(api: Api): Promise<BilledSession[]> {
  const found: BilledSession[] = []
  let cursor: string | null = null
  do {
    const page: Page<BilledSession> = await api.get(
      `/sessions?limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    )
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

const keyOf = (each: { chargerId: string; meterStartWh: number | null }) =>
  `${each.chargerId}/${each.meterStartWh}`

/**
 * Holds the cloud's books against what the charge points know: every session once, every watt-hour billed, the
 * ledger whole. Waits until every delivered session is final, or for so long that no further one became final;
 * then judges what is there.
 */
export async function audit(
  enter: () => Promise<Api>,
  delivered: readonly Delivered[],
  patienceMs: number
): Promise<Verdict> {
  const sessions = await settled(enter, delivered, patienceMs)
  const api = await enter()
  const byKey = Map.groupBy(sessions, keyOf)
  const matched = delivered.map((each) => ({ each, found: byKey.get(keyOf(each)) ?? [] }))
  const ledger = await api.get<{ ok: boolean }>('/ledger/verify')
  const reviews = await api.get<Page<{ reason: string; detail: string }>>('/reviews?limit=20')
  return {
    delivered: delivered.length,
    lost: matched.filter(({ found }) => found.length === 0).length,
    doubled: matched.filter(({ found }) => found.length > 1).length,
    inReview: matched.filter(({ found }) => found[0]?.status === 'review').length,
    reviewReasons: reviews.items.map(({ reason, detail }) => `${reason}: ${detail}`),
    wrongWh: matched
      .filter(({ found }) => found[0]?.status !== 'review')
      .reduce(
        (sum, { each, found }) =>
          sum + Math.abs((found[0]?.energyWh ?? 0) - (each.meterStopWh - each.meterStartWh)),
        0
      ),
    ledgerOk: ledger.ok
  }
}

/** A backlog may be long: what counts is that it still shrinks, so the patience begins anew with each gain. */
async function settled(
  enter: () => Promise<Api>,
  delivered: readonly Delivered[],
  patienceMs: number
): Promise<BilledSession[]> {
  let most = -1
  for (let until = performance.now() + patienceMs; ;) {
    const sessions = await allSessions(await enter()) // Anew: a backlog may outlive an access token.
    const final = new Set(sessions.filter(isFinal).map(keyOf))
    const there = delivered.filter((each) => final.has(keyOf(each))).length
    if (there === delivered.length || (there <= most && performance.now() > until)) return sessions
    if (there > most) until = performance.now() + patienceMs
    most = Math.max(most, there)
    await wait(Math.min(10_000, 250 + (delivered.length - there) * 5)) // Reading it all slows what it waits for.
  }
}

const isFinal = ({ status, provisional }: BilledSession): boolean =>
  status === 'review' || status === 'failed' || (status === 'ended' && !provisional)
