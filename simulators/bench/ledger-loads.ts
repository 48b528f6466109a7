import type { LedgerAlone, Linked, Transfer } from '@nova/cloud/ledger'

/** How transfers lie on accounts: `next` gives the tenant and the linked transfers of the nth call. */
export type Load = { readonly name: string; next(nth: number): { tenantId: string; linked: Linked } }

const at = '2026-11-21T10:00:00.000Z'
const run = Date.now().toString(36) // Keys of two runs on one database never meet.

type Ends = { readonly from: readonly [string, string]; readonly to: readonly [string, string] }

export function transfer(key: string, { from, to }: Ends, amountMinor = 1): Transfer {
  return {
    key,
    kind: 'charge',
    phase: 'posted',
    resolves: null,
    currency: 'CNY',
    sessionId: null,
    memo: 'bench',
    entries: [
      { party: from[0], purpose: from[1], amountMinor: -amountMinor },
      { party: to[0], purpose: to[1], amountMinor }
    ]
  }
}

const driver = (n: number): readonly [string, string] => [`driver:${n}`, 'account']
const single = (tenantId: string, made: Transfer) => ({ tenantId, linked: { transfers: [made], at } })

/** 1,000 accounts of one tenant, from each to the next. */
export const spread = (tag: string): Load => ({
  name: 'spread over 1,000 accounts',
  next: (nth) =>
    single(
      'spread',
      transfer(`${run}-${tag}-${nth}`, { from: driver(nth % 1_000), to: driver((nth * 7 + 1) % 1_000) })
    )
})

/** One guarded account is on every transfer of one tenant. */
export const hot = (tag: string): Load => ({
  name: 'one hot account',
  next: (nth) =>
    single(
      'hot',
      transfer(`${run}-${tag}-${nth}`, { from: driver(nth % 1_000), to: ['driver:hot', 'wallet'] })
    )
})

/** 20 tenants, each with a chain of its own. */
export const tenants20 = (tag: string): Load => ({
  name: '20 chained tenants',
  next: (nth) =>
    single(
      `tenant${nth % 20}`,
      transfer(`${run}-${tag}-${nth}`, { from: driver(nth % 50), to: ['operator', 'revenue'] })
    )
})

type Pace = { readonly clients: number; readonly seconds: number; readonly batch: number }

/** Transfers a second; each client waits for the commit of what it posted before it goes on. */
export async function rateOf(ledger: Pick<LedgerAlone, 'post'>, load: Load, pace: Pace): Promise<number> {
  let [nth, done] = [0, 0]
  const begun = performance.now()
  const until = begun + pace.seconds * 1_000
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const calls = Array.from({ length: pace.batch }, () => load.next(nth++))
      const posted = await Promise.all(
        calls.map(async ({ tenantId, linked }) => ledger.post(tenantId, linked))
      )
      const refused = posted.find(({ ok }) => !ok)
      if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`)
      done += posted.length
    }
  }
  await Promise.all(Array.from({ length: pace.clients }, client))
  return (done / (performance.now() - begun)) * 1_000
}
