import { z } from 'zod'
import { notFound, type Routes } from '../../http/index.ts'
import { Proof } from './checkpoint.ts'
import type { Verdict } from './verify.ts'

const VerdictView = z.object({
  ok: z.boolean(),
  entries: z.int(),
  headHash: z.string(),
  outside: z.object({ checkpoints: z.int(), covered: z.int() }),
  firstBadEntry: z.object({ tenantId: z.string(), sequence: z.int(), reason: z.string() }).optional()
})

const readers = ['admin', 'operator'] as const
const EntryId = z.object({
  id: z
    .string()
    .regex(/^\d{1,15}-\d{1,5}$/, 'expected {sequence}-{line}, as in 17-0')
    .describe('`{sequence}-{line}` of the entry')
})

export type ProofNeeds = {
  verify(tenantId: string): Promise<Verdict>
  /** @returns undefined when there is no such entry */
  prove(tenantId: string, sequence: number, line: number): Promise<Proof | undefined>
}

/** What an auditor asks: is the whole chain good, and does this entry belong to it. */
export const proofRoutes =
  ({ verify, prove }: ProofNeeds): Routes =>
  (app) => {
    app.get(
      '/ledger/verify',
      {
        config: { roles: readers },
        schema: {
          summary: 'Goes through the whole chain and holds it against the roots kept outside the database',
          response: { 200: VerdictView }
        }
      },
      async ({ who }) => verify(who.tenantId)
    )
    app.get(
      '/ledger/entries/:id/proof',
      {
        config: { roles: readers },
        schema: {
          summary: 'That an entry stands in the signed tree; `npm run verify-ledger` checks it',
          params: EntryId,
          response: { 200: Proof }
        }
      },
      async ({ who, params }) => {
        const [sequence = 0, line = 0] = params.id.split('-').map(Number)
        const proof = await prove(who.tenantId, sequence, line)
        if (!proof) throw notFound('ledger entry')
        return proof
      }
    )
  }
