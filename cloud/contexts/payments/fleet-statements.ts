import { createHash, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { readCamt053, type CreditLine } from './camt053.ts'
import { take, type Posting } from './fleet-books.ts'
import { noteReceipt, reject } from './fleet-receipts.ts'
import { receiptColumns, type Receipt } from './fleet-receipt.ts'

export type Statement = {
  readonly id: string
  readonly digest: string
  readonly status: 'proposed' | 'confirmed' | 'rejected'
  readonly uploadedBy: string
  readonly uploadedAt: string
  readonly decidedBy: string | null
}

const columns = `id, digest, status, uploaded_by as "uploadedBy", uploaded_at as "uploadedAt", decided_by as "decidedBy"`

/** A statement with what has become, or would become, of each of its lines. */
export type Read = Statement & {
  readonly posted: readonly Receipt[]
  /** What a second person's yes posts: each names an open invoice and pays exactly what is open of it. */
  readonly wouldPost: readonly Receipt[]
  /** Names an invoice and pays something else: each waits for a word of its own. */
  readonly proposed: readonly Receipt[]
  /** Their references had been noted before, by a person or by another file. */
  readonly known: readonly Receipt[]
  readonly unmatched: readonly CreditLine[]
}

/**
 * Keeps an uploaded bank statement and notes its lines that name invoices of fleets. A file proves nothing of where it
 * came from: it posts nothing until a second person has seen what it would post. The same file again is the same statement.
 * @throws Problem 422 `statement-invalid`, 409 `reference-known`
 */
export async function uploadStatement(
  tx: Tx,
  { file, by }: { readonly file: string; readonly by: string }
): Promise<Read> {
  const lines = parsed(file)
  const digest = createHash('sha256').update(file).digest('hex')
  const [made] = await tx.query<Statement>(
    `insert into fleet_statements (tenant_id, id, digest, file, status, uploaded_by)
     values (nova_tenant(), $1, $2, $3, 'proposed', $4) on conflict do nothing returning ${columns}`,
    [randomUUID(), digest, file, by]
  )
  const named = made ? await namedIn(tx, lines) : new Map<number, Invoice>()
  for (const [index, line] of lines.entries()) {
    const invoice = named.get(index)
    if (!invoice) continue
    const { text: _text, ...bank } = line
    const about = { account: invoice.fleet, invoiceNumber: invoice.number, source: 'statement' } as const
    await noteReceipt(tx, { ...bank, ...about, notedBy: by, statementId: made?.id ?? null })
  }
  const statement =
    made ?? (await tx.one<Statement>(`select ${columns} from fleet_statements where digest = $1`, [digest]))
  return readOf(tx, statement, lines)
}

/**
 * What a statement has posted or would post now.
 * @throws Problem 404
 */
export async function readStatement(tx: Tx, id: string): Promise<Read> {
  const kept = await tx.maybe<Statement & { readonly file: string }>(
    `select ${columns}, file from fleet_statements where id = $1`,
    [id]
  )
  if (!kept) throw notFound('statement')
  const { file, ...statement } = kept
  return readOf(tx, statement, parsed(file))
}

export const listStatements = async (tx: Tx): Promise<Statement[]> =>
  tx.query<Statement>(`select ${columns} from fleet_statements order by uploaded_at desc, id desc limit 200`)

export type Decision = { readonly id: string; readonly approve: boolean; readonly by: string }

/**
 * The second person's word on a whole statement: what still pays an open invoice exactly is posted, what does not waits
 * for a word of its own; with a no all its lines are rejected.
 * @throws Problem 404, 403 `second-person-needed`, 409 `statement-decided`
 */
export async function decideStatement(
  tx: Tx,
  posting: Posting,
  { id, approve, by }: Decision
): Promise<Read> {
  const statement = await tx.maybe<Statement>(
    `select ${columns} from fleet_statements where id = $1 for update`,
    [id]
  )
  if (!statement) throw notFound('statement')
  if (statement.status !== 'proposed')
    throw problem(409, 'statement-decided', `This statement is ${statement.status}.`)
  if (statement.uploadedBy === by)
    throw problem(403, 'second-person-needed', 'Another person than the one who uploaded it has to decide.')
  const { wouldPost, proposed } = await readStatement(tx, id)
  if (approve) for (const receipt of wouldPost) await take(tx, posting, { receipt, by })
  else for (const receipt of [...wouldPost, ...proposed]) await reject(tx, { id: receipt.id, by })
  await tx.query(
    'update fleet_statements set status = $2, decided_by = $3, decided_at = now() where id = $1',
    [id, approve ? 'confirmed' : 'rejected', by]
  )
  return readStatement(tx, id)
}

async function readOf(tx: Tx, statement: Statement, lines: readonly CreditLine[]): Promise<Read> {
  const references = lines.map(({ reference }) => reference)
  const all = await tx.query<Receipt>(
    `select ${receiptColumns} from fleet_receipts
     where statement_id = $1 or (reference = any ($2) and status in ('proposed', 'posted')) order by noted_at, reference`,
    [statement.id, references]
  )
  const own = all.filter(({ statementId }) => statementId === statement.id)
  const open = await openOf(tx, own)
  const waiting = statement.status === 'proposed' ? own.filter(({ status }) => status === 'proposed') : []
  const wouldPost = waiting.filter(({ invoiceNumber, amountMinor }) => {
    const isExact = invoiceNumber !== null && open.get(invoiceNumber) === amountMinor
    if (isExact) open.delete(invoiceNumber) // A second line for the same invoice finds it paid.
    return isExact
  })
  const found = new Set(all.map(({ reference }) => reference))
  return {
    ...statement,
    posted: own.filter(({ status }) => status === 'posted'),
    wouldPost,
    proposed: own.filter((receipt) => receipt.status === 'proposed' && !wouldPost.includes(receipt)),
    known: all.filter((receipt) => !own.includes(receipt)),
    unmatched: lines.filter(({ reference }) => !found.has(reference))
  }
}

/** What is open of the invoices that the receipts name; they stay as they are until the transaction has ended. */
async function openOf(tx: Tx, receipts: readonly Receipt[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ number: string; open: number }>(
    `select number, payable_minor - paid_minor as open from fleet_invoices
     where number = any ($1) order by number for update`,
    [receipts.flatMap(({ invoiceNumber }) => invoiceNumber ?? [])]
  )
  return new Map(rows.map(({ number, open }) => [number, open]))
}

type Invoice = { readonly fleet: string; readonly number: string }

/**
 * By the index of its line the one invoice that the payer's words name; the longest, since one number may begin another.
 * All lines are asked for at once: a file of a month has thousands.
 */
async function namedIn(tx: Tx, lines: readonly CreditLine[]): Promise<ReadonlyMap<number, Invoice>> {
  const found = await tx.query<Invoice & { readonly place: number }>(
    `select line.place, named.fleet, named.number
     from unnest($1::text[], $2::text[]) with ordinality as line (words, currency, place)
     cross join lateral (
       select i.fleet, i.number
       from fleet_invoices i join fleet_accounts a on a.tenant_id = i.tenant_id and a.id = i.fleet
       where i.currency = line.currency and position(i.number in line.words) > 0
       order by length(i.number) desc limit 1) as named`,
    [lines.map(({ text }) => text), lines.map(({ currency }) => currency)]
  )
  return new Map(found.map(({ place, fleet, number }) => [place - 1, { fleet, number }]))
}

/** @throws Problem 422 */
function parsed(xml: string): CreditLine[] {
  try {
    return readCamt053(xml)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw problem(422, 'statement-invalid', cause.message)
  }
}
