import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import {
  idOfCall,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes
} from '../../http/index.ts'
import { cdrsOf, readCdr, type Cdr } from './cdrs.ts'
import {
  askCorrection,
  decideCorrection,
  listCorrections,
  readCorrection,
  Wanted,
  type Correction
} from './corrections.ts'
import type { Needs } from './needs.ts'
import { LineView, TaxView, viewOfLine, viewOfTax } from './views.ts'

const CorrectionView = z.object({
  id: z.uuid(),
  cdrId: z.uuid(),
  sessionId: z.uuid(),
  status: z.enum(['awaiting-approval', 'applied', 'rejected']),
  wanted: Wanted,
  reason: z.string(),
  difference: Money,
  large: z.boolean(),
  requestedBy: z.string(),
  requestedAt: Instant,
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
  creditCdrId: z.uuid().nullable(),
  newCdrId: z.uuid().nullable()
})

const viewOf = ({ currency, differenceMinor, ...rest }: Correction): z.infer<typeof CorrectionView> => ({
  ...rest,
  difference: { currency, amountMinor: differenceMinor }
})

const CdrView = z.object({
  id: z.uuid(),
  kind: z.enum(['original', 'credit', 'replacement']),
  credits: z.uuid().nullable(),
  replaces: z.uuid().nullable(),
  correctionId: z.uuid().nullable(),
  sessionId: z.uuid(),
  siteId: z.string(),
  connectorId: z.string(),
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  fleetId: z.string().nullable(),
  country: z.string().nullable(),
  startedAt: Instant,
  endedAt: Instant,
  energyWh: z.string(),
  tariffId: z.string(),
  tariffVersion: z.int(),
  timeZone: z.string(),
  total: Money,
  net: Money,
  tax: Money,
  rounding: Money,
  exact: z.string(),
  lines: z.array(LineView),
  taxes: z.array(TaxView),
  issuedAt: Instant
})

function viewOfCdr({ lines, taxes, totals, currency, ...cdr }: Cdr): z.infer<typeof CdrView> {
  const money = (amountMinor: number) => ({ currency, amountMinor })
  return {
    ...cdr,
    total: money(totals.totalMinor),
    net: money(totals.netMinor),
    tax: money(totals.taxMinor),
    rounding: money(totals.roundingMinor),
    lines: lines.map(viewOfLine),
    taxes: taxes.map((tax) => viewOfTax(currency, tax))
  }
}

const staff = ['admin', 'operator'] as const
const byId = z.object({ id: z.uuid() })

export const correctionRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [cdrRoutes, askRoute, lookRoutes, decideRoutes]) add(needs)(app)
  }

const cdrRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/cdrs',
      {
        config: { roles: staff },
        schema: {
          summary: 'The CDRs of a session: the first, credits, and what stands instead',
          querystring: z.object({ sessionId: z.uuid() }),
          response: { 200: z.object({ items: z.array(CdrView) }) }
        }
      },
      async ({ who, query }) => ({
        items: (await database.tenant(who.tenantId, async (tx) => cdrsOf(tx, query.sessionId))).map(viewOfCdr)
      })
    )
    app.get(
      '/cdrs/:id',
      { config: { roles: staff }, schema: { params: byId, response: { 200: CdrView } } },
      async ({ who, params }) => {
        const cdr = await database.tenant(who.tenantId, async (tx) => readCdr(tx, params.id))
        if (!cdr) throw notFound('cdr')
        return viewOfCdr(cdr)
      }
    )
  }

const askRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.post(
      '/cdrs/:id/corrections',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          summary:
            'Correct a CDR by a credit and a new one; 202 while a large difference waits for another person',
          params: byId,
          body: z.strictObject({ reason: z.string().min(3).max(500), change: Wanted }),
          response: { 201: CorrectionView, 202: CorrectionView }
        }
      },
      async (request, reply) => {
        const { who, params, body } = request
        const asked = {
          id: idOfCall(request) ?? randomUUID(),
          cdrId: params.id,
          wanted: body.change,
          reason: body.reason,
          by: who.userId,
          at: new Date(needs.now()).toISOString()
        }
        const made = await needs.database.tenant(who.tenantId, async (tx) => askCorrection(needs, tx, asked))
        return reply.code(made.status === 'applied' ? 201 : 202).send(viewOf(made))
      }
    )
  }

const lookRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/cdr-corrections',
      {
        config: { roles: staff },
        schema: {
          summary: 'Corrections, newest first',
          querystring: listQuery.extend({ status: CorrectionView.shape.status.optional() }),
          response: { 200: pageOf(CorrectionView) }
        }
      },
      async ({ who, query }) => {
        const filter = { status: query.status, after: readCursor(query.cursor, 2), limit: query.limit + 1 }
        const rows = await database.tenant(who.tenantId, async (tx) => listCorrections(tx, filter))
        return page(rows, query.limit, { keyOf: ({ requestedAt, id }) => [requestedAt, id], itemOf: viewOf })
      }
    )
    app.get(
      '/cdr-corrections/:id',
      { config: { roles: staff }, schema: { params: byId, response: { 200: CorrectionView } } },
      async ({ who, params }) =>
        viewOf(await database.tenant(who.tenantId, async (tx) => readCorrection(tx, params.id)))
    )
  }

const decideRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const word of ['approve', 'reject'] as const)
      app.post(
        `/cdr-corrections/:id/${word}`,
        {
          config: { roles: staff, idempotent: true },
          schema: {
            summary: word === 'approve' ? 'Approve: not who asked' : 'Reject a correction that waits',
            params: byId,
            response: { 200: CorrectionView }
          }
        },
        async ({ who, params }) => {
          if (who.email === null)
            throw problem(403, 'person-needed', 'A key does not decide: a person has to.')
          const decision = {
            id: params.id,
            approve: word === 'approve',
            by: who.userId,
            at: new Date(needs.now()).toISOString()
          }
          return viewOf(
            await needs.database.tenant(who.tenantId, async (tx) => decideCorrection(needs, tx, decision))
          )
        }
      )
  }
