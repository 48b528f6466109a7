import type { Tx } from '../../db/index.ts'
import type { PaymentStatus, Want } from './model.ts'
import type { Action } from './provider.ts'

export type PaymentRow = {
  readonly id: string
  readonly session_id: string
  readonly driver_id: string
  readonly method_id: string
  readonly provider: string
  readonly currency: string
  readonly amount_minor: number
  readonly status: PaymentStatus
  readonly want: Want
  readonly capture_minor: number | null
  readonly captured_minor: number
  readonly refunded_minor: number
  readonly provider_reference: string | null
  readonly held: boolean
  readonly ask: boolean
  readonly hold_expires_at: string | null
  readonly last_error: string | null
  readonly tries: number
  readonly next_at: string | null
  readonly created_at: string
  readonly purpose: 'session' | 'debt' | 'top-up'
  readonly action: Action | null
  readonly confirmation: 'none' | 'wanted' | 'given'
  readonly raise_to_minor: number | null
  readonly raise_refused: boolean
  readonly stop_sent: boolean
}

const columns = `id, session_id, driver_id, method_id, provider, currency, amount_minor, status, want, capture_minor,
  captured_minor, refunded_minor, provider_reference, held, ask, hold_expires_at, last_error, tries, next_at, created_at,
  purpose, action, confirmation, raise_to_minor, raise_refused, stop_sent`

export type NewPayment = {
  readonly id: string
  readonly sessionId: string
  readonly driverId: string
  readonly methodId: string
  readonly currency: string
  readonly amountMinor: number
  readonly want: 'hold' | 'capture'
  readonly purpose: PaymentRow['purpose']
  /** Above this the payer is asked a second time; null: never. */
  readonly confirmAboveMinor: number | null
}

/** @returns false when there is no such method of this driver; a repetition changes nothing */
export async function createPayment(tx: Tx, payment: NewPayment): Promise<boolean> {
  const { id, sessionId, driverId, methodId, currency, amountMinor, want, purpose } = payment
  const isLarge = payment.confirmAboveMinor !== null && amountMinor > payment.confirmAboveMinor
  const made = await tx.query(
    `insert into payments (tenant_id, id, session_id, driver_id, method_id, provider, currency, amount_minor,
       status, want, capture_minor, purpose, confirmation, next_at)
     select nova_tenant(), $1, $2, m.driver_id, m.id, m.provider, $5, $6, 'created', $7,
       case when $7 = 'capture' then $6::bigint end, $8, $9, case when $9 = 'none' then now() end
     from payment_methods m where m.id = $4 and m.driver_id = $3 and m.active
     on conflict do nothing returning id`,
    [id, sessionId, driverId, methodId, currency, amountMinor, want, purpose, isLarge ? 'wanted' : 'none']
  )
  return made.length > 0 || (await readPayment(tx, id)) !== undefined
}

export const readPayment = async (tx: Tx, id: string): Promise<PaymentRow | undefined> =>
  tx.maybe<PaymentRow>(`select ${columns} from payments where id = $1`, [id])

export const lockPayment = async (tx: Tx, id: string): Promise<PaymentRow | undefined> =>
  tx.maybe<PaymentRow>(`select ${columns} from payments where id = $1 for update`, [id])

/** Payments of a session that have not ended, locked. */
export const openOfSession = async (tx: Tx, sessionId: string): Promise<PaymentRow[]> =>
  tx.query<PaymentRow>(
    `select ${columns} from payments
     where session_id = $1 and status not in ('captured', 'voided', 'failed') order by created_at, id for update`,
    [sessionId]
  )

/** All payments of a session, in the order in which they were made, locked. */
export const lockOfSession = async (tx: Tx, sessionId: string): Promise<PaymentRow[]> =>
  tx.query<PaymentRow>(
    `select ${columns} from payments where session_id = $1 order by created_at, id for update`,
    [sessionId]
  )

/** Newest first; `after` is time (to the millisecond, as it is shown) and id of the last one seen. */
export const listPayments = async (
  tx: Tx,
  filter: {
    readonly id?: string | undefined
    readonly sessionId?: string | undefined
    readonly driverId?: string | undefined
    readonly after?: readonly (string | number)[] | null
    readonly limit: number
  }
): Promise<PaymentRow[]> =>
  tx.query<PaymentRow>(
    `select ${columns} from payments where ($1::uuid is null or session_id = $1) and ($2::text is null or driver_id = $2)
       and ($3::uuid is null or id = $3)
       and ($4::timestamptz is null or (date_trunc('milliseconds', created_at), id) < ($4::timestamptz, $5::uuid))
     order by date_trunc('milliseconds', created_at) desc, id desc limit $6`,
    [
      filter.sessionId ?? null,
      filter.driverId ?? null,
      filter.id ?? null,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.limit
    ]
  )

/** A new wish; a call that is out is not overtaken, its lease ends first. */
export const setWant = async (
  tx: Tx,
  id: string,
  want: Want,
  captureMinor: number | null
): Promise<unknown> =>
  tx.query(
    `update payments set want = $2, capture_minor = coalesce($3, capture_minor), updated_at = now(),
       next_at = case when status in ('authorising', 'capturing', 'voiding') then coalesce(next_at, now()) else now() end
     where id = $1`,
    [id, want, captureMinor]
  )

export type Change = {
  readonly status: PaymentStatus
  readonly want: Want
  readonly held: boolean
  readonly capturedMinor: number
  readonly providerReference: string | null
  readonly holdExpiresAt: string | null
  readonly lastError: string | null
  readonly tries: number
  readonly action: Action | null
  readonly amountMinor: number
  readonly raiseToMinor: number | null
  readonly raiseRefused: boolean
  readonly nextInMs: number | null // null: nothing more to do.
}

export const savePayment = async (tx: Tx, id: string, change: Change): Promise<unknown> =>
  tx.query(
    `update payments set status = $2, want = $3, held = $4, captured_minor = $5, provider_reference = $6,
       hold_expires_at = $7, last_error = $8, tries = $9, ask = false, updated_at = now(),
       action = $11::jsonb, amount_minor = $12, raise_to_minor = $13, raise_refused = $14,
       next_at = now() + $10::double precision * interval '1 millisecond'
     where id = $1`,
    [
      id,
      change.status,
      change.want,
      change.held,
      change.capturedMinor,
      change.providerReference,
      change.holdExpiresAt,
      change.lastError,
      change.tries,
      change.nextInMs,
      change.action === null ? null : JSON.stringify(change.action),
      change.amountMinor,
      change.raiseToMinor,
      change.raiseRefused
    ]
  )

export type Due = { readonly tenant_id: string; readonly id: string }

/** Rows of every tenant that are due, taken for the length of a lease so that no second worker has them. */
export const takeDue = async (
  tx: Tx,
  table: 'payments' | 'payment_refunds',
  { limit, leaseMs }: { limit: number; leaseMs: number }
): Promise<Due[]> =>
  tx.query<Due>(
    `update ${table} set next_at = now() + $2::double precision * interval '1 millisecond'
     where (tenant_id, id) in (select tenant_id, id from ${table} where next_at <= now()
       order by next_at limit $1 for update skip locked)
     returning tenant_id, id`,
    [limit, leaseMs]
  )
