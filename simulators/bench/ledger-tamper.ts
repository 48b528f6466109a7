import { randomUUID } from 'node:crypto'
import { addContract, capture, hold, release, type LedgerAlone, type Transfer } from '@nova/cloud/ledger'
import { chanceOf } from '../world/chance.ts'
import { show } from './figure.ts'
import { openForger, type Forged, type Forger } from './ledger-forger.ts'
import { transfer } from './ledger-loads.ts'

const at = '2026-11-21T10:00:00.000Z'

/** A small ledger with everything that can stand in one; sealed twice, so that a root covers only its first part. */
export async function fillLedger(ledger: LedgerAlone, tenantId: string): Promise<void> {
  const shares = [{ party: 'operator', purpose: 'revenue', percent: '100' }]
  const contract = { id: randomUUID(), siteId: 'site', validFrom: at, shares }
  await ledger.database.tenant(tenantId, async (tx) => addContract(tx, contract))
  await posted(ledger, tenantId, [transfer('top-up', { from: ['bank', 'clearing'], to: wallet }, 9_000)])
  for (let n = 0; n < 8; n++) {
    for (const transfers of sessionOf(n)) await posted(ledger, tenantId, transfers)
    if (n === 3) await ledger.seal()
  }
  await ledger.seal()
}

const wallet = ['driver:1', 'wallet'] as const

/** A hold that is captured, let go or left pending, a charge, and something from the wallet. */
function sessionOf(n: number): Transfer[][] {
  const about = { paymentId: `p${n}`, sessionId: randomUUID(), provider: 'bank', driver: `driver:${n}` }
  const amount = { currency: 'CNY', amountMinor: 5_000 }
  const driver = [`driver:${n}`, 'account'] as const
  const charged = transfer(`charge-${n}`, { from: driver, to: ['operator', 'revenue'] }, 70 + n)
  const spent = transfer(`wallet-${n}`, { from: wallet, to: ['wallet', 'clearing'] }, 10)
  const ends = [capture(about, { ...amount, amountMinor: 3_456 }), release(about, 'CNY'), []][n % 3] ?? []
  const lists: Transfer[][] = [
    hold(about, amount),
    ends,
    [{ ...charged, sessionId: about.sessionId }],
    [n === 7 ? { ...spent, kind: 'hold', phase: 'pending' } : spent]
  ]
  return lists.filter(({ length }) => length > 0)
}

async function posted(ledger: LedgerAlone, tenantId: string, transfers: readonly Transfer[]): Promise<void> {
  const outcome = await ledger.post(tenantId, { transfers, at })
  if (!outcome.ok) throw new Error(`${outcome.key}: ${outcome.fault}`)
}

/** Found with its tenant and, where the row has a place in the chain, at that place or at the hole that it left. */
export const isFound = ({ sequence, verdict }: Forged, tenantId: string): boolean =>
  !verdict.ok &&
  verdict.firstBadEntry?.tenantId === tenantId &&
  (sequence === 0 || verdict.firstBadEntry.sequence === sequence)

/** Rows of a ledger flipped and chains rewritten by a superuser: how many of them verification finds. */
export async function tamper(ledger: LedgerAlone, url: string, count: number): Promise<void> {
  const tenantId = `forged${Date.now().toString(36)}`
  await fillLedger(ledger, tenantId)
  const forger = await openForger(url, tenantId, await ledger.witness(tenantId))
  try {
    for (const act of ['flip', 'rewrite'] as const) {
      const missed = await missedOf(forger, act, { tenantId, count })
      show({
        name: `ledger.${act === 'flip' ? 'bytes-flipped' : 'chains-rewritten'}`,
        value: count - missed.length,
        unit: 'found',
        limit: `${count} of ${count}`,
        met: missed.length === 0,
        seed,
        missed: missed.slice(0, 5)
      })
    }
    const { ok } = await ledger.verify(tenantId)
    if (!ok) throw new Error('the ledger does not verify although nothing was left changed')
  } finally {
    await forger.close()
  }
}

const seed = 20261121

/** What was not found, in words. */
export async function missedOf(
  forger: Forger,
  act: 'flip' | 'rewrite',
  { tenantId, count }: { readonly tenantId: string; readonly count: number }
): Promise<string[]> {
  const chance = chanceOf(seed).next
  const missed: string[] = []
  for (let n = 0; n < count; n++) {
    const forged = await forger[act](chance)
    const isThere = act === 'flip' ? isFound(forged, tenantId) : !forged.verdict.ok
    if (!isThere) missed.push(`${forged.what}: ${JSON.stringify(forged.verdict.firstBadEntry ?? 'ok')}`)
  }
  return missed
}
