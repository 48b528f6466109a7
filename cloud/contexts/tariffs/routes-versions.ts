import { z } from 'zod'
import { exportTariff, Version } from '@nova/shared-protocol/codecs/ocpi'
import type { TariffPrices } from '@nova/shared-protocol/tariff'
import type { Database, Tx } from '../../db/index.ts'
import { notFound, type Routes } from '../../http/index.ts'
import { groupsOf } from './groups.ts'
import { lookBack, PastAnswer, PastWanted, type PastSession } from './past.ts'
import { rulesOf } from './prices.ts'
import { withSeries } from './series.ts'
import { Losses, OneVersion } from './shapes.ts'
import { versionRow, type VersionRow } from './store.ts'

export type VersionNeeds = {
  readonly database: Database
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  /** The newest sessions of a site that have ended, with all that these rules ask for. */
  pastSessions(
    tx: Tx,
    wanted: { readonly siteId: string; readonly limit: number; readonly rules: TariffPrices }
  ): Promise<readonly PastSession[]>
}

const staff = ['admin', 'operator'] as const

/** What is done with one version: told to a partner, held against the past. */
export const versionRoutes =
  (needs: VersionNeeds): Routes =>
  (app) => {
    exportRoute(needs)(app)
    pastRoute(needs)(app)
  }

async function theVersion(tx: Tx, { id, version }: z.infer<typeof OneVersion>): Promise<VersionRow> {
  const row = await versionRow(tx, id, version)
  if (!row) throw notFound('tariff version')
  return row
}

const pastRoute =
  ({ database, siteTimeZone, pastSessions }: VersionNeeds): Routes =>
  (app) => {
    app.post(
      '/tariffs/:id/versions/:version/preview-past',
      {
        config: { roles: staff },
        schema: {
          summary: 'What the last sessions of a site would have cost by this version, beside what was billed',
          params: OneVersion,
          body: PastWanted,
          response: { 200: PastAnswer }
        }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          const timeZone = await siteTimeZone(tx, body.siteId)
          if (timeZone === undefined) throw notFound('site')
          const { prices } = await theVersion(tx, params)
          const { siteId, sessions: limit } = body
          const past = await pastSessions(tx, { siteId, limit, rules: rulesOf(prices) })
          const rules = await withSeries(tx, rulesOf(prices), windowOf(past))
          const groups = await groupsOfAll(tx, past)
          return lookBack(past, { rules, timeZone, groups: (id) => groups.get(id ?? '') ?? [] })
        })
    )
  }

const windowOf = (past: readonly PastSession[]) => ({
  from: past.map(({ startedAt }) => startedAt).toSorted()[0] ?? new Date(0).toISOString(),
  until:
    past
      .map(({ endedAt }) => endedAt)
      .toSorted()
      .at(-1) ?? new Date(0).toISOString()
})

/** Groups as they are now: a look back asks what these drivers would pay by the new prices. */
async function groupsOfAll(tx: Tx, past: readonly PastSession[]): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const { driverId } of past)
    if (driverId !== null && !found.has(driverId)) found.set(driverId, await groupsOf(tx, driverId))
  return found
}

const Owner = z.object({
  version: Version.default('2.2.1'),
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('ZZ')
    .describe('ISO 3166 of the party; ZZ belongs to nobody'),
  partyId: z
    .string()
    .regex(/^[A-Z0-9]{3}$/)
    .default('NVX')
})

const exportRoute =
  ({ database }: VersionNeeds): Routes =>
  (app) => {
    app.get(
      '/tariffs/:id/versions/:version/ocpi',
      {
        config: { roles: staff },
        schema: {
          summary: 'A version as an OCPI Tariff object, and what OCPI cannot say of it',
          params: OneVersion,
          querystring: Owner,
          response: { 200: z.object({ tariff: z.record(z.string(), z.unknown()), losses: Losses }) }
        }
      },
      async ({ who, params, query }) => {
        const row = await database.tenant(who.tenantId, async (tx) => theVersion(tx, params))
        const { countryCode, partyId, version } = query
        const identity = { countryCode, partyId, id: `${row.tariff_id}-v${row.version}`.slice(0, 36) }
        const lastUpdated = new Date(row.created_at).toISOString().slice(0, 19) + 'Z'
        const { tariff, losses } = exportTariff(rulesOf(row.prices), { ...identity, lastUpdated }, version)
        return { tariff: { ...tariff }, losses: [...losses] }
      }
    )
  }
