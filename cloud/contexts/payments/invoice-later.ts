import type { Tx } from '../../db/index.ts'
import type { Desk } from './desk.ts'
import { addMethod } from './methods.ts'

export const invoiceName = 'invoice-later'

export type FleetAccount = {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly limitMinor: number
  readonly active: boolean
}

const columns = 'id, name, currency, limit_minor as "limitMinor", active'

/** Fleets pay by invoice: a start is good as long as all that is open or not yet invoiced stays within their limit. */
export const invoiceDesk: Desk = {
  name: invoiceName,
  async hold(tx, { account, currency, amount_minor: amountMinor }) {
    const fleet = await tx.maybe<FleetAccount>(
      `select ${columns} from fleet_accounts where id = $1 for update`,
      [account]
    )
    if (fleet?.active !== true) return 'account-closed'
    if (fleet.currency !== currency) return 'currency-unsupported'
    const used = await usedOf(tx, account, currency)
    return used + amountMinor > fleet.limitMinor ? 'limit-reached' : undefined
  },
  // The receivable is in the books by the payment's own events; nothing else moves.
  capture: async () => undefined,
  release: async () => undefined,
  refund: async () => undefined
}

/** The fleet whose account a session was begun on; null: nobody's. */
export async function fleetPaying(tx: Tx, sessionId: string): Promise<string | null> {
  const [row] = await tx.query<{ fleet: string }>(
    `select m.reference as fleet from payments p join payment_methods m on m.tenant_id = p.tenant_id and m.id = p.method_id
     where p.session_id = $1 and p.provider = $2 and p.purpose = 'session' order by p.created_at desc limit 1`,
    [sessionId, invoiceName]
  )
  return row?.fleet ?? null
}

/** What stands open or was taken and not given back: minor units. */
export async function usedOf(tx: Tx, account: string, currency: string): Promise<number> {
  const { used } = await tx.one<{ used: number }>(
    `select coalesce(sum(case status when 'authorised' then amount_minor when 'captured' then captured_minor - refunded_minor
       else 0 end), 0)::bigint - coalesce((select sum(amount_minor) from fleet_payments p
         where p.account = $2 and p.currency = $3), 0)::bigint as used
     from desk_holds where provider = $1 and account = $2 and currency = $3`,
    [invoiceName, account, currency]
  )
  return used
}

export const listFleets = async (tx: Tx): Promise<FleetAccount[]> =>
  tx.query<FleetAccount>(`select ${columns} from fleet_accounts order by id limit 1000`)

export const saveFleet = async (
  tx: Tx,
  { id, name, currency, limitMinor, active }: FleetAccount
): Promise<unknown> =>
  tx.query(
    `insert into fleet_accounts (tenant_id, id, name, currency, limit_minor, active)
     values (nova_tenant(), $1, $2, $3, $4, $5) on conflict (tenant_id, id) do update
     set name = excluded.name, limit_minor = excluded.limit_minor, active = excluded.active
     where fleet_accounts.currency = excluded.currency`,
    [id, name, currency, limitMinor, active]
  )

export const isFleet = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.maybe('select from fleet_accounts where id = $1', [id])) !== undefined

/** Lets a driver pay by a fleet's account. @returns false when there is no such account */
export async function addFleetDriver(tx: Tx, fleetId: string, driverId: string): Promise<boolean> {
  const fleet = await tx.maybe<FleetAccount>(`select ${columns} from fleet_accounts where id = $1`, [fleetId])
  if (!fleet) return false
  const id = `fleet-${fleetId}-${driverId}`.slice(0, 64)
  await addMethod(tx, { id, driverId, provider: invoiceName, reference: fleetId, label: fleet.name })
  return true
}
