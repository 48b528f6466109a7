import type { Database, Tx } from '../../db/index.ts'
import { isFinal, nextStep, statusDuring, type Step } from './model.ts'
import type { Acted, Held, Provider } from './provider.ts'
import { settle, unchanged } from './settle.ts'
import { lockPayment, savePayment, type PaymentRow } from './store.ts'
import { watch, type Watched, type WatchNeeds } from './watch.ts'

export const holdMarginMs = 3_600_000 // A hold is let go an hour before it runs out by itself, so that it ends by our word.
const scanWithinMs = 1_800_000 // Codes lapse within a quarter of an hour; twice that, and nobody pays any more.

export type Needs = WatchNeeds & {
  readonly database: Database
  provider(name: string): Provider | undefined
  now(): number
}

type Taken = { readonly row: PaymentRow; readonly step: Step; readonly held: Held; readonly watched: Watched }

/** Our id of a payment at the provider: tenant and payment, so that a webhook finds its way without a search. */
export const orderReference = (tenantId: string, paymentId: string): string => `${tenantId}.${paymentId}`

/** Moves a payment by one provider call. May be repeated at any point: the next call starts from what is stored. */
export async function advance(needs: Needs, tenantId: string, id: string): Promise<void> {
  const taken = await needs.database.tenant(tenantId, async (tx) => take(needs, tx, { tenantId, id }))
  if (!taken) return
  if (taken.watched.stop !== undefined) await stopSession(needs, tenantId, taken)
  if (taken.step === 'rest') return
  const provider = needs.provider(taken.row.provider)
  const acted = provider ? await call(provider, taken) : noProvider
  await needs.database.tenant(tenantId, async (tx) => {
    const row = await lockPayment(tx, id)
    if (row) await settle(tx, { row, step: taken.step, acted, now: needs.now(), provider })
  })
}

const noProvider: Acted = { kind: 'unknown', detail: 'this provider is not configured' }

/** Told first, noted after: a process that dies between the two tells it again, which is harmless. */
async function stopSession(needs: Needs, tenantId: string, { row, watched }: Taken): Promise<void> {
  await needs.stopSession(tenantId, { sessionId: row.session_id, because: watched.stop ?? '' })
  await needs.database.tenant(tenantId, async (tx) =>
    tx.query('update payments set stop_sent = true where id = $1', [row.id])
  )
}

type Which = { readonly tenantId: string; readonly id: string }

/** Stores the intent before the call, so that a process that dies in it leaves a question, not a gap. */
async function take(needs: Needs, tx: Tx, { tenantId, id }: Which): Promise<Taken | undefined> {
  const found = await lockPayment(tx, id)
  if (!found || found.next_at === null) return undefined
  const now = needs.now()
  const late = lateness(found, now)
  const watched = await watch(needs, tx, { row: found, late, now })
  const row: PaymentRow = {
    ...found,
    want: late === undefined ? found.want : 'void',
    raise_to_minor: watched.raiseTo
  }
  const step = stepOf(row)
  const held = await heldOf(tx, row, tenantId)
  if (step === 'rest') {
    const nextInMs = isUnconfirmed(row) ? null : restMs(row, now, watched)
    await savePayment(tx, id, { ...unchanged(row), nextInMs })
    return watched.stop === undefined ? undefined : { row, step, held, watched }
  }
  const during = step === 'query' ? row.status : statusDuring(step)
  const intent = [id, row.want, during, row.raise_to_minor]
  await tx.query('update payments set want = $2, status = $3, raise_to_minor = $4 where id = $1', intent)
  return { row, step, held, watched }
}

/** A large amount that nobody has confirmed is not sent anywhere. */
const isUnconfirmed = ({ confirmation, want }: PaymentRow): boolean =>
  confirmation === 'wanted' && want !== 'void'

function stepOf(row: PaymentRow): Step {
  if (isUnconfirmed(row)) return 'rest'
  const { status, want, raise_to_minor: raise } = row
  return row.ask ? 'query' : nextStep({ status, want, raising: raise !== null })
}

const expiryOf = (row: PaymentRow): number | null =>
  row.hold_expires_at === null ? null : Date.parse(row.hold_expires_at) - holdMarginMs

/** Nobody has used the hold and its end is near, or nobody has paid the code. */
function lateness(row: PaymentRow, now: number): string | undefined {
  if (row.want === 'void') return undefined
  if (row.status === 'pending' && now - Date.parse(row.created_at) > scanWithinMs)
    return 'The payer did not pay.'
  const end = expiryOf(row)
  const isStale = row.status === 'authorised' && row.want === 'hold' && end !== null && now >= end
  return isStale ? 'The hold ends.' : undefined
}

/** Until when a hold that only stands may be left alone; null when it has ended. */
function restMs(row: PaymentRow, now: number, watched: Watched): number | null {
  if (isFinal(row.status)) return null
  const end = expiryOf(row) ?? now + holdMarginMs
  return Math.max(0, Math.min(end - now, watched.nextInMs ?? end - now))
}

async function heldOf(tx: Tx, row: PaymentRow, tenantId: string): Promise<Held> {
  const method = await tx.one<{ reference: string }>('select reference from payment_methods where id = $1', [
    row.method_id
  ])
  return heldFrom(row, { tenantId, method: method.reference, refundIds: [] })
}

/** A payment as its provider is asked about it. */
export const heldFrom = (
  row: PaymentRow,
  { tenantId, method, refundIds }: { tenantId: string; method: string; refundIds: readonly string[] }
): Held => ({
  reference: orderReference(tenantId, row.id),
  method,
  currency: row.currency,
  amountMinor: row.amount_minor,
  providerReference: row.provider_reference,
  createdAtMs: Date.parse(row.created_at),
  capturedMinor: row.captured_minor,
  refundedMinor: row.refunded_minor,
  refundIds
})

async function call(provider: Provider, { row, step, held }: Taken): Promise<Acted> {
  const key = `${held.reference}:${step}`
  switch (step) {
    case 'authorise': {
      const { reference, method, currency, amountMinor } = held
      return provider.authorise(key, { reference, method, currency, amountMinor })
    }
    case 'increase': {
      const total = row.raise_to_minor ?? 0
      const raised = await provider.increase?.(`${key}:${total}`, held, total)
      return raised ?? { kind: 'refused', code: 'increase-unsupported', detail: provider.name }
    }
    case 'capture':
      return provider.capture(key, held, { amountMinor: row.capture_minor ?? 0, final: true })
    case 'void':
      return provider.void(key, held)
    case 'query': {
      const known = await provider.query(held)
      return known ? { kind: 'done', known } : { kind: 'unknown', detail: 'no answer to the question' }
    }
    case 'rest':
      return { kind: 'unknown', detail: 'nothing to do' }
  }
}
