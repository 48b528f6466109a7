import { sessionsInReview, type InReview } from './contexts/charging/index.ts'
import { auditFigures, type AuditFigures } from './contexts/identity/index.ts'
import { imbalance } from './contexts/ledger/index.ts'
import { tallyTotals, type Total } from './contexts/telemetry/index.ts'
import type { Database, Tx } from './db/index.ts'

const freshMs = 5_000 // Several may scrape; the database is asked once.
const ledgerFreshMs = 300_000 // The whole ledger is summed.
const statementMs = 30_000
const deadlineMs = 2_000 // Without a database the other figures are wanted all the more, and soon.

/** Figures of the whole platform, which every process that answers HTTP gives alike. */
export type Figures = {
  tallies(): Promise<readonly Total[]>
  inReview(): Promise<InReview>
  /** Minor units, as decimal text. */
  ledgerImbalance(): Promise<string>
  audit(): Promise<AuditFigures>
}

/** Asks the contexts what only the database knows; each answer holds for some seconds. */
export function openFigures(database: Pick<Database, 'platform'>, now: () => number = Date.now): Figures {
  const figure = <Value>(purpose: string, ask: (tx: Tx) => Promise<Value>, freshForMs = freshMs) =>
    kept(async () => database.platform(purpose, ask, { statementMs, deadlineMs }), freshForMs, now)
  return {
    tallies: figure('measure sessions', tallyTotals),
    inReview: figure('measure reviews', sessionsInReview),
    ledgerImbalance: figure('measure the ledger', imbalance, ledgerFreshMs),
    audit: figure('measure the audit trail', auditFigures)
  }
}

/** One question at a time; a failed one is asked again by the next who wants to know. */
function kept<Value>(ask: () => Promise<Value>, forMs: number, now: () => number): () => Promise<Value> {
  let asked: { readonly at: number; readonly answer: Promise<Value> } | undefined
  return async () => {
    if (asked === undefined || now() - asked.at >= forMs) {
      const mine = { at: now(), answer: ask() }
      asked = mine
      mine.answer.catch(() => {
        if (asked === mine) asked = undefined
      })
    }
    return asked.answer
  }
}
