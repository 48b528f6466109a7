import type { Database, Tx } from '../../db/index.ts'
import { paymentCaptured, paymentDeclined, paymentHeld, paymentOwed, paymentReleased } from './events.ts'
import {
  isFinal,
  learn,
  nextStep,
  pauseAfter,
  statusDuring,
  wantAfter,
  type Step,
  type Turn
} from './model.ts'
import type { Acted, Known, Provider } from './provider.ts'
import { addDebt, lockPayment, savePayment, type Change, type PaymentRow } from './store.ts'

const holdMarginMs = 3_600_000 // A hold is let go an hour before it runs out by itself, so that it ends by our word.

export type Needs = {
  readonly database: Database
  provider(name: string): Provider | undefined
  now(): number
}

type Taken = { readonly row: PaymentRow; readonly step: Step; readonly method: string }

/** Our id of a payment at the provider: tenant and payment, so that a webhook finds its way without a search. */
export const orderReference = (tenantId: string, paymentId: string): string => `${tenantId}.${paymentId}`

/** Moves a payment by one provider call. May be repeated at any point: the next call starts from what is stored. */
export async function advance(needs: Needs, tenantId: string, id: string): Promise<void> {
  const taken = await needs.database.tenant(tenantId, async (tx) => take(tx, id, needs.now()))
  if (!taken) return
  const provider = needs.provider(taken.row.provider)
  const acted = provider ? await call(provider, tenantId, taken) : noProvider
  await needs.database.tenant(tenantId, async (tx) => {
    const row = await lockPayment(tx, id)
    if (row) await settle(tx, { row, step: taken.step, acted, now: needs.now() })
  })
}

const noProvider: Acted = { kind: 'unknown', detail: 'this provider is not configured' }

/** Stores the intent before the call, so that a process that dies in it leaves a question, not a gap. */
async function take(tx: Tx, id: string, now: number): Promise<Taken | undefined> {
  const row = await lockPayment(tx, id)
  if (!row || row.next_at === null) return undefined
  const want = isStale(row, now) ? 'void' : row.want
  const step = row.ask ? 'query' : nextStep({ status: row.status, want })
  if (step === 'rest') {
    await savePayment(tx, id, { ...unchanged(row), nextInMs: restMs(row, now) })
    return undefined
  }
  const during = step === 'query' ? row.status : statusDuring(step)
  await tx.query('update payments set want = $2, status = $3 where id = $1', [id, want, during])
  const method = await tx.one<{ reference: string }>('select reference from payment_methods where id = $1', [
    row.method_id
  ])
  return { row: { ...row, want }, step, method: method.reference }
}

const expiryOf = (row: PaymentRow): number | null =>
  row.hold_expires_at === null ? null : Date.parse(row.hold_expires_at) - holdMarginMs

/** Nobody has used the hold and its end is near. */
function isStale(row: PaymentRow, now: number): boolean {
  const end = expiryOf(row)
  return row.status === 'authorised' && row.want === 'hold' && end !== null && now >= end
}

/** Until when a hold that only stands may be left alone; null when it has ended. */
function restMs(row: Pick<PaymentRow, 'status' | 'hold_expires_at'>, now: number): number | null {
  if (isFinal(row.status)) return null
  const end =
    row.hold_expires_at === null ? now + holdMarginMs : Date.parse(row.hold_expires_at) - holdMarginMs
  return Math.max(0, end - now)
}

const unchanged = (row: PaymentRow): Omit<Change, 'nextInMs'> => ({
  status: row.status,
  want: row.want,
  held: row.held,
  capturedMinor: row.captured_minor,
  providerReference: row.provider_reference,
  holdExpiresAt: row.hold_expires_at,
  lastError: row.last_error,
  tries: row.tries
})

async function call(provider: Provider, tenantId: string, { row, step, method }: Taken): Promise<Acted> {
  const { currency, amount_minor: amountMinor } = row
  const order = orderReference(tenantId, row.id)
  const held = row.provider_reference ?? ''
  const key = `${order}:${step}`
  switch (step) {
    case 'authorise':
      return provider.authorise(key, { reference: order, method, currency, amountMinor })
    case 'capture':
      return provider.capture(key, held, row.capture_minor ?? 0)
    case 'void':
      return provider.void(key, held)
    case 'query': {
      const known = await provider.query(order)
      return known ? { kind: 'done', known } : { kind: 'unknown', detail: 'no answer to the question' }
    }
    case 'rest':
      return { kind: 'unknown', detail: 'nothing to do' }
  }
}

type Heard = { readonly row: PaymentRow; readonly step: Step; readonly acted: Acted; readonly now: number }

