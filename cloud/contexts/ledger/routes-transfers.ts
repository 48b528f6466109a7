import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { Instant } from '@nova/shared-protocol/model'
import { problem, type Routes } from '../../http/index.ts'
import type { LedgerFault } from './model.ts'
import { LedgerBusy, type Post } from './poster.ts'

const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:_.-]{0,99}$/, 'expected a name such as "driver:d1" or "site-host:demo"')

/** Far from where balances leave the whole numbers that JSON and JavaScript share: who got there could not come back. */
const mostMinor = 10_000_000_000_000

const Adjustment = z.strictObject({
  key: z
    .string()
    .regex(/^[A-Za-z0-9:_.-]{1,200}$/)
    .describe('made from facts, so that a repetition carries the same one'),
  currency: z.string().regex(/^[A-Z]{3}$/),
  memo: z.string().min(1).max(500),
  entries: z
    .array(
      z.strictObject({ party: word, purpose: word, amountMinor: z.int().min(-mostMinor).max(mostMinor) })
    )
    .min(2)
    .max(100)
    .describe('credits positive; they add up to zero')
})

const Done = z.object({ key: z.string(), outcome: z.enum(['posted', 'exists']), at: Instant })

const statusOf: Readonly<Record<LedgerFault, 409 | 422>> = {
  'same-key-other-content': 409,
  'hold-already-resolved': 409,
  'exceeds-hold': 409,
  'insufficient-balance': 409,
  'hold-not-found': 409,
  unbalanced: 422,
  'too-few-entries': 422,
  'not-whole-minor-units': 422
}

const words: Readonly<Record<LedgerFault, string>> = {
  'same-key-other-content': 'Another transfer was posted under this key.',
  'hold-already-resolved': 'The hold has been posted or let go before.',
  'exceeds-hold': 'More than is held cannot be posted.',
  'insufficient-balance': 'A guarded account would go below zero.',
  'hold-not-found': 'There is no such hold.',
  unbalanced: 'Credits and debits do not add up to zero.',
  'too-few-entries': 'A transfer needs two entries at least.',
  'not-whole-minor-units': 'Amounts are whole minor units and not zero.'
}

export type TransferNeeds = {
  readonly post: Post
  readonly database: Pick<Database, 'tenant'>
  now(): number
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail: string }): Promise<void>
}

/** Corrections by hand: a wrong posting is answered by another one. */
export const transferRoutes =
  ({ post, now, audit, database }: TransferNeeds): Routes =>
  (app) => {
    app.post(
      '/ledger/transfers',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary:
            'Posts an adjustment; the same key again is one transfer, with other content it is refused (409)',
          body: Adjustment,
          response: { 200: Done, 201: Done }
        }
      },
      async ({ who, body }, reply) => {
        const at = new Date(now()).toISOString()
        const transfer = {
          ...body,
          kind: 'adjustment',
          phase: 'posted',
          resolves: null,
          sessionId: null
        } as const
        const posted = await post(who.tenantId, {
          transfers: [{ ...transfer, key: `adjustment:${body.key}` }],
          at
        }).catch(refuseWhenBusy)
        if (!posted.ok) throw problem(statusOf[posted.fault], posted.fault, words[posted.fault])
        if (posted.outcome === 'posted') {
          const note = { actor: who.userId, act: 'ledger-adjusted', subject: body.key, detail: body.memo }
          await database.tenant(who.tenantId, async (tx) => audit(tx, note))
        }
        return reply
          .code(posted.outcome === 'posted' ? 201 : 200)
          .send({ key: body.key, outcome: posted.outcome, at })
      }
    )
  }

function refuseWhenBusy(cause: unknown): never {
  if (cause instanceof LedgerBusy)
    throw problem(503, 'ledger-busy', 'Too many transfers are waiting.', { retryAfterSeconds: 1 })
  throw cause
}
