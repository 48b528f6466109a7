import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import type { Database, Tx } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, problem, readCursor, type Routes } from '../../http/index.ts'
import { changeCoupon, couponBy, listCoupons, makeCoupon, usesOf } from './coupons.ts'
import { measuredAtSite, setSignal, signalValues } from './signals.ts'

export type CouponNeeds = {
  readonly database: Database
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
}

const staff = ['admin', 'operator'] as const
const Code = z.string().regex(/^[\w -]{3,40}$/, 'expected 3 to 40 letters, digits, - or _')
const Name = z.string().min(1).max(60)
const CouponView = z.object({
  code: z.string(),
  name: z.string(),
  validFrom: Instant.nullable(),
  validUntil: Instant.nullable(),
  mostUses: z.int(),
  uses: z.int(),
  createdAt: Instant
})

/** Coupons that drivers bring at a start, and values that prices ask for. */
export const couponRoutes =
  (needs: CouponNeeds): Routes =>
  (app) => {
    listRoute(needs)(app)
    makeRoute(needs)(app)
    changeRoute(needs)(app)
    usesRoute(needs)(app)
    signalsRoute(needs)(app)
    signalRoute(needs)(app)
  }

const listRoute =
  ({ database }: CouponNeeds): Routes =>
  (app) => {
    app.get(
      '/coupons',
      { config: { roles: staff }, schema: { querystring: listQuery, response: { 200: pageOf(CouponView) } } },
      async ({ who, query }) => {
        const [after = ''] = readCursor(query.cursor, 1) ?? []
        const rows = await database.tenant(who.tenantId, async (tx) =>
          listCoupons(tx, String(after), query.limit + 1)
        )
        return page(rows, query.limit, { keyOf: ({ code }) => [code], itemOf: (row) => row })
      }
    )
  }

const makeRoute =
  ({ database }: CouponNeeds): Routes =>
  (app) => {
    app.post(
      '/coupons',
      {
        config: { roles: staff },
        schema: {
          summary: 'A code that a driver may bring once; prices ask for its name',
          body: z.strictObject({
            code: Code,
            name: Name,
            validFrom: Instant.nullable().default(null),
            validUntil: Instant.nullable().default(null),
            mostUses: z.int().min(1).max(1_000_000).default(1)
          }),
          response: { 201: CouponView }
        }
      },
      async ({ who, body }, reply) => {
        const { validFrom, validUntil } = body
        if (validFrom !== null && validUntil !== null && Date.parse(validFrom) >= Date.parse(validUntil))
          throw problem(422, 'coupon-never-valid', 'validUntil must be later than validFrom.')
        const made = await database.tenant(who.tenantId, async (tx) => {
          const isNew = await makeCoupon(tx, { ...body, madeBy: who.userId })
          if (!isNew) throw problem(409, 'coupon-exists', 'There is a coupon with this code.')
          return couponBy(tx, body.code)
        })
        return reply.code(201).send(made ?? gone())
      }
    )
  }

const changeRoute =
  ({ database }: CouponNeeds): Routes =>
  (app) => {
    app.patch(
      '/coupons/:code',
      {
        config: { roles: staff },
        schema: {
          summary:
            'Ends it: from then on nobody may bring it, who has keeps it; or limits how often it may be brought',
          params: z.object({ code: Code }),
          body: z
            .strictObject({
              validUntil: Instant.optional(),
              mostUses: z.int().min(1).max(1_000_000).optional()
            })
            .refine((change) => Object.keys(change).length > 0, 'says nothing'),
          response: { 200: CouponView }
        }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          if (!(await changeCoupon(tx, params.code, body))) throw notFound('coupon')
          return (await couponBy(tx, params.code)) ?? gone()
        })
    )
  }

const UseView = z.object({ driverId: z.string(), sessionId: z.uuid(), usedAt: Instant })
const mostShown = 200

const usesRoute =
  ({ database }: CouponNeeds): Routes =>
  (app) => {
    app.get(
      '/coupons/:code/uses',
      {
        config: { roles: staff },
        schema: {
          summary: `Who has brought it to which session, the newest ${mostShown}`,
          params: z.object({ code: Code }),
          response: { 200: z.object({ items: z.array(UseView) }) }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          if (!(await couponBy(tx, params.code))) throw notFound('coupon')
          return { items: await usesOf(tx, params.code, mostShown) }
        })
    )
  }

function gone(): never {
  throw notFound('coupon')
}

const Value = z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'expected a decimal such as "-4.5"')
const SignalView = z.object({ name: z.string(), value: z.string(), setAt: Instant })

const sitesSignals = z.object({ items: z.array(SignalView) })

async function insistOnSite({ siteTimeZone }: CouponNeeds, tx: Tx, siteId: string): Promise<void> {
  if ((await siteTimeZone(tx, siteId)) === undefined) throw notFound('site')
}

const signalsRoute =
  (needs: CouponNeeds): Routes =>
  (app) => {
    app.get(
      '/sites/:id/signals',
      {
        config: { roles: staff },
        schema: {
          summary: 'Newest values that prices ask for and the site does not measure itself',
          params: z.object({ id: Identifier }),
          response: { 200: sitesSignals }
        }
      },
      async ({ who, params }) =>
        needs.database.tenant(who.tenantId, async (tx) => {
          await insistOnSite(needs, tx, params.id)
          return { items: await signalValues(tx, params.id) }
        })
    )
  }

const signalRoute =
  (needs: CouponNeeds): Routes =>
  (app) => {
    app.put(
      '/sites/:id/signals/:name',
      {
        config: { roles: staff },
        schema: {
          summary:
            'A value that prices ask for, such as the outside temperature; it holds from when the edge has noted it',
          params: z.object({ id: Identifier, name: Name }),
          body: z.strictObject({ value: Value }),
          response: { 200: sitesSignals }
        }
      },
      async ({ who, params: { id, name }, body: { value } }) =>
        needs.database.tenant(who.tenantId, async (tx) => {
          await insistOnSite(needs, tx, id)
          if (measuredAtSite.includes(name))
            throw problem(422, 'signal-measured', `${name} is measured at the site.`)
          await setSignal(tx, id, { name, value, setBy: who.userId })
          return { items: await signalValues(tx, id) }
        })
    )
  }
