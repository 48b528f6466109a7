import { z } from 'zod'
import { ConnectorKey, Identifier, Instant } from '@nova/shared-protocol/model'
import { PlanPrices, TariffPrices } from '@nova/shared-protocol/tariff'
import { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, readCursor, type Routes, type Who } from '../../http/index.ts'
import { messagesOf } from './messages.ts'
import type { Inside } from './needs.ts'
import { couponProblem, quoteFor, reservationCost, type Quoted } from './quote.ts'
import { idleRoutes } from './routes-idle.ts'
import { visible } from './routes.ts'
import { todayAt } from './today.ts'

const staff = ['admin', 'operator'] as const

const MessageView = z.object({ at: Instant, action: z.string(), raw: z.string() })

const TodayView = z.object({
  siteId: z.string(),
  day: z.iso.date(),
  timeZone: z.string(),
  sessions: z.int(),
  running: z.int(),
  energyWh: z.int(),
  revenue: z.array(Money),
  provisional: z.boolean()
})

const QuoteView = z.object({
  connectorId: z.string(),
  siteId: z.string(),
  timeZone: z.string(),
  tariffId: z.string(),
  tariffVersion: z.int(),
  because: z.enum(['named', 'connector', 'site', 'fallback']),
  prices: PlanPrices,
  maxEnergyWh: z.int(),
  hold: Money,
  rules: TariffPrices.nullable(), // Where prices are more than time of use.
  coupon: z.string().nullable(), // The name of the one asked for: it may be brought.
  reservation: z
    .object({ ifUsed: Money, ifNobodyComes: Money })
    .nullable()
    .describe('what keeping it free for `reserveMinutes` costs beside the session')
})

type Asked = { readonly who: Who; readonly code: string | undefined }

/** @throws Problem 422 `coupon-…` when this driver may not bring it now */
async function couponNamed(needs: Inside, tx: Tx, { who, code }: Asked): Promise<string | null> {
  if (code === undefined) return null
  const at = new Date(needs.now()).toISOString()
  const taken = await needs.couponFor(tx, { code, driverId: who.driverId ?? '', at })
  if ('fault' in taken) throw couponProblem(taken.fault)
  return taken.name
}

/** What people look at before they start, after they paid, and in between. */
export const lookRoutes =
  (needs: Inside): Routes =>
  (app) => {
    messagesRoute(needs)(app)
    todayRoute(needs)(app)
    quoteRoute(needs)(app)
    idleRoutes(needs)(app)
  }

const messagesRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.get(
      '/sessions/:id/messages',
      {
        config: { roles: staff },
        schema: {
          summary: 'Transaction messages of a session as the charger sent them, in their order',
          params: z.object({ id: z.uuid() }),
          querystring: listQuery,
          response: { 200: pageOf(MessageView) }
        }
      },
      async ({ who, params, query }) => {
        const [after = 0] = readCursor(query.cursor, 1) ?? []
        const rows = await needs.database.tenant(who.tenantId, async (tx) => {
          const session = await visible(tx, who, params.id)
          return messagesOf(tx, session.id, { after: Number(after), limit: query.limit + 1 })
        })
        return page(rows, query.limit, {
          keyOf: ({ number }) => [number],
          itemOf: ({ at, action, raw }) => ({ at, action, raw })
        })
      }
    )
  }

const todayRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.get(
      '/sites/:id/today',
      {
        config: { roles: staff },
        schema: {
          summary: 'Energy and money of the sessions begun today at a site, on its own calendar',
          params: z.object({ id: Identifier }),
          response: { 200: TodayView }
        }
      },
      async ({ who, params }) =>
        // One picture of one moment: a session between two statements would count here and be missing there.
        needs.database.tenant(who.tenantId, async (tx) => todayAt(needs, tx, params.id), {
          isolation: 'repeatable read'
        })
    )
  }

const quoteRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.get(
      '/connectors/:id/quote',
      {
        config: { roles: ['admin', 'operator', 'driver'] },
        schema: {
          summary: 'What a start here would be billed by, and what would be held for it',
          params: z.object({ id: ConnectorKey }),
          querystring: z.object({
            tariffId: Identifier.optional(),
            maxEnergyWh: z.coerce.number().int().min(1_000).max(1_000_000).optional(),
            reserveMinutes: z.coerce.number().int().min(1).max(1440).optional(),
            coupon: z.string().min(1).max(60).optional().describe('a code that the driver would bring')
          }),
          response: { 200: QuoteView }
        }
      },
      async ({ who, params, query }) =>
        needs.database.tenant(who.tenantId, async (tx) =>
          quoted(needs, tx, { who, connectorId: params.id, ...query })
        )
    )
  }

type Wanted = Omit<Quoted, 'siteId'> & {
  readonly who: Who
  readonly coupon?: string | undefined
  readonly reserveMinutes?: number | undefined
}

async function quoted(needs: Inside, tx: Tx, wanted: Wanted): Promise<z.infer<typeof QuoteView>> {
  const { who, connectorId, coupon: code, reserveMinutes } = wanted
  const connector = await needs.connector(tx, connectorId)
  if (!connector) throw notFound('connector')
  const { siteId } = connector
  const coupon = await couponNamed(needs, tx, { who, code })
  const quote = await quoteFor(needs, tx, { ...wanted, siteId })
  const { plan, because, maxEnergyWh, hold } = quote
  const { tariffId, version: tariffVersion, timeZone, currency, segments, fallback } = plan
  const prices = { currency, segments, ...(fallback && { fallback }) }
  return {
    connectorId,
    siteId,
    timeZone,
    tariffId,
    tariffVersion,
    because,
    prices,
    maxEnergyWh,
    hold,
    rules: plan.rules ?? null,
    coupon,
    reservation: reserveMinutes === undefined ? null : reservationCost(plan, needs.now(), reserveMinutes)
  }
}
