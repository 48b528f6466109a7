import type { Api } from './api.ts'
import { eventually } from './api.ts'
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

/**
 * Holds the cloud's books against what the charge points know: every session once, every watt-hour billed, the
 * ledger whole. Waits until every delivered session is final, then judges what is there.
 */
export async function audit(api: Api, delivered: readonly Delivered[], withinMs: number): Promise<Verdict> {
  const keyOf = (each: { chargerId: string; meterStartWh: number | null }) =>
    `${each.chargerId}/${each.meterStartWh}`
  const settled = (sessions: readonly BilledSession[]): boolean => {
    const final = new Set(sessions.filter(isFinal).map(keyOf))
    return delivered.every((each) => final.has(keyOf(each)))
  }
  const sessions = await eventually(() => allSessions(api), settled, {
    withinMs,
    everyMs: 500,
    what: 'every session final'
  }).catch(() => allSessions(api))
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

const isFinal = ({ status, provisional }: BilledSession): boolean =>
  status === 'review' || status === 'failed' || (status === 'ended' && !provisional)
