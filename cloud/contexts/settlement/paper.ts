import type { Tx } from '../../db/index.ts'
import { printer } from '../../http/index.ts'
import { decimalOf } from './payout.ts'
import {
  entriesIn,
  statementsIn,
  type SettlementRow,
  type StatementEntry,
  type StatementRow
} from './store.ts'

/** A settlement as it is written down: each statement with the entries that it adds up. */
export type Paper = {
  readonly settlement: SettlementRow
  readonly statements: readonly (StatementRow & { readonly lines: readonly StatementEntry[] })[]
}

export async function paperOf(tx: Tx, settlement: SettlementRow): Promise<Paper> {
  const statements = await statementsIn(tx, settlement.id)
  const lines = []
  for (const statement of statements) lines.push({ ...statement, lines: await entriesIn(tx, statement.id) })
  return { settlement, statements: lines }
}

const columns = [
  'settlement', 'from', 'to', 'party', 'purpose', 'currency', 'row', 'kind', 'session', 'entry', 'at', 'memo', 'amount'
] as const // prettier-ignore

// RFC 4180; a leading sign that a spreadsheet would take for a formula is written as text.
const cell = (value: string): string => {
  const safe = /^[=+@\t\r]/.test(value) || /^-(?![\d.]+$)/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One row an entry, then the sums of each statement; amounts in major units with a point. */
export function csvOf({ settlement, statements }: Paper): string {
  const { id, firstDate, lastDate } = settlement
  const rows = statements.flatMap((statement) => {
    const { party, purpose, currency } = statement
    const head = [id, firstDate, lastDate, party, purpose, currency]
    const amount = (minor: number): string => decimalOf(currency, minor)
    const sums = [
      ['charges', statement.chargesMinor],
      ['refunds', statement.refundsMinor],
      ['other', statement.otherMinor],
      ['net', statement.netMinor],
      ['held-back', statement.heldMinor],
      ['payable', statement.payableMinor]
    ] as const
    return [
      ...statement.lines.map((line) => [
        ...head, 'entry', line.kind, line.sessionId ?? '', `${line.sequence}-${line.line}`, line.at, line.memo, amount(line.amountMinor)
      ]), // prettier-ignore
      ...sums.map(([kind, minor]) => [...head, 'sum', kind, '', '', '', '', amount(minor)])
    ]
  })
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

export const printPaper = printer<Paper>(new URL('./pdf-worker.ts', import.meta.url), 'statements')
