import { randomUUID } from 'node:crypto'
import type { Listener, Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { invoiceIssued, InvoiceIssued } from '../billing/events.ts'
import { take, type Posting } from './fleet-books.ts'
import { receiptColumns, type Receipt } from './fleet-receipt.ts'

type Noted = Pick<
  Receipt,
  'account' | 'currency' | 'amountMinor' | 'invoiceNumber' | 'reference' | 'bookedOn' | 'source' | 'notedBy'
> &
  Partial<Pick<Receipt, 'statementId' | 'replaces'>>

/**
 * Writes down money that came in from a fleet; nothing moves until a second person has agreed. A reference that stands
 * already is the same money: it is noted once.
 * @throws Problem 404, 409 `reference-known`, 422 `invoice-unknown`, `currency-unsupported`
 */
export async function noteReceipt(tx: Tx, noted: Noted): Promise<Receipt> {
  await checkReceipt(tx, noted)
  const before = await tx.maybe<Receipt>(
    `select ${receiptColumns} from fleet_receipts where reference = $1 and status in ('proposed', 'posted')`,
    [noted.reference]
  )
  if (!before) return insertReceipt(tx, noted)
  if (before.account !== noted.account || before.amountMinor !== noted.amountMinor)
    throw problem(409, 'reference-known', 'This reference was noted with another amount or account.')
  return before
}

/**
 * Whether this fleet can have paid this.
 * @throws Problem 404, 422 `invoice-unknown`, `currency-unsupported`
 */
export async function checkReceipt(
  tx: Tx,
  { account, currency, invoiceNumber }: Pick<Noted, 'account' | 'currency' | 'invoiceNumber'>
): Promise<void> {
  const fleet = await tx.maybe<{ currency: string }>('select currency from fleet_accounts where id = $1', [
    account
  ])
  if (!fleet) throw notFound('fleet account')
  if (fleet.currency !== currency)
    throw problem(422, 'currency-unsupported', `This account is kept in ${fleet.currency}.`)
  if (invoiceNumber === null) return
  const invoice = await tx.query('select from fleet_invoices where number = $1 and fleet = $2 for update', [
    invoiceNumber,
    account
  ])
  if (invoice.length === 0)
    throw problem(422, 'invoice-unknown', 'This fleet has no invoice with that number.')
}

export const insertReceipt = async (tx: Tx, noted: Noted): Promise<Receipt> =>
  tx.one<Receipt>(
    `insert into fleet_receipts (tenant_id, id, account, currency, amount_minor, invoice_number, reference, booked_on,
       source, status, noted_by, statement_id, replaces)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10, $11) returning ${receiptColumns}`,
    [
      randomUUID(),
      noted.account,
      noted.currency,
      noted.amountMinor,
      noted.invoiceNumber,
      noted.reference,
      noted.bookedOn,
      noted.source,
      noted.notedBy,
      noted.statementId ?? null,
      noted.replaces ?? null
    ]
  )

export type Decision = {
  readonly account: string
  readonly id: string
  readonly approve: boolean
  readonly by: string
}

/**
 * The second person's word.
 * @throws Problem 404, 403 `second-person-needed`, 409 `receipt-decided`
 */
export async function decideReceipt(tx: Tx, posting: Posting, decision: Decision): Promise<Receipt> {
  const { account, id, approve, by } = decision
  const receipt = await lockReceipt(tx, account, id)
  if (receipt.status !== 'proposed')
    throw problem(409, 'receipt-decided', `This payment is ${receipt.status}.`)
  if (receipt.notedBy === by)
    throw problem(403, 'second-person-needed', 'Another person than the one who noted it has to decide.')
  return approve ? take(tx, posting, { receipt, by }) : reject(tx, { id, by })
}

/** @throws Problem 404 */
export async function lockReceipt(tx: Tx, account: string, id: string): Promise<Receipt> {
  const receipt = await tx.maybe<Receipt>(
    `select ${receiptColumns} from fleet_receipts where id = $1 and account = $2 for update`,
    [id, account]
  )
  if (!receipt) throw notFound('payment of this fleet')
  return receipt
}

export const reject = async (tx: Tx, { id, by }: Pick<Decision, 'id' | 'by'>): Promise<Receipt> =>
  tx.one<Receipt>(
    `update fleet_receipts set status = 'rejected', decided_by = $2, decided_at = now() where id = $1 returning ${receiptColumns}`,
    [id, by]
  )

export const listReceipts = async (tx: Tx, account: string): Promise<Receipt[]> =>
  tx.query<Receipt>(
    `select ${receiptColumns} from fleet_receipts where account = $1 order by noted_at desc, id desc limit 200`,
    [account]
  )

/** Keeps which collective invoices a fleet has, so that a bank's line finds its own. */
export const invoiceListener: Listener = {
  name: 'payments-invoices',
  kinds: [invoiceIssued],
  async handle(tx, events) {
    for (const { body } of events) {
      const { invoiceId, number, scope, customer, payable } = InvoiceIssued.parse(body)
      if (scope === 'fleet')
        await tx.query(
          `insert into fleet_invoices (tenant_id, id, fleet, number, currency, payable_minor)
           values (nova_tenant(), $1, $2, $3, $4, $5) on conflict do nothing`,
          [invoiceId, customer, number, payable.currency, payable.amountMinor]
        )
    }
  }
}
