import { randomUUID } from 'node:crypto'
import type { Money } from '@nova/shared-protocol/units'
import type { Listener, Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { invoiceIssued, InvoiceIssued } from '../billing/events.ts'
import type { CreditLine } from './camt053.ts'
import { fleetPaid } from './events.ts'
import { invoiceName } from './invoice-later.ts'
import type { Books, WalletTransfer } from './wallet.ts'

export type Receipt = {
  readonly id: string
  readonly account: string
  readonly currency: string
  readonly amountMinor: number
  readonly invoiceNumber: string | null
  readonly reference: string
  readonly bookedOn: string
  readonly source: 'person' | 'statement'
  readonly status: 'proposed' | 'posted' | 'rejected'
  readonly notedBy: string
  readonly decidedBy: string | null
  readonly notedAt: string
}

const columns = `id, account, currency, amount_minor as "amountMinor", invoice_number as "invoiceNumber", reference,
  booked_on as "bookedOn", source, status, noted_by as "notedBy", decided_by as "decidedBy", noted_at as "notedAt"`

type Noted = Pick<
  Receipt,
  'account' | 'currency' | 'amountMinor' | 'invoiceNumber' | 'reference' | 'bookedOn' | 'source' | 'notedBy'
>

/** What posting needs: the books, and when it happens. */
export type Posting = { readonly books: Books; readonly at: string }

/**
 * Writes down money that came in from a fleet; nothing moves until a second person has agreed.
 * @throws Problem 404, 409 `reference-known`, 422 `invoice-unknown`, `currency-unsupported`
 */
export async function noteReceipt(tx: Tx, noted: Noted): Promise<Receipt> {
  const fleet = await tx.maybe<{ currency: string }>('select currency from fleet_accounts where id = $1', [
    noted.account
  ])
  if (!fleet) throw notFound('fleet account')
  if (fleet.currency !== noted.currency)
    throw problem(422, 'currency-unsupported', `This account is kept in ${fleet.currency}.`)
  if (noted.invoiceNumber !== null && !(await openInvoice(tx, noted.invoiceNumber, noted.account)))
    throw problem(422, 'invoice-unknown', 'This fleet has no invoice with that number.')
  const before = await tx.maybe<Receipt>(`select ${columns} from fleet_receipts where reference = $1`, [
    noted.reference
  ])
  if (!before) return insert(tx, noted)
  if (before.account !== noted.account || before.amountMinor !== noted.amountMinor)
    throw problem(409, 'reference-known', 'This reference was noted with another amount or account.')
  return before
}

const insert = async (tx: Tx, noted: Noted): Promise<Receipt> =>
  tx.one<Receipt>(
    `insert into fleet_receipts (tenant_id, id, account, currency, amount_minor, invoice_number, reference, booked_on,
       source, status, noted_by)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9) returning ${columns}`,
    [
      randomUUID(),
      noted.account,
      noted.currency,
      noted.amountMinor,
      noted.invoiceNumber,
      noted.reference,
      noted.bookedOn,
      noted.source,
      noted.notedBy
    ]
  )

type Invoice = { readonly fleet: string; readonly number: string; readonly open: number; currency: string }

const openInvoice = async (tx: Tx, number: string, fleet: string): Promise<Invoice | undefined> =>
  tx.maybe<Invoice>(
    `select fleet, number, currency, payable_minor - paid_minor as open from fleet_invoices
     where number = $1 and fleet = $2 for update`,
    [number, fleet]
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
  const receipt = await tx.maybe<Receipt>(
    `select ${columns} from fleet_receipts where id = $1 and account = $2 for update`,
    [id, account]
  )
  if (!receipt) throw notFound('payment of this fleet')
  if (receipt.status !== 'proposed')
    throw problem(409, 'receipt-decided', `This payment is ${receipt.status}.`)
  if (receipt.notedBy === by)
    throw problem(403, 'second-person-needed', 'Another person than the one who noted it has to decide.')
  if (approve) return take(tx, posting, { receipt, by })
  return tx.one<Receipt>(
    `update fleet_receipts set status = 'rejected', decided_by = $2, decided_at = now() where id = $1 returning ${columns}`,
    [id, by]
  )
}

type Taking = { readonly receipt: Receipt; readonly by: string | null }

/**
 * Into the books: what was taken on the account is settled and its limit free again; what is beyond that stands on the
 * fleet's own account, for sessions that were on it without a payment, or in advance.
 */
async function take(tx: Tx, { books, at }: Posting, { receipt, by }: Taking): Promise<Receipt> {
  const { id, account, currency, amountMinor, invoiceNumber } = receipt
  await tx.query('select from fleet_accounts where id = $1 for update', [account])
  const settles = Math.min(amountMinor, Math.max(0, await takenOf(tx, account, currency)))
  const fault = await books.post(tx, [paidBy(receipt, settles)], at)
  if (fault !== undefined) throw new Error(`the ledger refuses the fleet's payment ${id}: ${fault}`)
  if (settles > 0)
    await tx.query(
      `insert into fleet_payments (tenant_id, id, account, currency, amount_minor) values (nova_tenant(), $1, $2, $3, $4)`,
      [id, account, currency, settles]
    )
  await tx.query('update fleet_invoices set paid_minor = paid_minor + $2 where number = $1', [
    invoiceNumber,
    amountMinor
  ])
  const amount: Money = { currency, amountMinor }
  await tx.emit({
    kind: fleetPaid,
    key: account,
    body: { receiptId: id, fleetId: account, amount, freedMinor: settles, invoiceNumber }
  })
  return tx.one<Receipt>(
    `update fleet_receipts set status = 'posted', decided_by = $2, decided_at = now() where id = $1 returning ${columns}`,
    [id, by]
  )
}

function paidBy(
  { id, account, currency, amountMinor, invoiceNumber }: Receipt,
  settles: number
): WalletTransfer {
  return {
    key: `fleet-receipt:${id}`,
    kind: 'adjustment',
    phase: 'posted',
    resolves: null,
    currency,
    sessionId: null,
    memo: `paid by fleet ${account}${invoiceNumber === null ? '' : ` for ${invoiceNumber}`}`,
    entries: [
      { party: 'bank', purpose: 'receipts', amountMinor: 0 - amountMinor },
      { party: invoiceName, purpose: 'clearing', amountMinor: settles },
      { party: `fleet:${account}`, purpose: 'account', amountMinor: amountMinor - settles }
    ].filter((entry) => entry.amountMinor !== 0)
  }
}

/** What was taken on the account, not given back and not paid yet; holds that are still open are no debt. */
async function takenOf(tx: Tx, account: string, currency: string): Promise<number> {
  const { taken } = await tx.one<{ taken: number }>(
    `select coalesce(sum(captured_minor - refunded_minor), 0)::bigint - coalesce((select sum(amount_minor)
       from fleet_payments p where p.account = $2 and p.currency = $3), 0)::bigint as taken
     from desk_holds where provider = $1 and account = $2 and currency = $3 and status = 'captured'`,
    [invoiceName, account, currency]
  )
  return taken
}

export type Read = {
  readonly posted: readonly Receipt[]
  readonly proposed: readonly Receipt[]
  readonly unmatched: readonly CreditLine[]
}

/**
 * Lines of a bank's statement. One that names an open invoice of a fleet and pays exactly what is open of it is taken at
 * once: bank and invoice agree. One that names an invoice and pays something else waits for a person. The others are not ours.
 */
export async function readStatement(
  tx: Tx,
  posting: Posting,
  { lines, by }: { lines: readonly CreditLine[]; by: string }
): Promise<Read> {
  const posted: Receipt[] = []
  const proposed: Receipt[] = []
  const unmatched: CreditLine[] = []
  for (const line of lines) {
    const invoice = await namedIn(tx, line)
    if (!invoice) {
      unmatched.push(line)
      continue
    }
    const { text: _text, ...bank } = line
    const about = { account: invoice.fleet, invoiceNumber: invoice.number, source: 'statement' } as const
    const receipt = await noteReceipt(tx, { ...bank, ...about, notedBy: by })
    const isExact = receipt.status === 'proposed' && invoice.open === line.amountMinor
    if (isExact) posted.push(await take(tx, posting, { receipt, by: null }))
    else if (receipt.status === 'proposed') proposed.push(receipt)
  }
  return { posted, proposed, unmatched }
}

/** The one invoice that the payer's words name; the longest, since one number may begin another. */
async function namedIn(tx: Tx, { text, currency }: CreditLine): Promise<Invoice | undefined> {
  const [invoice] = await tx.query<Invoice>(
    `select i.fleet, i.number, i.currency, i.payable_minor - i.paid_minor as open
     from fleet_invoices i join fleet_accounts a on a.tenant_id = i.tenant_id and a.id = i.fleet
     where i.currency = $2 and position(i.number in $1) > 0 order by length(i.number) desc limit 1 for update of i`,
    [text, currency]
  )
  return invoice
}

export const listReceipts = async (tx: Tx, account: string): Promise<Receipt[]> =>
  tx.query<Receipt>(
    `select ${columns} from fleet_receipts where account = $1 order by noted_at desc, id desc limit 200`,
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
