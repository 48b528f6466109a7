import type { Database, Tx } from '../../db/index.ts'
import type { Acted, Capabilities, Held, Known, Order, Provider, Refund } from './provider.ts'

/** A hold that we keep ourselves, for a wallet or for an account that pays by invoice. */
export type DeskHold = {
  readonly payment_id: string
  readonly account: string
  readonly currency: string
  readonly amount_minor: number
  readonly captured_minor: number
  readonly refunded_minor: number
  readonly status: 'authorised' | 'captured' | 'voided'
}

/** What moves with a hold, in the same transaction. A fault ends the act by its name and leaves nothing. */
export type Desk = {
  readonly name: string
  hold(tx: Tx, hold: DeskHold): Promise<string | undefined>
  capture(tx: Tx, hold: DeskHold): Promise<void>
  release(tx: Tx, hold: DeskHold): Promise<void>
  refund(tx: Tx, hold: DeskHold, refund: Refund): Promise<void>
}

const capabilities: Capabilities = {
  currencies: null,
  maxHoldMs: null,
  partialCapture: true,
  multiCapture: false,
  increase: false,
  refundWindowMs: null
}

const columns = 'payment_id, account, currency, amount_minor, captured_minor, refunded_minor, status'
const no = (code: string, detail: string): Acted => ({ kind: 'refused', code, detail })
const paymentIdOf = (reference: string): string => reference.slice(-36)

/** A provider in our own house: each act is one transaction, so that its end is never unknown. */
export function deskProvider(database: Database, desk: Desk): Provider {
  const inTenant = async (reference: string, act: (tx: Tx) => Promise<Acted>): Promise<Acted> =>
    database.tenant(reference.slice(0, -37), act)
  const onHold = async (held: Held, act: (tx: Tx, hold: DeskHold) => Promise<Acted>): Promise<Acted> =>
    inTenant(held.reference, async (tx) => {
      const hold = await lock(tx, paymentIdOf(held.reference))
      return hold ? act(tx, hold) : no('hold-not-open', 'there is no such hold')
    })
  return {
    name: desk.name,
    capabilities,
    authorise: async (_, order) => inTenant(order.reference, async (tx) => authorise(tx, desk, order)),
    capture: async (_, held, { amountMinor }) =>
      onHold(held, async (tx, hold) => capture(tx, desk, { hold, amountMinor })),
    void: async (_, held) => onHold(held, async (tx, hold) => release(tx, desk, hold)),
    refund: async (_, held, wanted) => onHold(held, async (tx, hold) => refund(tx, desk, { hold, wanted })),
    query: async (held) =>
      database.tenant(held.reference.slice(0, -37), async (tx) => {
        const hold = await lock(tx, paymentIdOf(held.reference))
        return hold ? knownOf(tx, hold) : { state: 'absent' }
      }),
    parseEvent: () => undefined, // Nobody outside tells us what we do ourselves.
    taken: { status: 204, type: 'application/json', text: '' }
  }
}

const lock = async (tx: Tx, paymentId: string): Promise<DeskHold | undefined> =>
  tx.maybe<DeskHold>(`select ${columns} from desk_holds where payment_id = $1 for update`, [paymentId])

async function knownOf(tx: Tx, hold: DeskHold): Promise<Known> {
  const refunds = await tx.query<{ id: string }>('select id from desk_refunds where payment_id = $1', [
    hold.payment_id
  ])
  return {
    state: hold.status,
    reference: hold.payment_id,
    currency: hold.currency,
    amountMinor: hold.amount_minor,
    capturedMinor: hold.captured_minor,
    expiresAt: null,
    declineCode: null,
    refundReferences: refunds.map(({ id }) => id),
    action: null
  }
}

const done = async (tx: Tx, hold: DeskHold): Promise<Acted> => ({
  kind: 'done',
  known: await knownOf(tx, hold)
})

async function authorise(tx: Tx, desk: Desk, order: Order): Promise<Acted> {
  const id = paymentIdOf(order.reference)
  const before = await lock(tx, id)
  if (before)
    return before.amount_minor === order.amountMinor && before.currency === order.currency
      ? done(tx, before)
      : no('key-reused', 'this payment holds another amount')
  const hold: DeskHold = {
    payment_id: id,
    account: order.method,
    currency: order.currency,
    amount_minor: order.amountMinor,
    captured_minor: 0,
    refunded_minor: 0,
    status: 'authorised'
  }
  const fault = await desk.hold(tx, hold)
  if (fault !== undefined) return no(fault, 'the account does not carry this')
  await tx.query(
    `insert into desk_holds (tenant_id, payment_id, provider, account, currency, amount_minor, status)
     values (nova_tenant(), $1, $2, $3, $4, $5, 'authorised')`,
    [id, desk.name, hold.account, hold.currency, hold.amount_minor]
  )
  return done(tx, hold)
}

type Taking = { readonly hold: DeskHold; readonly amountMinor: number }

async function capture(tx: Tx, desk: Desk, { hold, amountMinor }: Taking): Promise<Acted> {
  if (hold.status === 'captured' && hold.captured_minor === amountMinor) return done(tx, hold)
  if (hold.status !== 'authorised') return no('hold-not-open', `the hold is ${hold.status}`)
  if (amountMinor > hold.amount_minor) return no('exceeds-hold', `only ${hold.amount_minor} are held`)
  if (amountMinor <= 0) return no('not-an-amount', `${amountMinor} cannot be captured`)
  const taken: DeskHold = { ...hold, status: 'captured', captured_minor: amountMinor }
  await save(tx, taken)
  await desk.capture(tx, taken)
  return done(tx, taken)
}

async function release(tx: Tx, desk: Desk, hold: DeskHold): Promise<Acted> {
  if (hold.status === 'voided') return done(tx, hold)
  if (hold.status !== 'authorised') return no('hold-not-open', `the hold is ${hold.status}`)
  const free: DeskHold = { ...hold, status: 'voided' }
  await save(tx, free)
  await desk.release(tx, free)
  return done(tx, free)
}

async function refund(
  tx: Tx,
  desk: Desk,
  { hold, wanted }: { hold: DeskHold; wanted: Refund }
): Promise<Acted> {
  const known = await tx.query('select from desk_refunds where id = $1', [wanted.id])
  if (known.length > 0) return done(tx, hold)
  const left = hold.captured_minor - hold.refunded_minor
  if (wanted.amountMinor > left) return no('exceeds-capture', `only ${left} can be refunded`)
  const after: DeskHold = { ...hold, refunded_minor: hold.refunded_minor + wanted.amountMinor }
  await save(tx, after)
  await tx.query(
    'insert into desk_refunds (tenant_id, id, payment_id, amount_minor) values (nova_tenant(), $1, $2, $3)',
    [wanted.id, hold.payment_id, wanted.amountMinor]
  )
  await desk.refund(tx, after, wanted)
  return done(tx, after)
}

const save = async (
  tx: Tx,
  { payment_id, status, captured_minor, refunded_minor }: DeskHold
): Promise<unknown> =>
  tx.query(
    'update desk_holds set status = $2, captured_minor = $3, refunded_minor = $4 where payment_id = $1',
    [payment_id, status, captured_minor, refunded_minor]
  )
