import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { actionWanted, paymentMismatched } from './events.ts'
import { isFinal, learn, nextStep, pauseAfter, wantAfter, type Step } from './model.ts'
import type { Acted, Known, Provider } from './provider.ts'
import { savePayment, type Change, type PaymentRow } from './store.ts'
import { ended, paymentOf } from './tell.ts'

export type Heard = {
  readonly row: PaymentRow
  readonly step: Step
  readonly acted: Acted
  readonly now: number
  readonly provider: Provider | undefined
}

const usualRestMs = 3_600_000

export const unchanged = (row: PaymentRow): Omit<Change, 'nextInMs'> => ({
  status: row.status,
  want: row.want,
  held: row.held,
  capturedMinor: row.captured_minor,
  providerReference: row.provider_reference,
  holdExpiresAt: row.hold_expires_at,
  lastError: row.last_error,
  tries: row.tries,
  action: row.action,
  amountMinor: row.amount_minor,
  raiseToMinor: row.raise_to_minor,
  raiseRefused: row.raise_refused
})

/** Takes over what came of a call. */
export async function settle(tx: Tx, heard: Heard): Promise<void> {
  const { row, step, acted } = heard
  if (acted.kind === 'done') return learned(tx, heard, acted.known)
  const detail = acted.kind === 'refused' ? `${acted.code}: ${acted.detail}` : acted.detail
  if (acted.kind === 'refused' && step === 'authorise') {
    await savePayment(tx, row.id, { ...unchanged(row), status: 'failed', lastError: detail, nextInMs: null })
    return ended(tx, row, { status: 'failed', tell: 'declined' }, detail)
  }
  // No answer, or a no that contradicts what we believe: only a question tells what is so.
  const noRaise = acted.kind === 'refused' && step === 'increase'
  const status = isFinal(row.status) ? row.status : 'unknown'
  await savePayment(tx, row.id, {
    ...unchanged(row),
    status,
    tries: row.tries + 1,
    lastError: detail.slice(0, 500),
    ...(noRaise ? { raiseRefused: true, raiseToMinor: null } : {}),
    nextInMs: isFinal(status) ? null : pauseAfter(row.tries, row.want)
  })
}

type Found = Exclude<Known, { state: 'absent' }>

/** Takes over what the provider knows, and what it does not. */
async function learned(tx: Tx, heard: Heard, known: Known): Promise<void> {
  if (known.state === 'absent') return absent(tx, heard)
  const { row } = heard
  const turn = learn(row, known.state)
  const after = await afterwards(tx, heard, known)
  await compare(tx, after, known)
  const step = nextStep({ status: after.status, want: after.want, raising: after.raise_to_minor !== null })
  const isWaiting = step === 'query'
  await savePayment(tx, row.id, {
    ...unchanged(after),
    tries: isWaiting ? row.tries + 1 : 0,
    nextInMs: isWaiting ? pauseAfter(row.tries, row.want) : afterStep(after, step)
  })
  if (known.action !== null && row.action === null) await tx.emit(actionEvent(after, known))
  // Taken before we ever heard that it was held: the books need the hold first.
  if (turn.tell === 'captured' && !row.held) await ended(tx, after, { ...turn, tell: 'held' }, '')
  await ended(tx, after, turn, known.declineCode ?? known.state)
}

async function absent(tx: Tx, { row }: Heard): Promise<void> {
  const turn = learn(row, 'absent')
  // The pause came before the question; the same key goes out again at once.
  const step = nextStep({ status: turn.status, want: row.want })
  const isWaiting = step === 'query'
  await savePayment(tx, row.id, {
    ...unchanged(row),
    status: turn.status,
    tries: isWaiting ? row.tries + 1 : row.tries,
    lastError: null,
    nextInMs: isWaiting ? pauseAfter(row.tries, row.want) : step === 'rest' ? null : 0
  })
  return ended(tx, { ...row, status: turn.status }, turn, 'absent')
}

