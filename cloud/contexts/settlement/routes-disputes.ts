import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'
import { minorIn, notFound, problem, stating, type Routes } from '../../http/index.ts'
import { decideDispute, openDispute, releaseHoldBack } from './disputes.ts'
import { byId, type Needs } from './routes.ts'
import { readDispute, readStatement } from './store.ts'
import { disputeView, DisputeView } from './views.ts'

const partyName = z.string().regex(/^[a-z][a-z0-9:_-]{0,63}$/)

const Objection = stating({ reason: z.string().min(1).max(1_000) })
const Decision = z.strictObject({
  outcome: z.enum(['upheld', 'rejected']),
  inFavourOf: z
    .strictObject({ party: partyName, purpose: partyName })
    .default({ party: 'operator', purpose: 'revenue' })
    .describe('who gets it when upheld'),
  note: z.string().min(1).max(1_000)
})

/** Disputes about statements, and the end of hold-backs. */
export const disputeRoutes =
  (needs: Needs): Routes =>
  (app) => {
    openRoute(needs)(app)
    decideRoutes(needs)(app)
  }

const openRoute =
  ({ database, books, now }: Needs): Routes =>
  (app) => {
    app.post(
      '/settlements/statements/:id/disputes',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          summary: 'Keeps a part of a statement back until it is decided',
          params: byId,
          body: Objection,
          response: { 201: DisputeView }
        }
      },
      async ({ who, params, body }, reply) => {
        const at = new Date(now()).toISOString()
        const made = await database.tenant(who.tenantId, async (tx) => {
          const statement = await readStatement(tx, params.id)
          if (!statement) throw notFound('statement')
          const amountMinor = minorIn(statement.currency, body)
          const objection = { statementId: params.id, amountMinor, reason: body.reason, by: who.userId }
          const id = await openDispute(tx, books, objection, at)
          return readDispute(tx, id)
        })
        if (!made) throw problem(409, 'dispute-lost', 'The dispute is gone.')
        return reply.code(201).send(disputeView(made))
      }
    )
  }

const decideRoutes =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/settlements/disputes/:id/decide',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'By somebody else than who opened it; the amount stands in the next run',
          params: byId,
          body: Decision,
          response: { 200: DisputeView }
        }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          const decision = { id: params.id, ...body, by: who.userId }
          const decided = await decideDispute(tx, books, decision, new Date(now()).toISOString())
          await audit(tx, { actor: who.userId, act: `dispute-${body.outcome}`, subject: params.id })
          return disputeView(decided)
        })
    )
    app.post(
      '/settlements/statements/:id/release',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'Ends the hold-back of a closed statement; it stands in the next run',
          params: byId,
          response: { 200: z.object({ released: Money }) }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const amountMinor = await releaseHoldBack(tx, books, params.id, new Date(now()).toISOString())
          await audit(tx, { actor: who.userId, act: 'hold-back-released', subject: params.id })
          const currency = (await readStatement(tx, params.id))?.currency ?? ''
          return { released: { currency, amountMinor } }
        })
    )
  }
