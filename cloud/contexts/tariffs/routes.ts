import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Identifier } from '@nova/shared-protocol/model'
import type { Database, Tx } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, problem, readCursor, type Routes } from '../../http/index.ts'
import { addVersion, assignTariff, isTariff, makeTariff, warningsOf } from './commands.ts'
import { OcpiPreviewAnswer, previewOcpi } from './preview-ocpi.ts'
import { PreviewAnswer, previewPlan, PreviewWanted, versionAt } from './preview.ts'
import { Assignment, Made, NewTariff, NewVersion, pricesOf, shownPrices, TariffView } from './shapes.ts'
import { assignmentsOf, newestVersions, planOf, versionsOf, type VersionRow } from './store.ts'

export type TariffNeeds = {
  readonly database: Database
  /** Zone of a site of this tenant; undefined when there is none. */
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  /** What a site charges in; undefined when there is none. */
  siteCurrency(tx: Tx, siteId: string): Promise<string | undefined>
}

const staff = ['admin', 'operator'] as const

/** Tariffs, their versions, where they apply, and the preview of one. */
export const tariffRoutes =
  (needs: TariffNeeds): Routes =>
  (app) => {
    readRoutes(needs)(app)
    writeRoutes(needs)(app)
    nextRoute(needs)(app)
    assignRoute(needs)(app)
    previewRoute(needs)(app)
  }

const readRoutes =
  ({ database }: TariffNeeds): Routes =>
  (app) => {
    app.get(
      '/tariffs',
      {
        config: { roles: [...staff, 'driver'] },
        schema: { querystring: listQuery, response: { 200: pageOf(TariffView) } }
      },
      async ({ who, query }) => {
        const after = String(readCursor(query.cursor, 1)?.[0] ?? '')
        return database.tenant(who.tenantId, async (tx) => {
          const rows = await newestVersions(tx, after, query.limit + 1)
          const shown = await viewsOf(tx, rows)
          return page(shown, query.limit, { keyOf: ({ id }) => [id], itemOf: (each) => each })
        })
      }
    )
    app.get(
      '/tariffs/:id',
      {
        config: { roles: [...staff, 'driver'] },
        schema: {
          params: z.object({ id: Identifier }),
          response: { 200: TariffView.extend({ versions: z.array(TariffView) }) }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const versions = await viewsOf(tx, await versionsOf(tx, params.id))
          const [newest] = versions
          if (!newest) throw notFound('tariff')
          return { ...newest, versions }
        })
    )
  }

async function viewsOf(tx: Tx, rows: readonly VersionRow[]): Promise<TariffView[]> {
  const assigned = await assignmentsOf(tx, [...new Set(rows.map(({ tariff_id }) => tariff_id))])
  return rows.map((row) => ({
    id: row.tariff_id,
    version: row.version,
    name: row.name,
    priority: row.priority,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    createdAt: row.created_at,
    ...shownPrices(row.prices),
    assignments: assigned
      .filter(({ tariffId }) => tariffId === row.tariff_id)
      .map(({ siteId, connector, fallback }) => ({ siteId, connector, fallback }))
  }))
}

const writeRoutes =
  ({ database, siteCurrency }: TariffNeeds): Routes =>
  (app) => {
    app.post(
      '/tariffs',
      { config: { roles: staff }, schema: { body: NewTariff, response: { 201: Made } } },
      async ({ who, body }, reply) => {
        const { id = `t-${randomUUID().slice(0, 8)}`, assignments } = body
        const prices = pricesOf(body)
        const warnings = await warningsOf(database, who.tenantId, { prices, fullDay: body.fullDay })
        await insistOnSites(database, {
          tenantId: who.tenantId,
          siteCurrency,
          currency: async () => prices.currency,
          siteIds: assignments.map(({ siteId }) => siteId)
        })
        const made = {
          tariffId: id,
          ...datesOf(body),
          name: body.name,
          prices,
          madeBy: who.userId,
          assignments
        }
        return reply.code(201).send({ id, version: await makeTariff(database, who.tenantId, made), warnings })
      }
    )
  }

