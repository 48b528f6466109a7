import * as ledger from './contexts/ledger/index.ts'
import * as settlement from './contexts/settlement/index.ts'
import type { Database, Listener, Migrations } from './db/index.ts'
import type { Routes } from './http/index.ts'

export const settlementMigrations: readonly Migrations[] = [settlement.migrations]

/** What settlement needs of the ledger: the parties' entries, balances, and a place to post. */
const books: settlement.Books = {
  partyEntries: ledger.partyEntries,
  balance: ledger.balanceOf,
  async post(tx, postings, at) {
    const lists = postings.map((posting) => ({
      transfers: [{ ...posting, phase: 'posted', resolves: null, sessionId: null } as const],
      at
    }))
    const posted = await ledger.postAll(tx, lists)
    if (!posted.ok) throw new Error(`the ledger refuses ${posted.key}: ${posted.fault}`)
  }
}

type Needs = Pick<settlement.ScheduleNeeds, 'siteTimeZone' | 'onTrouble'> & {
  readonly database: Database
  now(): number
  readonly audit: settlement.Needs['audit']
}

/** Joins settlement to the ledger. */
export function joinSettlement(needs: Needs): {
  readonly routes: readonly Routes[]
  readonly listeners: readonly Listener[]
  readonly jobs: ReturnType<typeof settlement.jobs>
} {
  return {
    routes: [settlement.routes({ ...needs, books })],
    listeners: settlement.listeners(),
    jobs: settlement.jobs({ ...needs, books })
  }
}