async function settle(tx: Tx, { row, step, acted, now }: Heard): Promise<void> {
  if (acted.kind === 'done') return learned(tx, row, acted.known, now)
  const detail = acted.kind === 'refused' ? `${acted.code}: ${acted.detail}` : acted.detail
  if (acted.kind === 'refused' && step === 'authorise') {
    await savePayment(tx, row.id, { ...unchanged(row), status: 'failed', lastError: detail, nextInMs: null })
    return ended(tx, row, { status: 'failed', tell: 'declined' }, detail)
  }
  // No answer, or a no that contradicts what we believe: only a question tells what is so.
  const status = isFinal(row.status) ? row.status : 'unknown'
  await savePayment(tx, row.id, {
    ...unchanged(row),
    status,
    tries: row.tries + 1,
    lastError: detail.slice(0, 500),
    nextInMs: isFinal(status) ? null : pauseAfter(row.tries, row.want)
  })
}

/** Takes over what the provider knows, and what it does not. */
async function learned(tx: Tx, row: PaymentRow, known: Known, now: number): Promise<void> {
  const turn = learn(row, known.state)
  if (known.state === 'absent') {
    // The pause came before the question; the same key goes out again at once.
    const nextInMs = nextStep({ status: turn.status, want: row.want }) === 'rest' ? null : 0
    await savePayment(tx, row.id, { ...unchanged(row), status: turn.status, lastError: null, nextInMs })
    return ended(tx, { ...row, status: turn.status }, turn, known.state)
  }
  const isAsAsked = known.amountMinor === row.amount_minor && known.currency === row.currency
  const after: PaymentRow = {
    ...row,
    status: turn.status,
    want: wantAfter(row, isAsAsked),
    held: row.held || turn.tell === 'held',
    hold_expires_at: known.expiresAt ?? row.hold_expires_at,
    captured_minor: known.capturedMinor,
    provider_reference: known.reference,
    last_error: isAsAsked ? null : `the provider holds ${known.amountMinor} ${known.currency}`,
    tries: 0
  }
  const nextInMs = nextStep(after) === 'rest' ? restMs(after, now) : 0
  await savePayment(tx, row.id, { ...unchanged(after), nextInMs })
  await ended(tx, after, turn, known.declineCode ?? known.state)
}

/** Tells what happened, and writes down what a bill could not get. */
async function ended(tx: Tx, row: PaymentRow, turn: Turn, detail: string): Promise<void> {
  const { currency, session_id: sessionId } = row
  const payment = { paymentId: row.id, sessionId, driverId: row.driver_id, provider: row.provider }
  const money = (amountMinor: number) => ({ currency, amountMinor })
  const tell = async (kind: string, more: object): Promise<void> =>
    tx.emit({ kind, key: sessionId, body: { ...payment, ...more } })
  const amount = money(row.amount_minor)
  if (turn.tell === 'held') await tell(paymentHeld, { amount })
  if (turn.tell === 'declined') await tell(paymentDeclined, { code: 'payment-declined', detail })
  if (turn.tell === 'released') await tell(paymentReleased, { amount })
  if (turn.tell === 'captured') {
    await settleDebtOf(tx, row)
    await tell(paymentCaptured, {
      amount: money(row.captured_minor),
      released: money(row.amount_minor - row.captured_minor)
    })
  }
  const lacking = turn.tell === 'nothing' || turn.tell === 'held' ? 0 : lackOf(row)
  if (lacking > 0) await owe(tx, row, lacking, detail)
}

/** The first payment of a session has the session's id; later ones pay a debt that is already written down. */
const isFirst = (row: PaymentRow): boolean => row.id === row.session_id

const lackOf = (row: PaymentRow): number =>
  row.want === 'capture' && isFinal(row.status) && isFirst(row)
    ? Math.max(0, (row.capture_minor ?? 0) - row.captured_minor)
    : 0

const settleDebtOf = async (tx: Tx, row: PaymentRow): Promise<unknown> =>
  isFirst(row)
    ? undefined
    : tx.query('update payment_debts set settled_at = now() where session_id = $1 and settled_at is null', [
        row.session_id
      ])

/** The driver owes this for the session; told to charging and to the driver. */
export async function owe(tx: Tx, row: PaymentRow, amountMinor: number, detail: string): Promise<void> {
  await addDebt(tx, row, amountMinor, detail)
  await tx.emit({
    kind: paymentOwed,
    key: row.session_id,
    body: {
      paymentId: row.id,
      sessionId: row.session_id,
      driverId: row.driver_id,
      provider: row.provider,
      amount: { currency: row.currency, amountMinor },
      detail
    }
  })
}
