import type { Tx } from '../../db/index.ts'
import { Party, Seller } from './party.ts'
import type { Place } from './tax/rates.ts'

export type CustomerKind = 'driver' | 'fleet'

export async function sellerOf(tx: Tx): Promise<Seller | undefined> {
  const row = await tx.maybe<{ body: unknown }>('select body from billing_sellers')
  return row && Seller.parse(row.body)
}

export async function setSeller(tx: Tx, seller: Seller): Promise<void> {
  await tx.query(
    `insert into billing_sellers (tenant_id, body) values (nova_tenant(), $1::jsonb)
     on conflict (tenant_id) do update set body = $1::jsonb, changed_at = now()`,
    [JSON.stringify(seller)]
  )
}

/** Where a site lies for the tax office: as stated, else in the seller's country. */
export async function placeOf(
  tx: Tx,
  siteId: string,
  seller: Seller | undefined
): Promise<Place | undefined> {
  const stated = await tx.maybe<Place>('select country, region from billing_places where site_id = $1', [
    siteId
  ])
  return stated ?? (seller && { country: seller.country, region: seller.region ?? null })
}

export async function setPlace(tx: Tx, siteId: string, { country, region }: Place): Promise<void> {
  await tx.query(
    `insert into billing_places (tenant_id, site_id, country, region) values (nova_tenant(), $1, $2, $3)
     on conflict (tenant_id, site_id) do update set country = $2, region = $3`,
    [siteId, country, region]
  )
}

export async function customerOf(tx: Tx, kind: CustomerKind, id: string): Promise<Party | undefined> {
  const row = await tx.maybe<{ body: unknown }>(
    'select body from billing_customers where kind = $1 and id = $2',
    [kind, id]
  )
  return row && Party.parse(row.body)
}

export async function setCustomer(
  tx: Tx,
  kind: CustomerKind,
  named: { id: string; party: Party }
): Promise<void> {
  await tx.query(
    `insert into billing_customers (tenant_id, kind, id, body) values (nova_tenant(), $1, $2, $3::jsonb)
     on conflict (tenant_id, kind, id) do update set body = $3::jsonb, changed_at = now()`,
    [kind, named.id, JSON.stringify(named.party)]
  )
}

/** A fleet pays for its drivers. */
export async function buyerOf(
  tx: Tx,
  { fleetId, driverId }: { readonly fleetId: string | null; readonly driverId: string | null }
): Promise<Party | undefined> {
  if (fleetId !== null) return customerOf(tx, 'fleet', fleetId)
  return driverId === null ? undefined : customerOf(tx, 'driver', driverId)
}
