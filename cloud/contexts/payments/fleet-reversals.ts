import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { take, takeBack, type Posting } from './fleet-books.ts'
import { checkReceipt, insertReceipt, lockReceipt } from './fleet-receipts.ts'
import type { Receipt } from './fleet-receipt.ts'

export type Reversal = {
  readonly id: string
  readonly receiptId: string
  readonly reason: string
  readonly newAccount: string | null // null: nothing takes its place.
  readonly newAmountMinor: number | null
  readonly newInvoiceNumber: string | null
  readonly status: 'proposed' | 'posted' | 'rejected'
  readonly askedBy: string
  readonly askedAt: string
  readonly decidedBy: string | null
}

const columns = `id, receipt_id as "receiptId", reason, new_account as "newAccount", new_amount_minor as "newAmountMinor",
  new_invoice_number as "newInvoiceNumber", status, asked_by as "askedBy", asked_at as "askedAt", decided_by as "decidedBy"`

export type Wish = {
  readonly account: string
  readonly receiptId: string
  readonly reason: string
  readonly replacement: {
    readonly account: string
    readonly amountMinor: number
    readonly invoiceNumber: string | null
  } | null
  readonly by: string
}

/**
 * Asks that a payment which was posted wrongly is taken back, and what shall stand in its place; nothing moves yet. Asked
 * for again it is the same wish.
 * @throws Problem 404, 409 `receipt-not-posted`, `reversal-differs`, 422 `replacement-same`, and as `checkReceipt`
 */
export async function askReversal(tx: Tx, wish: Wish): Promise<Reversal> {
  const { account, receiptId, reason, replacement, by } = wish
  const receipt = await lockReceipt(tx, account, receiptId)
  const before = await tx.maybe<Reversal>(
    `select ${columns} from fleet_reversals where receipt_id = $1 and status in ('proposed', 'posted')`,
    [receiptId]
  )
  if (before) return sameAs(before, wish)
  if (receipt.status !== 'posted') throw problem(409, 'receipt-not-posted', `It is ${receipt.status}.`)
  if (replacement) await checkReplacement(tx, receipt, replacement)
  return tx.one<Reversal>(
    `insert into fleet_reversals (tenant_id, id, receipt_id, reason, new_account, new_amount_minor, new_invoice_number,
       status, asked_by)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, 'proposed', $7) returning ${columns}`,
    [
      randomUUID(),
      receiptId,
      reason,
      replacement?.account ?? null,
      replacement?.amountMinor ?? null,
      replacement?.invoiceNumber ?? null,
      by
    ]
  )
}

function sameAs(before: Reversal, { replacement }: Wish): Reversal {
  const isSame =
    before.newAccount === (replacement?.account ?? null) &&
    before.newAmountMinor === (replacement?.amountMinor ?? null) &&
    before.newInvoiceNumber === (replacement?.invoiceNumber ?? null)
  if (isSame) return before
  throw problem(409, 'reversal-differs', `Another reversal of this payment is ${before.status}.`)
}

async function checkReplacement(
  tx: Tx,
  receipt: Receipt,
  replacement: NonNullable<Wish['replacement']>
): Promise<void> {
  const { account, amountMinor, invoiceNumber } = replacement
  await checkReceipt(tx, { account, currency: receipt.currency, invoiceNumber })
  const isSame =
    account === receipt.account &&
    amountMinor === receipt.amountMinor &&
    invoiceNumber === receipt.invoiceNumber
  if (isSame) throw problem(422, 'replacement-same', 'What would stand in its place is the same payment.')
}

export type Decision = {
  readonly account: string
  readonly receiptId: string
  readonly approve: boolean
  readonly by: string
}

/**
 * The second person's word: the payment is taken back, and what stands in its place is posted with it, or neither.
 * @throws Problem 404, 403 `second-person-needed`, 409 `reversal-decided`
 */
export async function decideReversal(tx: Tx, posting: Posting, decision: Decision): Promise<Reversal> {
  const { account, receiptId, approve, by } = decision
  const receipt = await lockReceipt(tx, account, receiptId)
  const reversal = await tx.maybe<Reversal>(
    `select ${columns} from fleet_reversals where receipt_id = $1 order by asked_at desc, id limit 1`,
    [receiptId]
  )
  if (!reversal) throw notFound('reversal of this payment')
  if (reversal.status !== 'proposed')
    throw problem(409, 'reversal-decided', `This reversal is ${reversal.status}.`)
  if (reversal.askedBy === by)
    throw problem(403, 'second-person-needed', 'Another person than the one who asked for it has to decide.')
  if (approve) await carryOut(tx, posting, { receipt, reversal, by })
  return tx.one<Reversal>(
    `update fleet_reversals set status = $2, decided_by = $3, decided_at = now() where id = $1 returning ${columns}`,
    [reversal.id, approve ? 'posted' : 'rejected', by]
  )
}

type CarryingOut = { readonly receipt: Receipt; readonly reversal: Reversal; readonly by: string }

async function carryOut(tx: Tx, posting: Posting, { receipt, reversal, by }: CarryingOut): Promise<void> {
  const { id, reason, newAccount, newAmountMinor, newInvoiceNumber, askedBy } = reversal
  await takeBack(tx, posting, { receipt, reversalId: id, reason })
  if (newAccount === null || newAmountMinor === null) return
  const replacement = await insertReceipt(tx, {
    ...receipt,
    account: newAccount,
    amountMinor: newAmountMinor,
    invoiceNumber: newInvoiceNumber,
    notedBy: askedBy,
    replaces: receipt.id
  })
  await take(tx, posting, { receipt: replacement, by })
}

export const listReversals = async (tx: Tx, account: string): Promise<Reversal[]> =>
  tx.query<Reversal>(
    `select ${columns} from fleet_reversals
     where receipt_id in (select id from fleet_receipts where account = $1) order by asked_at desc, id limit 200`,
    [account]
  )
