import type { LedgerAlone } from '@nova/cloud/ledger'
import { show } from './figure.ts'
import { transfer } from './ledger-loads.ts'

const clients = 16
const at = '2026-11-21T10:00:00.000Z'

/** Many calls by 16 clients on few keys: one transfer a key, and other content under a key refused each time. */
export async function callManyTimes(
  ledger: LedgerAlone,
  { calls, keys }: { readonly calls: number; readonly keys: number }
): Promise<void> {
  const tenantId = `keys${Date.now().toString(36)}`
  const ends = { from: ['driver:1', 'account'], to: ['operator', 'revenue'] } as const
  const outcomes = new Map<string, number>()
  let nth = 0
  const client = async (): Promise<void> => {
    for (let call = nth++; call < calls; call = nth++) {
      const key = call % keys
      // Once the key is taken, every fifth call comes with other content.
      const other = call >= keys && call % 5 === 0
      const transfers = [transfer(`key-${key}`, ends, other ? 2 : 1)]
      const posted = await ledger.post(tenantId, { transfers, at })
      const outcome = `${other ? 'other content' : 'same content'}: ${posted.ok ? posted.outcome : posted.fault}`
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - begun) / 1_000
  const { transfers, entries } = await ledger.database.tenant(tenantId, async (tx) =>
    tx.one<{ transfers: number; entries: number }>(
      'select (select count(*) from ledger_transfers) as transfers, (select count(*) from ledger_entries) as entries'
    )
  )
  show({
    name: 'ledger.keys',
    value: transfers,
    unit: 'transfers',
    limit: `exactly ${keys}`,
    met: transfers === keys,
    calls,
    entries,
    callsPerSecond: calls / seconds,
    outcomes: Object.fromEntries(outcomes)
  })
}
