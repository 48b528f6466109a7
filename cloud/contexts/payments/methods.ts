import { randomUUID } from 'node:crypto'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { carriesCardNumber } from '../../http/index.ts'
import { readPolicy } from './policy.ts'
import { createPayment, openOfSession } from './store.ts'
import { walletAccount, walletName } from './wallet.ts'

export type Method = {
  readonly id: string
  readonly driverId: string
  readonly provider: string
  readonly reference: string // The provider's token for the card or wallet; never a card number.
  readonly label: string
}

/**
 * Repeating it is harmless; another reference under the same id replaces the first.
 * @throws RangeError for what could be a card number
 */
export async function addMethod(tx: Tx, { id, driverId, provider, reference, label }: Method): Promise<void> {
  if (carriesCardNumber(reference) || carriesCardNumber(label))
    throw new RangeError("a way to pay is known by its provider's token, never by a card number")
  await tx.query(
    `insert into payment_methods (tenant_id, id, driver_id, provider, reference, label)
     values (nova_tenant(), $1, $2, $3, $4, $5)
     on conflict (tenant_id, id) do update set reference = excluded.reference, label = excluded.label
     where payment_methods.driver_id = excluded.driver_id`,
    [id, driverId, provider, reference, label]
  )
}

/** The desks in our own house are offered only where the tenant says so. */
const ownDesks: readonly string[] = [walletName, 'invoice-later']

export const isOffered = (providers: readonly string[] | null, provider: string): boolean =>
  providers === null ? !ownDesks.includes(provider) : providers.includes(provider)

/** What a driver can pay with and the tenant offers; a driver's wallet is there by itself. */
export async function listMethods(tx: Tx, driverId: string) {
  const { providers } = await readPolicy(tx)
  if (isOffered(providers, walletName) && driverId !== '') await addWallet(tx, driverId)
  const rows = await tx.query<{ id: string; provider: string; label: string; laterCharges: boolean }>(
    `select id, provider, label, later_charges_since is not null as "laterCharges" from payment_methods
     where driver_id = $1 and active order by created_at, id`,
    [driverId]
  )
  return rows.filter(({ provider }) => isOffered(providers, provider))
}

const addWallet = async (tx: Tx, driverId: string): Promise<void> =>
  addMethod(tx, {
    id: `wallet-${driverId}`.slice(0, 64),
    driverId,
    provider: walletName,
    reference: walletAccount(driverId),
    label: '钱包 · Wallet'
  })

export type Debt = {
  readonly sessionId: string
  readonly amount: Money
  readonly detail: string
  readonly createdAt: string
}

export async function listDebts(tx: Tx, driverId: string): Promise<Debt[]> {
  type Row = {
    session_id: string
    currency: string
    amount_minor: number
    detail: string
    created_at: string
  }
  const rows = await tx.query<Row>(
    `select session_id, currency, amount_minor, detail, created_at from payment_debts
     where driver_id = $1 and settled_at is null order by created_at limit 100`,
    [driverId]
  )
  return rows.map((row) => ({
    sessionId: row.session_id,
    amount: { currency: row.currency, amountMinor: row.amount_minor },
    detail: row.detail,
    createdAt: row.created_at
  }))
}

export type Settling = { readonly sessionId: string; readonly driverId: string; readonly methodId: string }

/** Takes what is owed by another payment, at most one at a time. @returns its id; undefined without such a debt */
export async function settleDebt(tx: Tx, wanted: Settling): Promise<string | undefined> {
  const { sessionId, driverId, methodId } = wanted
  const debt = await tx.maybe<{ currency: string; amount_minor: number }>(
    `select currency, amount_minor from payment_debts
     where session_id = $1 and driver_id = $2 and settled_at is null for update`,
    [sessionId, driverId]
  )
  if (!debt) return undefined
  const [running] = await openOfSession(tx, sessionId)
  if (running) return running.id
  const id = randomUUID()
  const { currency, amount_minor: amountMinor } = debt
  const made = await createPayment(tx, {
    id,
    sessionId,
    driverId,
    methodId,
    currency,
    amountMinor,
    want: 'capture',
    purpose: 'debt',
    confirmAboveMinor: (await readPolicy(tx)).confirmAboveMinor
  })
  return made ? id : undefined
}
