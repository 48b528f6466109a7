import { randomUUID } from 'node:crypto'
import type { Plan } from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import { NotNow, type Tx } from '../../db/index.ts'
import type { Cdr } from './cdrs.ts'
import type { Bill, Billable } from './model.ts'
import type { Needs } from './needs.ts'
import { buyerOf, customerOf, placeOf, sellerOf } from './parties.ts'
import { taxed, type Taxing } from './taxed.ts'
import type { Component } from './tax/rates.ts'

export type Making = {
  readonly session: Omit<Billable, 'readings' | 'course' | 'energyWh' | 'tariff'>
  readonly plan: Plan
  readonly made: Extract<Bill, { ok: true }>
  readonly at: string
}

export const totalOf = ({ currency, totals }: Pick<Cdr, 'currency' | 'totals'>): Money => ({
  currency,
  amountMinor: totals.totalMinor
})

/** Tax by rate as events carry it. */
export const taxesOf = ({ currency, taxes }: Pick<Cdr, 'currency' | 'taxes'>): object[] =>
  taxes.map(({ category, percent, name, baseMinor, taxMinor }) => ({
    category,
    percent,
    name,
    base: { currency, amountMinor: baseMinor },
    tax: { currency, amountMinor: taxMinor }
  }))

/** What a session came to, with its tax, as the CDR that will be written. */
export async function cdrFrom(needs: Needs, tx: Tx, { session, plan, made, at }: Making): Promise<Cdr> {
  const { rated } = made
  const fleetId = await fleetOf(needs, tx, session)
  const day = Temporal.Instant.from(made.endedAt).toZonedDateTimeISO(plan.timeZone).toPlainDate().toString()
  const seller = await sellerOf(tx)
  const place = await placeOf(tx, session.siteId, seller)
  const buyer = await buyerOf(tx, { fleetId, driverId: session.driverId })
  const hooked = await hookedOf(needs, place, day)
  const { chargerId, connectorId, driverId, tokenUid, sessionId, siteId } = session
  return {
    id: randomUUID(),
    kind: 'original',
    credits: null,
    replaces: null,
    correctionId: null,
    sessionId,
    siteId,
    chargerId,
    connectorId,
    driverId,
    tokenUid,
    fleetId,
    country: place?.country ?? null,
    startedAt: made.startedAt,
    endedAt: made.endedAt,
    energyWh: rated.energyWh,
    tariffId: plan.tariffId,
    tariffVersion: plan.version,
    timeZone: plan.timeZone,
    currency: plan.currency,
    exact: rated.exact.incl,
    ...taxed(rated.lines, { place, day, seller, buyer, hooked }),
    readings: made.readings,
    course: made.course ?? null,
    issuedAt: at
  }
}

/** The fleet on whose account it was begun; else a group pays for its tokens once it is known here as a customer. */
async function fleetOf(needs: Needs, tx: Tx, session: Making['session']): Promise<string | null> {
  const { sessionId, tokenUid } = session
  const paying = await needs.fleetPaying(tx, sessionId)
  if (paying !== null) return paying
  const group = tokenUid === null ? null : await needs.fleetOfToken(tx, tokenUid)
  return group !== null && (await customerOf(tx, 'fleet', group)) ? group : null
}

const components: readonly Component[] = ['electricity', 'service']

/** Asks the sales-tax port where no table can know; one that is silent now is asked again with the event. */
async function hookedOf({ salesTax }: Needs, place: Taxing['place'], day: string): Promise<Taxing['hooked']> {
  if (!salesTax || place?.country !== 'US') return {}
  const hooked: Record<string, NonNullable<Taxing['hooked'][Component]>> = {}
  for (const component of components) {
    const answer = await salesTax(place, component, day).catch((cause: unknown) => {
      throw new NotNow('the sales-tax port does not answer', { cause })
    })
    if (answer) hooked[component] = answer
  }
  return hooked
}