/** The row as the provider's word leaves it. */
async function afterwards(tx: Tx, heard: Heard, known: Found): Promise<PaymentRow> {
  const { row } = heard
  const turn = learn(row, known.state)
  const amountMinor = await raisedTo(tx, row, known)
  const isAsAsked = known.amountMinor === amountMinor && known.currency === row.currency
  return {
    ...row,
    status: turn.status,
    want: wantAfter(row, isAsAsked),
    held: row.held || turn.tell === 'held' || turn.tell === 'captured',
    hold_expires_at: deadlineOf(heard, known),
    amount_minor: amountMinor,
    captured_minor: Math.min(known.capturedMinor, amountMinor),
    provider_reference: known.reference === '' ? row.provider_reference : known.reference,
    action: known.action ?? row.action,
    raise_to_minor: amountMinor === row.raise_to_minor ? null : row.raise_to_minor,
    last_error: isAsAsked ? null : `the provider holds ${known.amountMinor} ${known.currency}`
  }
}

/** A standing hold is looked at again at once: the watch says for how long it may be left alone. */
const afterStep = ({ status }: PaymentRow, step: Step): number | null =>
  step === 'rest' && isFinal(status) ? null : 0

const actionEvent = (row: PaymentRow, { action }: Found) => ({
  kind: actionWanted,
  key: row.session_id,
  body: { ...paymentOf(row), action }
})

/** The provider's own word on the deadline, else what the channel allows at most, from when it was made. */
function deadlineOf({ row, provider, now }: Heard, known: Found): string | null {
  if (known.expiresAt !== null) return known.expiresAt
  if (row.hold_expires_at !== null) return row.hold_expires_at
  const most = provider?.capabilities.maxHoldMs ?? null
  return most === null || known.state !== 'authorised'
    ? null
    : new Date(now + Math.max(most, usualRestMs)).toISOString()
}

/** A raise that has been carried out is a hold of its own in the books. */
async function raisedTo(tx: Tx, row: PaymentRow, known: Found): Promise<number> {
  const { raise_to_minor: wanted, amount_minor: before } = row
  if (wanted === null || known.amountMinor !== wanted) return before
  const id = randomUUID()
  await tx.query(
    'insert into payment_raises (tenant_id, payment_id, id, amount_minor) values (nova_tenant(), $1, $2, $3)',
    [row.id, id, wanted - before]
  )
  const amount = { currency: row.currency, amountMinor: wanted - before }
  await tx.emit({
    kind: 'payments.held.v1',
    key: row.session_id,
    body: { ...paymentOf(row), paymentId: id, raiseOf: row.id, amount }
  })
  return wanted
}

/** Amounts that are not the order's are written down and told, each once. */
async function compare(tx: Tx, row: PaymentRow, known: Found): Promise<void> {
  const told = { currency: known.currency, amountMinor: known.amountMinor }
  await noteMismatch(tx, row, {
    expectedMinor: row.amount_minor,
    told,
    source: 'query',
    what: 'held',
    id: `${row.id}:held`
  })
  const wanted = row.capture_minor
  if (known.state !== 'captured' || wanted === null || known.capturedMinor === wanted) return
  const taken = { currency: known.currency, amountMinor: known.capturedMinor }
  await noteMismatch(tx, row, {
    expectedMinor: wanted,
    told: taken,
    source: 'query',
    what: 'captured',
    id: `${row.id}:captured`
  })
}

export type Mismatch = {
  readonly id: string
  readonly expectedMinor: number
  readonly told: { readonly currency: string; readonly amountMinor: number }
  readonly source: 'event' | 'query'
  readonly what: 'held' | 'captured'
}

/** Does nothing when both are alike. What was taken above goes to suspense, operators are told. */
export async function noteMismatch(
  tx: Tx,
  row: PaymentRow,
  { id, expectedMinor, told, source, what }: Mismatch
): Promise<void> {
  if (told.amountMinor === expectedMinor && told.currency === row.currency) return
  const fresh = await tx.query(
    `insert into payment_mismatches (tenant_id, id, payment_id, currency, expected_minor, told_currency, told_minor, source)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
    [id, row.id, row.currency, expectedMinor, told.currency, told.amountMinor, source]
  )
  if (fresh.length === 0) return
  const expected = { currency: row.currency, amountMinor: expectedMinor }
  await tx.emit({
    kind: paymentMismatched,
    key: row.session_id,
    body: { ...paymentOf(row), what, expected, told, source, heldMinor: row.amount_minor }
  })
}
