import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import { importTariff, OcpiTariff } from '@nova/shared-protocol/codecs/ocpi'
import type { Database, Tx } from '../../db/index.ts'
import { notFound, type Routes } from '../../http/index.ts'
import { addVersion, insistOnPrices, makeTariff } from './commands.ts'
import { groupsOf } from './groups.ts'
import { lookBack, PastAnswer, PastWanted, type PastSession } from './past.ts'
import { rulesOf } from './prices.ts'
import { withSeries } from './series.ts'
import { Made, OneVersion } from './shapes.ts'
import { versionRow, type VersionRow } from './store.ts'

export type VersionNeeds = {
  readonly database: Database
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  /** The newest sessions of a site that have ended, with their trusted registers. */
  pastSessions(tx: Tx, siteId: string, limit: number): Promise<readonly PastSession[]>
}

const staff = ['admin', 'operator'] as const
const Loss = z.object({ at: z.string(), what: z.string() })

/** What is done with one version, and how one comes in from a partner. */
export const versionRoutes =
  (needs: VersionNeeds): Routes =>
  (app) => {
    importRoute(needs)(app)
    pastRoute(needs)(app)
  }

const Import = z.strictObject({
  id: Identifier.describe('the tariff here: a new one, or one that gets its next version'),
  name: z.string().min(1).max(80),
  validFrom: Instant.nullable().default(null),
  validUntil: Instant.nullable().default(null),
  ocpi: OcpiTariff.describe('an OCPI tariff, 2.1.1 to 2.3.0, as it came')
})

const importRoute =
  ({ database }: VersionNeeds): Routes =>
  (app) => {
    app.post(
      '/tariffs/import',
      {
        config: { roles: staff },
        schema: {
          summary: 'Takes an OCPI tariff as a version of rules; `losses` says what of it could not be kept',
          body: Import,
          response: { 201: Made.extend({ losses: z.array(Loss) }) }
        }
      },
      async ({ who, body: { id, ocpi, ...body } }, reply) => {
        const { prices, losses } = importTariff(ocpi)
        insistOnPrices(prices, false)
        const wanted = { tariffId: id, ...body, priority: 0, prices, madeBy: who.userId }
        const version = (await isThere(database, who.tenantId, id))
          ? await addVersion(database, who.tenantId, wanted)
          : await makeTariff(database, who.tenantId, { ...wanted, assignments: [] })
        return reply.code(201).send({ id, version, losses: [...losses] })
      }
    )
  }

const isThere = async (database: Database, tenantId: string, id: string): Promise<boolean> =>
  database.tenant(
    tenantId,
    async (tx) => (await tx.maybe('select id from tariffs where id = $1', [id])) !== undefined
  )

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
          const past = await pastSessions(tx, body.siteId, body.sessions)
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
