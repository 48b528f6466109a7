import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openLedgerAlone, outsideFolder, type LedgerAlone } from '@nova/cloud/ledger'
import { startPostgres } from '@nova/deploy/local'
import { transfer } from './ledger-loads.ts'

const clients = 8
const at = '2026-11-21T10:00:00.000Z'
const longestLifeMs = 900 // Under load between two kills; at random below it.
const tenants = ['kills-a', 'kills-b', 'kills-c'] as const

/** What was found after the last kill; all but `acknowledged` and `kills` are to be 0 or true. */
export type KillsFound = {
  readonly kills: number
  readonly acknowledged: number
  /** Acknowledged, but not there or there with other content. */
  readonly lost: number
  /** Holes in the numbering of a tenant's transfers. */
  readonly gaps: number
  /** Currencies of tenants whose entries do not sum to zero. */
  readonly unbalanced: number
  /** Every chain verifies, against the roots outside too. */
  readonly verified: boolean
}

/**
 * Clients post to three tenants, in two currencies and again and again under the same keys when in doubt, while
 * PostgreSQL (durable) is killed with SIGKILL `kills` times and started on its data. `chance` in [0, 1).
 */
export async function ledgerUnderKills(kills: number, chance: () => number): Promise<KillsFound> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-kills-'))
  let server = await startPostgres({ dataDir, port: 0 })
  const { port } = server
  const ledger = await openLedgerAlone(server.url, {
    outside: outsideFolder(path.join(dataDir, 'outside')),
    connections: 8
  })
  try {
    const load = startLoad(ledger)
    for (let kill = 0; kill < kills; kill++) {
      await wait(100 + chance() * longestLifeMs)
      process.kill(server.child.pid, 'SIGKILL')
      await server.child.ended
      server = await startPostgres({ dataDir, port })
      await ledger.seal().catch(onlyIfAway)
    }
    await wait(300)
    const acknowledged = await load.stop()
    await ledger.seal()
    return { kills, acknowledged: acknowledged.length, ...(await judged(ledger, acknowledged)) }
  } finally {
    await ledger.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

type Acknowledged = { readonly tenantId: string; readonly key: string; readonly amountMinor: number }

const isAway = (cause: unknown): boolean => cause instanceof Error && cause.name === 'DatabaseUnavailable'

function onlyIfAway(cause: unknown): void {
  const causes: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause]
  if (!causes.every(isAway)) throw cause
}

function startLoad(ledger: LedgerAlone): { stop(): Promise<Acknowledged[]> } {
  const acknowledged: Acknowledged[] = []
  let [nth, stopped] = [0, false]
  const client = async (): Promise<void> => {
    while (!stopped) {
      const n = nth++
      const [tenantId, key, amountMinor] = [tenants[n % 3] ?? 'kills-a', `n${n}`, 1 + (n % 97)]
      const ends = { from: [`driver:${n % 40}`, 'account'], to: ['operator', 'revenue'] } as const
      const made = { ...transfer(key, ends, amountMinor), currency: n % 2 === 0 ? 'CNY' : 'EUR' }
      const posted = await ledger.post(tenantId, { transfers: [made], at }).catch((cause: unknown) => {
        onlyIfAway(cause)
        return undefined
      })
      if (posted?.ok === false) throw new Error(`${key}: ${posted.fault}`)
      if (posted) acknowledged.push({ tenantId, key, amountMinor })
    }
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  return {
    async stop() {
      stopped = true
      await running
      return acknowledged
    }
  }
}

async function judged(ledger: LedgerAlone, acknowledged: readonly Acknowledged[]) {
  let [lost, gaps, unbalanced, verified] = [0, 0, 0, true]
  for (const tenantId of tenants) {
    const told = acknowledged.filter((each) => each.tenantId === tenantId)
    const found = await ledger.database.tenant(tenantId, async (tx) =>
      tx.one<{ present: number; gaps: number; unbalanced: number }>(
        `select
           (select count(*) from unnest($1::text[], $2::bigint[]) as w (key, amount)
             where exists (select from ledger_transfers t join ledger_entries e
               on e.tenant_id = t.tenant_id and e.sequence = t.sequence
               where t.key = w.key and e.amount_minor = w.amount)) as present,
           (select coalesce(max(sequence), 0) - count(*) from ledger_transfers) as gaps,
           (select count(*) from (select 1 from ledger_entries e join ledger_transfers t
              on t.tenant_id = e.tenant_id and t.sequence = e.sequence
              group by t.currency having sum(e.amount_minor) <> 0) u) as unbalanced`,
        [told.map(({ key }) => key), told.map(({ amountMinor }) => amountMinor)]
      )
    )
    lost += told.length - found.present
    gaps += found.gaps
    unbalanced += found.unbalanced
    verified = verified && (await ledger.verify(tenantId)).ok
  }
  return { lost, gaps, unbalanced, verified }
}
