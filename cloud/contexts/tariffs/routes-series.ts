import { z } from 'zod'
import { Identifier, Instant, TimeZone } from '@nova/shared-protocol/model'
import { Amount } from '@nova/shared-protocol/tariff'
import { Currency } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, problem, readCursor, type Routes } from '../../http/index.ts'
import { seriesChanged } from './commands.ts'
import { groupsByDriver, groupsOf, setGroups } from './groups.ts'
import { addDay, dayOf, seriesList, type DayRow } from './series.ts'

const staff = ['admin', 'operator'] as const
const Minutes = z.union([z.literal(15), z.literal(30), z.literal(60)])
const Day = z.iso.date().refine((day) => day >= '0001') // PostgreSQL knows no year 0.
const SeriesName = z.object({ name: Identifier })

const NewDay = z.strictObject({
  day: Day,
  timeZone: TimeZone,
  currency: Currency,
  minutes: Minutes,
  prices: z.array(Amount).min(1).max(100).describe('per kWh, in order: 92, 96 or 100 quarter-hours'),
  source: z.string().max(80).default('')
})
const DayView = NewDay.extend({ revision: z.int(), from: Instant, until: Instant, createdAt: Instant })

const SeriesView = z.object({ name: z.string(), currency: z.string(), until: Instant, days: z.int() })

export type SeriesNeeds = {
  readonly database: Database
  now(): number
  /** Whether the tenant has such a driver. */
  isDriver(tx: Tx, driverId: string): Promise<boolean>
}

/** Day-ahead prices as they come from a market, and the groups a driver is in. */
export const seriesRoutes =
  (needs: SeriesNeeds): Routes =>
  (app) => {
    listRoute(needs)(app)
    dayRoutes(needs)(app)
    groupRoutes(needs)(app)
  }

const listRoute =
  ({ database }: SeriesNeeds): Routes =>
  (app) => {
    app.get(
      '/price-series',
      {
        config: { roles: staff },
        schema: {
          summary: 'Series of dynamic prices, and how far each reaches',
          querystring: listQuery,
          response: { 200: pageOf(SeriesView) }
        }
      },
      async ({ who, query }) => {
        const after = String(readCursor(query.cursor, 1)?.[0] ?? '')
        const rows = await database.tenant(who.tenantId, async (tx) => seriesList(tx, after, query.limit + 1))
        return page(rows, query.limit, {
          keyOf: ({ series }) => [series],
          itemOf: ({ series, ...row }) => ({ name: series, ...row })
        })
      }
    )
  }

const viewOf = (row: DayRow): z.infer<typeof DayView> => ({
  day: row.day,
  revision: row.revision,
  timeZone: row.time_zone,
  currency: row.currency,
  minutes: row.minutes,
  prices: row.prices,
  source: row.source,
  from: row.starts_at,
  until: row.ends_at,
  createdAt: row.created_at
})

const dayRoutes =
  ({ database, now }: SeriesNeeds): Routes =>
  (app) => {
    app.post(
      '/price-series',
      {
        config: { roles: staff },
        schema: {
          summary: 'The prices of one local day; until it begins they may come again',
          body: NewDay.extend({ name: Identifier }),
          response: { 201: DayView }
        }
      },
      async ({ who, body: { name: series, ...body } }, reply) => {
        const told = async (tx: Tx) => seriesChanged(tx, series)
        const day = { ...body, series, madeBy: who.userId, now: now(), told }
        return reply.code(201).send(viewOf(await addDay(database, who.tenantId, day)))
      }
    )
    app.get(
      '/price-series/:name/days/:day',
      {
        config: { roles: staff },
        schema: { params: SeriesName.extend({ day: Day }), response: { 200: DayView } }
      },
      async ({ who, params }) => {
        const row = await database.tenant(who.tenantId, async (tx) => dayOf(tx, params.name, params.day))
        if (!row) throw notFound('price day')
        return viewOf(row)
      }
    )
  }

const Groups = z.object({
  driverId: Identifier,
  groups: z.array(z.string().min(1).max(60)).max(50)
})

const groupRoutes =
  ({ database, isDriver }: SeriesNeeds): Routes =>
  (app) => {
    app.get(
      '/driver-groups',
      {
        config: { roles: staff },
        schema: {
          summary: 'Groups in which drivers are now; of one driver where `driverId` is given',
          querystring: listQuery.extend({ driverId: Identifier.optional() }),
          response: { 200: pageOf(Groups) }
        }
      },
      async ({ who, query }) => {
        const filter = {
          driverId: query.driverId,
          after: String(readCursor(query.cursor, 1)?.[0] ?? ''),
          limit: query.limit + 1
        }
        const rows = await database.tenant(who.tenantId, async (tx) => groupsByDriver(tx, filter))
        return page(rows, query.limit, { keyOf: ({ driverId }) => [driverId], itemOf: (row) => row })
      }
    )
    app.put(
      '/driver-groups',
      {
        config: { roles: staff },
        schema: {
          summary: 'From now on the driver is in these groups and in no others',
          body: z.strictObject(Groups.shape),
          response: { 200: Groups }
        }
      },
      async ({ who, body: { driverId, groups } }) =>
        database.tenant(who.tenantId, async (tx) => {
          if (!(await isDriver(tx, driverId))) throw unknownDriver(driverId)
          await setGroups(tx, { driverId, groups, setBy: who.userId })
          return { driverId, groups: await groupsOf(tx, driverId) }
        })
    )
  }

const unknownDriver = (id: string) => problem(422, 'driver-unknown', `There is no driver ${id}.`)
