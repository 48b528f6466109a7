import type { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import { fleetPaid, fleetPaymentReversed } from './events.ts'
import { receiptColumns, type Receipt } from './fleet-receipt.ts'
import { invoiceName } from './invoice-later.ts'
import type { Books, WalletTransfer } from './wallet.ts'

/** What routes of fleets' money need; `audit` writes to the trail in the same transaction. */
export type FleetNeeds = {
  readonly database: Database
  readonly books: Books
  now(): number
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
}

/** What posting needs: the books, and when it happens. */
export type Posting = { readonly books: Books; readonly at: string }

type Taking = { readonly receipt: Receipt; readonly by: string }

/**
 * Into the books: what was taken on the account is settled and its limit free again; what is beyond that stands on the
 * fleet's own account, for sessions that were on it without a payment, or in advance.
 */
export async function take(tx: Tx, posting: Posting, { receipt, by }: Taking): Promise<Receipt> {
  const { id, account, currency, amountMinor, invoiceNumber } = receipt
  await tx.query('select from fleet_accounts where id = $1 for update', [account])
  const settles = Math.min(amountMinor, Math.max(0, await takenOf(tx, account, currency)))
  await post(tx, posting, paidBy(receipt, settles))
  if (settles > 0) await note(tx, { id, account, currency, amountMinor: settles })
  await addPaid(tx, invoiceNumber, amountMinor)
  const amount: Money = { currency, amountMinor }
  await tx.emit({
    kind: fleetPaid,
    key: account,
    body: { receiptId: id, fleetId: account, amount, freedMinor: settles, invoiceNumber }
  })
  return tx.one<Receipt>(
    `update fleet_receipts set status = 'posted', decided_by = $2, decided_at = now() where id = $1 returning ${receiptColumns}`,
    [id, by]
  )
}

type Back = { readonly receipt: Receipt; readonly reversalId: string; readonly reason: string }

/** Out of the books again, entry by entry: what it had freed is used again, its invoice open, its reference free. */
export async function takeBack(tx: Tx, posting: Posting, back: Back): Promise<void> {
  const { receipt, reversalId, reason } = back
  const { id, account, currency, amountMinor, invoiceNumber } = receipt
  await tx.query('select from fleet_accounts where id = $1 for update', [account])
  const [settled] = await tx.query<{ minor: number }>(
    'select amount_minor as minor from fleet_payments where id = $1',
    [id]
  )
  const freedMinor = settled?.minor ?? 0
  const { entries, ...paid } = paidBy(receipt, freedMinor)
  await post(tx, posting, {
    ...paid,
    key: `${paid.key}:reversed`,
    memo: `taken back: ${paid.memo}; ${reason}`.slice(0, 500),
    entries: entries.map((entry) => ({ ...entry, amountMinor: 0 - entry.amountMinor }))
  })
  if (freedMinor > 0) await note(tx, { id: `${id}:reversed`, account, currency, amountMinor: 0 - freedMinor })
  await addPaid(tx, invoiceNumber, 0 - amountMinor)
  await tx.query("update fleet_receipts set status = 'reversed' where id = $1", [id])
  await tx.emit({
    kind: fleetPaymentReversed,
    key: account,
    body: {
      receiptId: id,
      reversalId,
      fleetId: account,
      amount: { currency, amountMinor },
      freedMinor,
      invoiceNumber
    }
  })
}

async function post(tx: Tx, { books, at }: Posting, transfer: WalletTransfer): Promise<void> {
  const fault = await books.post(tx, [transfer], at)
  if (fault !== undefined) throw new Error(`the ledger refuses ${transfer.key}: ${fault}`)
}

type Settling = Pick<Receipt, 'id' | 'account' | 'currency' | 'amountMinor'>

/** What a receipt settles of what was taken on the account. */
const note = async (tx: Tx, { id, account, currency, amountMinor }: Settling): Promise<unknown> =>
  tx.query(
    `insert into fleet_payments (tenant_id, id, account, currency, amount_minor) values (nova_tenant(), $1, $2, $3, $4)`,
    [id, account, currency, amountMinor]
  )

const addPaid = async (tx: Tx, invoiceNumber: string | null, minor: number): Promise<unknown> =>
  tx.query('update fleet_invoices set paid_minor = paid_minor + $2 where number = $1', [invoiceNumber, minor])

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
