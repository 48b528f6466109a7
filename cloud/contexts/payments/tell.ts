import type { Tx } from '../../db/index.ts'
import { isCorrected, squareSession } from './corrected.ts'
import { addDebt, payOff } from './debts.ts'
import { paymentCaptured, paymentDeclined, paymentHeld, paymentOwed, paymentReleased } from './events.ts'
import { isFinal, spread, type Turn } from './model.ts'
import type { PaymentRow } from './store.ts'

/** What every event about a payment names. */
export const paymentOf = (row: PaymentRow) => ({
  paymentId: row.id,
  sessionId: row.session_id,
  driverId: row.driver_id,
  provider: row.provider
})

/** Tells what happened, and writes down what a bill could not get. */
export async function ended(tx: Tx, row: PaymentRow, turn: Turn, detail: string): Promise<void> {
  const { currency, session_id: sessionId } = row
  const payment = paymentOf(row)
  const money = (amountMinor: number) => ({ currency, amountMinor })
  const tell = async (kind: string, more: object): Promise<void> =>
    tx.emit({ kind, key: sessionId, body: { ...payment, ...more } })
  if (turn.tell === 'held') await tell(paymentHeld, { amount: money(row.amount_minor) })
  if (turn.tell === 'declined') await tell(paymentDeclined, { code: 'payment-declined', detail })
  if (turn.tell === 'captured' && row.purpose === 'debt') await payOff(tx, sessionId, row.captured_minor)
  if (turn.tell === 'captured' || turn.tell === 'released') await tellHolds(tx, row, turn.tell)
  if (turn.tell !== 'held' && turn.tell !== 'nothing') await close(tx, row, detail)
}

/** What the bill lacks is owed; where a correction has set another bill, that is what counts. */
async function close(tx: Tx, row: PaymentRow, detail: string): Promise<void> {
  if (await isCorrected(tx, row.session_id)) return squareSession(tx, row.session_id)
  const lacking = lackOf(row)
  if (lacking > 0) await owe(tx, row, lacking, detail)
}

/** The first hold and each raise end by themselves in the books, filled in the order in which they were made. */
async function tellHolds(tx: Tx, row: PaymentRow, how: 'captured' | 'released'): Promise<void> {
  const raises = await tx.query<{ id: string; amount_minor: number }>(
    'select id, amount_minor from payment_raises where payment_id = $1 order by created_at, id',
    [row.id]
  )
  const raised = raises.reduce((sum, each) => sum + each.amount_minor, 0)
  const holds = [{ id: row.id, amount_minor: row.amount_minor - raised }, ...raises]
  const taken = spread(
    holds.map((each) => each.amount_minor),
    how === 'captured' ? row.captured_minor : 0
  )
  for (const [index, { id, amount_minor: heldMinor }] of holds.entries()) {
    const takenMinor = taken[index] ?? 0
    const money = (amountMinor: number) => ({ currency: row.currency, amountMinor })
    const isRaised = holds.length > 1
    const whole = isRaised && takenMinor > 0 ? { whole: money(row.captured_minor) } : {}
    const body = { ...paymentOf(row), paymentId: id, ...(id === row.id ? whole : { raiseOf: row.id }) }
    const amounts =
      takenMinor > 0
        ? { amount: money(takenMinor), released: money(heldMinor - takenMinor) }
        : { amount: money(heldMinor) }
    const kind = takenMinor > 0 ? paymentCaptured : paymentReleased
    await tx.emit({ kind, key: row.session_id, body: { ...body, ...amounts } })
  }
}

const lackOf = (row: PaymentRow): number =>
  row.want === 'capture' && isFinal(row.status) && row.purpose === 'session'
    ? Math.max(0, (row.capture_minor ?? 0) - row.captured_minor)
    : 0

/** The driver owes this for the session; told to charging and to the driver. */
export async function owe(tx: Tx, row: PaymentRow, amountMinor: number, detail: string): Promise<void> {
  await addDebt(tx, row, amountMinor, detail)
  await tx.emit({
    kind: paymentOwed,
    key: row.session_id,
    body: { ...paymentOf(row), amount: { currency: row.currency, amountMinor }, detail }
  })
}
