import { asksOf, type Plan } from '@nova/shared-protocol/tariff'
import type { Tx } from '../../db/index.ts'
import { tariffsChanged } from './events.ts'

/** Noted by the edges themselves, from what the grid's meter says. */
export const measuredAtSite: readonly string[] = ['site-load']

export type SignalValue = {
  readonly name: string
  readonly value: string
  readonly setAt: string
}

export const signalValues = async (tx: Tx, siteId: string): Promise<SignalValue[]> =>
  tx.query<SignalValue>(
    'select name, value, set_at as "setAt" from signal_values where site_id = $1 order by name',
    [siteId]
  )

/** The newest value of a signal at a site; its edge hears of it with the tariffs. */
export async function setSignal(
  tx: Tx,
  siteId: string,
  { name, value, setBy }: { readonly name: string; readonly value: string; readonly setBy: string }
): Promise<void> {
  await tx.query(
    `insert into signal_values (tenant_id, site_id, name, value, set_by) values (nova_tenant(), $1, $2, $3, $4)
     on conflict (tenant_id, site_id, name) do update set value = $3, set_by = $4, set_at = now()`,
    [siteId, name, value, setBy]
  )
  await tx.emit({ kind: tariffsChanged, key: siteId, body: { siteId } })
}

/** Of these, what the plans ask for: nothing else is sent down. */
export async function signalsAsked(
  tx: Tx,
  siteId: string,
  plans: readonly Plan[]
): Promise<{ name: string; value: string }[]> {
  const names = new Set(plans.flatMap((plan) => asksOf(plan).signals))
  if (names.size === 0) return []
  const values = await signalValues(tx, siteId)
  return values.filter(({ name }) => names.has(name)).map(({ name, value }) => ({ name, value }))
}
