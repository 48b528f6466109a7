import type { Tx } from '../../db/index.ts'
import { excessKey, remedied, type Decided, type Known } from './excess.ts'
import type { Transfer } from './model.ts'

type Broken = Decided & { readonly paymentId: string | null }
type Payment = NonNullable<Known['payment']>

/** What a decided break moves, by what the books know of its matter. */
export const onBreak = async (tx: Tx, decided: Broken): Promise<Transfer[]> =>
  remedied(decided, await knownOf(tx, decided))

/** What the books know of a break's matter before it is decided: whose it is, and what stands in suspense already. */
async function knownOf(tx: Tx, { provider, paymentId, sessionId, currency }: Broken): Promise<Known> {
  if (provider !== null) {
    const payments = paymentId === null ? [] : [{ id: paymentId, provider }]
    return { driver: undefined, ...(await excessOf(tx, { payments, provider, currency })) }
  }
  if (sessionId === null) return { driver: undefined, payment: undefined, suspendedMinor: 0 }
  const payments = await capturedOf(tx, sessionId)
  return {
    driver: await chargedDriver(tx, sessionId),
    ...(await excessOf(tx, { payments, provider, currency }))
  }
}

type Asked = {
  readonly payments: readonly Payment[]
  readonly provider: string | null
  readonly currency: string | null
}

async function excessOf(tx: Tx, { payments, provider, currency }: Asked): Promise<Omit<Known, 'driver'>> {
  const { minor } = await tx.one<{ minor: number }>(
    `select coalesce(sum(e.amount_minor), 0)::bigint as minor from ledger_transfers t
     join ledger_entries e on e.tenant_id = t.tenant_id and e.sequence = t.sequence
     join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
     where t.key = any ($1) and t.currency = $2 and a.purpose = 'suspense'`,
    [payments.map(({ id }) => excessKey(id, provider)), currency]
  )
  const [payment, ...others] = payments
  return { payment: others.length === 0 ? payment : undefined, suspendedMinor: minor }
}

/** Payments that were captured for a session, each with its provider. */
const capturedOf = async (tx: Tx, sessionId: string): Promise<Payment[]> =>
  tx.query<Payment>(
    `select distinct substring(t.key from 'payment:(.*):capture') as id, a.party as provider from ledger_transfers t
     join ledger_entries e on e.tenant_id = t.tenant_id and e.sequence = t.sequence
     join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
     where t.session_id = $1 and t.key like 'payment:%:capture' and a.purpose = 'clearing'`,
    [sessionId]
  )

/** Who was charged for a session, as the ledger calls them. */
async function chargedDriver(tx: Tx, sessionId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ party: string }>(
    `select a.party from ledger_transfers t
     join ledger_entries e on e.tenant_id = t.tenant_id and e.sequence = t.sequence
     join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
     where t.key = $1 and a.purpose = 'account'`,
    [`session:${sessionId}:charge`]
  )
  return row?.party
}
