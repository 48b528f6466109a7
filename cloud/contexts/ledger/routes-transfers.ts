import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { Instant } from '@nova/shared-protocol/model'
import { listQuery, notFound, page, pageOf, problem, readCursor, type Routes } from '../../http/index.ts'
import {
  adjustmentStates,
  decideAdjustment,
  listAdjustments,
  posted,
  propose,
  transferOf,
  type Adjustment
} from './adjustments.ts'
import { LedgerBusy, type Post } from './poster.ts'

const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:_.-]{0,99}$/, 'expected a name such as "driver:d1" or "site-host:demo"')

/** Far from where balances leave the whole numbers that JSON and JavaScript share: who got there could not come back. */
const mostMinor = 10_000_000_000_000

const key = z
  .string()
  .regex(/^[A-Za-z0-9:_.-]{1,200}$/)
  .describe('made from facts, so that a repetition carries the same one')
const entry = z.object({ party: word, purpose: word, amountMinor: z.int().min(-mostMinor).max(mostMinor) })

const Wish = z.strictObject({
  key,
  currency: z.string().regex(/^[A-Z]{3}$/),
  memo: z.string().min(1).max(500),
  entries: z.array(entry.strict()).min(2).max(100).describe('credits positive; they add up to zero')
})

const AdjustmentView = z.object({
  key,
  currency: z.string(),
  memo: z.string(),
  entries: z.array(entry),
  state: z.enum(adjustmentStates),
  proposedBy: z.string(),
  proposedAt: Instant,
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable()
})

export type TransferNeeds = {
  readonly post: Post
  readonly database: Pick<Database, 'tenant'>
  now(): number
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail: string }): Promise<void>
}

const staff = ['admin', 'operator'] as const

/** Corrections by hand: a wrong posting is answered by another one, which two people have agreed to. */
export const transferRoutes =
  (needs: TransferNeeds): Routes =>
  (app) => {
    proposeRoute(needs)(app)
    listRoute(needs)(app)
    decideRoute(needs)(app)
  }

const proposeRoute =
  ({ now, audit, database }: TransferNeeds): Routes =>
  (app) => {
    app.post(
      '/ledger/transfers',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          summary:
            'Proposes an adjustment, which another person posts; the same key again is one, with other content it is refused (409)',
          body: Wish,
          response: { 200: AdjustmentView, 202: AdjustmentView }
        }
      },
      async ({ who, body }, reply) => {
        const at = new Date(now()).toISOString()
        const { adjustment, isNew } = await database.tenant(who.tenantId, async (tx) => {
          const made = await propose(tx, { ...body, by: who.userId, at })
          if (made.isNew) await audit(tx, noteOf(who.userId, 'ledger-adjustment.proposed', made.adjustment))
          return made
        })
        return reply.code(isNew ? 202 : 200).send(viewOf(adjustment))
      }
    )
  }

const listRoute =
  ({ database }: TransferNeeds): Routes =>
  (app) => {
    app.get(
      '/ledger/adjustments',
      {
        config: { roles: staff },
        schema: {
          summary: 'Transfers by hand, newest first; `proposed` ones wait for a second person',
          querystring: listQuery.extend({ state: z.enum(adjustmentStates).optional() }),
          response: { 200: pageOf(AdjustmentView) }
        }
      },
      async ({ who, query: { state, cursor, limit } }) => {
        const wanted = { state, after: readCursor(cursor, 2), limit: limit + 1 }
        const rows = await database.tenant(who.tenantId, async (tx) => listAdjustments(tx, wanted))
        return page(rows, limit, { keyOf: (row) => [row.proposedAt, row.key], itemOf: viewOf })
      }
    )
  }

const decideRoute =
  (needs: TransferNeeds): Routes =>
  (app) => {
    app.post(
      '/ledger/adjustments/:key/decide',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          summary: 'Posts a proposed adjustment, or ends it: not who proposed it',
          params: z.object({ key }),
          body: z.strictObject({ approve: z.boolean() }),
          response: { 200: AdjustmentView }
        }
      },
      async ({ who, params, body: { approve } }) => {
        if (who.email === null) throw problem(403, 'person-needed', 'A key does not decide: a person has to.')
        const at = new Date(needs.now()).toISOString()
        const decision = { key: params.key, approve, by: who.userId, at }
        const decided = await needs.database.tenant(who.tenantId, async (tx) => {
          const made = await decideAdjustment(tx, decision)
          const act = `ledger-adjustment.${approve ? 'approved' : 'rejected'}`
          if (made?.decidedAt === at) await needs.audit(tx, noteOf(who.userId, act, made))
          return made
        })
        if (!decided) throw notFound('adjustment')
        return viewOf(decided.state === 'approved' ? await postNow(needs, who.tenantId, decided) : decided)
      }
    )
  }

async function postNow(
  { post, database }: TransferNeeds,
  tenantId: string,
  adjustment: Adjustment
): Promise<Adjustment> {
  const at = adjustment.decidedAt ?? adjustment.proposedAt
  const outcome = await post(tenantId, { transfers: [transferOf(adjustment)], at }).catch(refuseWhenBusy)
  return posted(database, tenantId, { key: adjustment.key, outcome })
}

function refuseWhenBusy(cause: unknown): never {
  if (cause instanceof LedgerBusy)
    throw problem(503, 'ledger-busy', 'Too many transfers are waiting.', { retryAfterSeconds: 1 })
  throw cause
}

const noteOf = (actor: string, act: string, { key: subject, memo }: Adjustment) => ({
  actor,
  act,
  subject,
  detail: memo
})

const viewOf = ({ entries, ...row }: Adjustment): z.infer<typeof AdjustmentView> => ({
  ...row,
  entries: entries.map(({ party, purpose, amountMinor }) => ({ party, purpose, amountMinor }))
})
