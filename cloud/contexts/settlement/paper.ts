import { Worker } from 'node:worker_threads'
import type { Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
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

const atOnce = 2 // Each holds a Chinese font of some megabytes while it prints.
const mostWaiting = 20
const patienceMs = 30_000

let running = 0
const waiting: (() => void)[] = []

/**
 * Prints the statements beside the event loop.
 * @throws Problem 503 `printer-busy` when too many wait
 */
export async function printPaper(paper: Paper): Promise<Uint8Array> {
  if (waiting.length >= mostWaiting)
    throw problem(503, 'printer-busy', 'Too many statements are being printed.', { retryAfterSeconds: 5 })
  if (running >= atOnce)
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  running++
  try {
    return await inWorker(paper)
  } finally {
    running--
    waiting.shift()?.()
  }
}

async function inWorker(paper: Paper): Promise<Uint8Array> {
  const worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), { workerData: paper })
  const done = Promise.withResolvers<Uint8Array>()
  const timer = setTimeout(() => done.reject(new Error('printing took too long')), patienceMs)
  worker.once('message', (bytes: Uint8Array) => done.resolve(bytes))
  worker.once('error', done.reject)
  worker.once('exit', () => done.reject(new Error('the printer ended without a page')))
  try {
    return await done.promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