const nextRoute =
  ({ database }: TariffNeeds): Routes =>
  (app) => {
    app.post(
      '/tariffs/:id/versions',
      {
        config: { roles: staff },
        schema: { params: z.object({ id: Identifier }), body: NewVersion, response: { 201: Made } }
      },
      async ({ who, params, body }, reply) => {
        if (!(await isTariff(database, who.tenantId, params.id))) throw notFound('tariff')
        const prices = pricesOf(body)
        const warnings = await warningsOf(database, who.tenantId, { prices, fullDay: body.fullDay })
        const { name = params.id } = body
        const made = { tariffId: params.id, ...datesOf(body), name, prices, madeBy: who.userId }
        return reply
          .code(201)
          .send({ id: params.id, version: await addVersion(database, who.tenantId, made), warnings })
      }
    )
  }

const datesOf = ({ priority, validFrom, validUntil }: z.infer<typeof NewVersion>) => ({
  priority,
  validFrom,
  validUntil
})

type Sites = {
  readonly tenantId: string
  readonly siteIds: readonly string[]
  /** What the tariff charges in; undefined when there is no tariff. */
  currency(tx: Tx): Promise<string | undefined>
} & Pick<TariffNeeds, 'siteCurrency'>

/** @throws Problem 422 `site-unknown`, `site-other-currency` */
async function insistOnSites(database: Database, { tenantId, siteIds, ...sites }: Sites): Promise<void> {
  await database.tenant(tenantId, async (tx) => {
    const currency = await sites.currency(tx)
    for (const siteId of new Set(siteIds)) {
      const theirs = await sites.siteCurrency(tx, siteId)
      if (theirs === undefined) throw problem(422, 'site-unknown', `There is no site ${siteId}.`)
      if (currency !== undefined && currency !== theirs)
        throw problem(422, 'site-other-currency', `Site ${siteId} charges in ${theirs}, not in ${currency}.`)
    }
  })
}

const assignRoute =
  ({ database, siteCurrency }: TariffNeeds): Routes =>
  (app) => {
    app.put(
      '/tariffs/:id/assignments',
      {
        config: { roles: staff },
        schema: {
          params: z.object({ id: Identifier }),
          body: z.strictObject({ assignments: z.array(Assignment).max(200) }),
          response: { 200: z.object({ id: z.string() }) }
        }
      },
      async ({ who, params, body }) => {
        const siteIds = body.assignments.map(({ siteId }) => siteId)
        await insistOnSites(database, {
          tenantId: who.tenantId,
          siteCurrency,
          currency: async (tx) => (await versionsOf(tx, params.id))[0]?.prices.currency,
          siteIds
        })
        await assignTariff(database, who.tenantId, { tariffId: params.id, ...body })
        return { id: params.id }
      }
    )
  }

const previewRoute =
  ({ database, siteTimeZone }: TariffNeeds): Routes =>
  (app) => {
    app.post(
      '/tariffs/preview',
      {
        config: { roles: [...staff, 'driver'] },
        schema: { body: PreviewWanted, response: { 200: z.union([PreviewAnswer, OcpiPreviewAnswer]) } }
      },
      async ({ who, body }) => {
        if ('ocpi' in body) return previewOcpi(body)
        if ('plan' in body) return answerOf(previewPlan(body.plan, body.timeZone, body.readings))
        const { tariffId, siteId, version, readings } = body
        return database.tenant(who.tenantId, async (tx) => {
          const timeZone = await siteTimeZone(tx, siteId)
          if (timeZone === undefined) throw notFound('site')
          const rows = await versionsOf(tx, tariffId)
          const wanted = rows.filter((row) => version === undefined || row.version === version)
          const plans = await Promise.all(wanted.map(async (row) => planOf(tx, row, timeZone)))
          if (plans.length === 0) throw notFound('tariff')
          const [only] = plans
          const plan = version !== undefined && only ? only : versionAt(plans, tariffId, earliest(readings))
          return answerOf(previewPlan(plan, timeZone, readings))
        })
      }
    )
  }

/** The first reading in time decides which version holds, however they are ordered. */
const earliest = (readings: readonly { readonly at: string }[]): string | undefined =>
  readings.map(({ at }) => at).toSorted((a, b) => Temporal.Instant.compare(a, b))[0]

const answerOf = ({ lines, ...rated }: ReturnType<typeof previewPlan>): z.infer<typeof PreviewAnswer> => ({
  ...rated,
  lines: [...lines]
})
