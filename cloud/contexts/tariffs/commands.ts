import { validatePlan, type PlanPrices } from '@nova/shared-protocol/tariff'
import { isCurrency } from '@nova/shared-protocol/units'
import { isUniqueViolation, type Database, type Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { tariffsChanged } from './events.ts'
import { insistOnRules, type Warning } from './explain.ts'
import { isPlan, type StoredPrices } from './prices.ts'
import { seriesMissing } from './series.ts'
import {
  appendVersion,
  assign,
  assignmentsOf,
  createTariff,
  liveVersions,
  mostPlans,
  versionsOf,
  type Assignment,
  type NewVersion
} from './store.ts'

/** @throws Problem 422 `tariff-invalid` with one line for each thing that is wrong */
export function insistOnPlan(prices: PlanPrices, fullDay: boolean): void {
  const problems = validatePlan(prices, { fullDay })
  if (problems.length === 0) return
  const errors = problems.map(({ segments, detail }) => ({
    path: segments.length > 0 ? `segments.${segments[0]}` : 'segments',
    message: detail
  }))
  throw problem(422, 'tariff-invalid', problems.map(({ detail }) => detail).join('; '), { errors })
}

/** @throws Problem 422 `currency-unknown`: nobody knows its minor units, so no amount can be made of its prices */
export function insistOnCurrency(currency: string): void {
  if (!isCurrency(currency))
    throw problem(422, 'currency-unknown', `ISO 4217 does not know the currency ${currency}.`)
}

/** @returns what is odd about the prices; nothing of a plan. @throws Problem 422 `tariff-invalid`, `currency-unknown` */
export function insistOnPrices(prices: StoredPrices, fullDay: boolean): Warning[] {
  insistOnCurrency(prices.currency)
  if (!isPlan(prices)) return insistOnRules(prices)
  insistOnPlan(prices, fullDay)
  return []
}

/** The same, with what the tenant's price series lack. @throws Problem 422 `tariff-invalid` */
export async function warningsOf(
  database: Database,
  tenantId: string,
  { prices, fullDay }: { readonly prices: StoredPrices; readonly fullDay: boolean }
): Promise<Warning[]> {
  const odd = insistOnPrices(prices, fullDay)
  return [...odd, ...(await database.tenant(tenantId, async (tx) => seriesMissing(tx, prices)))]
}

/** @throws Problem 422 `tariff-invalid` */
function insistOnDates({ validFrom, validUntil }: Pick<NewVersion, 'validFrom' | 'validUntil'>): void {
  if (validFrom === null || validUntil === null) return
  if (Temporal.Instant.compare(validFrom, validUntil) < 0) return
  const message = 'validUntil is not after validFrom'
  throw problem(422, 'tariff-invalid', message, { errors: [{ path: 'validUntil', message }] })
}

export const isTariff = async (database: Database, tenantId: string, id: string): Promise<boolean> =>
  database.tenant(
    tenantId,
    async (tx) => (await tx.maybe('select id from tariffs where id = $1', [id])) !== undefined
  )

export type NewTariff = NewVersion & { readonly assignments: readonly Assignment[] }

/** @throws Problem 409 `tariff-exists`, 422 `too-many-plans`, `tariff-invalid` for dates the wrong way round */
export async function makeTariff(database: Database, tenantId: string, wanted: NewTariff): Promise<number> {
  insistOnDates(wanted)
  return database.tenant(tenantId, async (tx) => {
    if (!(await createTariff(tx, wanted.tariffId, wanted.name)))
      throw problem(409, 'tariff-exists', 'There is a tariff with this id; add a version to it.')
    const version = await appendVersion(tx, wanted)
    await place(tx, wanted.tariffId, wanted.assignments)
    return version ?? 1
  })
}

/**
 * @throws Problem 404, 422 `too-many-plans`, `tariff-invalid` for dates the wrong way round, `tariff-other-currency`: who
 * charges in another currency makes another tariff
 */
export async function addVersion(database: Database, tenantId: string, wanted: NewVersion): Promise<number> {
  insistOnDates(wanted)
  const attempt = async (tx: Tx): Promise<number> => {
    await insistOnSameCurrency(tx, wanted)
    const version = await appendVersion(tx, wanted)
    if (version === undefined) throw notFound('tariff')
    const sites = await assignmentsOf(tx, [wanted.tariffId])
    await tell(tx, [...new Set(sites.map(({ siteId }) => siteId))])
    return version
  }
  return database.tenant(tenantId, attempt).catch(async (error: unknown) => {
    if (!isUniqueViolation(error)) throw error
    return database.tenant(tenantId, attempt)
  })
}

async function insistOnSameCurrency(tx: Tx, { tariffId, prices }: NewVersion): Promise<void> {
  const [before] = await versionsOf(tx, tariffId)
  if (before && before.prices.currency !== prices.currency)
    throw problem(422, 'tariff-other-currency', `Prices of ${tariffId} are in ${before.prices.currency}.`)
}

/** Replaces where a tariff applies. @throws Problem 404, 422 `too-many-plans` */
export async function assignTariff(
  database: Database,
  tenantId: string,
  { tariffId, assignments }: { tariffId: string; assignments: readonly Assignment[] }
): Promise<void> {
  await database.tenant(tenantId, async (tx) => {
    const found = await tx.maybe('select id from tariffs where id = $1', [tariffId])
    if (!found) throw notFound('tariff')
    await place(tx, tariffId, assignments)
  })
}

async function place(tx: Tx, tariffId: string, assignments: readonly Assignment[]): Promise<void> {
  await tell(tx, await assign(tx, tariffId, assignments))
}

/** Every site that is told must be able to carry its plans. */
async function tell(tx: Tx, siteIds: readonly string[]): Promise<void> {
  for (const siteId of siteIds) {
    const plans = await liveVersions(tx, siteId)
    if (plans.length > mostPlans)
      throw problem(
        422,
        'too-many-plans',
        `Site ${siteId} would have ${plans.length} plans; ${mostPlans} is the most.`
      )
  }
  await tx.emit(...siteIds.map((siteId) => ({ kind: tariffsChanged, key: siteId, body: { siteId } })))
}

/** New prices of a series reach the edges of the sites whose tariffs ask for it. */
export async function seriesChanged(tx: Tx, series: string): Promise<void> {
  const rows = await tx.query<{ site_id: string }>(
    `select distinct a.site_id from tariff_assignments a join tariff_versions v using (tenant_id, tariff_id)
     where v.prices @? format('$.elements[*].components[*].price ? (@.series == %s)', to_json($1::text))::jsonpath`,
    [series]
  )
  await tx.emit(
    ...rows.map(({ site_id: siteId }) => ({ kind: tariffsChanged, key: siteId, body: { siteId } }))
  )
}
