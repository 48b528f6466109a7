import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import type { Tx } from '../../db/index.ts'
import { weightsOf } from './model.ts'

const word = z
  .string()
  .regex(/^[a-z][a-z0-9:_-]{0,63}$/, 'expected lower-case words such as "site-host:demo"')

export const Shares = z
  .array(z.strictObject({ party: word, purpose: word, percent: z.string().max(12) }))
  .min(1)
  .max(20)
  .superRefine((shares, context) => {
    try {
      weightsOf(shares)
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'not percentages'
      })
    }
  })

/** Who gets what part of each charge, from a date on. Never edited: the next one takes its place. */
export const Contract = z.strictObject({
  id: z.uuid(),
  siteId: Identifier.nullable(),
  validFrom: Instant,
  shares: Shares
})
export type Contract = z.infer<typeof Contract>

/** Repeating the same contract is harmless. @returns false when another one begins there at the same instant */
export async function addContract(tx: Tx, { id, siteId, validFrom, shares }: Contract): Promise<boolean> {
  await tx.query(
    `insert into ledger_contracts (tenant_id, id, site_id, valid_from, shares)
     values (nova_tenant(), $1, $2, $3, $4::jsonb) on conflict do nothing`,
    [id, siteId, validFrom, JSON.stringify(shares)]
  )
  const same = await tx.query('select from ledger_contracts where id = $1 and shares = $2::jsonb', [
    id,
    JSON.stringify(shares)
  ])
  return same.length === 1
}
