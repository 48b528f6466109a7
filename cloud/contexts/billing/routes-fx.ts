import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Currency, Money } from '@nova/shared-protocol/units'
import type { Routes } from '../../http/index.ts'
import { addRate, convert, listRates } from './fx.ts'
import type { Needs } from './needs.ts'

const Decimal = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'expected a decimal such as "7.8123"')
const NewRate = z.strictObject({
  base: Currency,
  quote: Currency,
  rate: Decimal,
  source: z.string().min(1).max(100),
  validAt: Instant
})
const Between = NewRate.refine(
  ({ base, quote }) => base !== quote,
  'a rate is between two currencies'
).refine(({ rate }) => /[1-9]/.test(rate), 'a rate is above zero')
const RateView = NewRate.extend({ id: z.uuid(), enteredBy: z.string() })
const ConversionView = z.object({
  id: z.uuid(),
  reference: z.string(),
  sold: Money,
  bought: Money,
  spread: Money,
  keptExact: z.string(),
  rate: RateView
})

const staff = ['admin', 'operator'] as const
const mostRates = 500

export const exchangeRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [addRateRoute, ratesRoute, conversionRoute]) add(needs)(app)
  }

const addRateRoute =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fx/rates',
      {
        config: { roles: staff },
        schema: {
          summary: 'Record a rate of exchange with its source and instant; never changed',
          body: Between,
          response: { 201: RateView }
        }
      },
      async ({ who, body }, reply) => {
        const enteredBy = who.email ?? who.userId
        const kept = await database.tenant(who.tenantId, async (tx) => {
          const rate = await addRate(tx, { ...body, id: randomUUID(), enteredBy })
          await audit(tx, {
            actor: enteredBy,
            act: 'billing.fx-rate-recorded',
            subject: `${body.base}/${body.quote}`,
            detail: `${body.rate} ${body.source} ${body.validAt}`
          })
          return rate
        })
        return reply.code(201).send(kept)
      }
    )
  }

const ratesRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/fx/rates',
      {
        config: { roles: staff },
        schema: {
          summary: 'Rates of exchange, newest first',
          response: { 200: z.object({ items: z.array(RateView) }) }
        }
      },
      async ({ who }) => ({
        items: await database.tenant(who.tenantId, async (tx) => listRates(tx, mostRates))
      })
    )
  }

const conversionRoute =
  ({ database, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fx/conversions',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'Exchange an amount at the latest rate; both sides and the spread are posted together',
          body: z.strictObject({
            reference: z.string().min(1).max(100),
            amount: Money.extend({ amountMinor: z.int().min(1) }),
            to: Currency,
            spreadPercent: Decimal.default('0')
          }),
          response: { 201: ConversionView }
        }
      },
      async ({ who, body }, reply) => {
        const by = who.email ?? who.userId
        const made = await database.tenant(who.tenantId, async (tx) => {
          const done = await convert(tx, { ...body, by, at: new Date(now()).toISOString() })
          await audit(tx, { actor: by, act: 'billing.money-exchanged', subject: body.reference })
          return done
        })
        return reply.code(201).send(made)
      }
    )
  }
