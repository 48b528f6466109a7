import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import type { Tx } from '../../db/index.ts'
import type { Transfer } from './model.ts'
import { post } from './post.ts'
import { checkShares } from './split.ts'

const word = z
  .string()
  .regex(/^[a-z][a-z0-9:_-]{0,63}$/, 'expected lower-case words such as "site-host:demo"')

const decimal = z.string().regex(/^\d{1,12}(\.\d{1,6})?$/, 'expected a decimal with up to six places')
const party = { party: word, purpose: word }

export const Shares = z
  .array(
    z.strictObject({
      ...party,
      percent: decimal.optional().describe('of the net'),
      perKwh: decimal.optional().describe('major units of `currency` a kWh'),
      fixed: decimal.optional().describe('major units of `currency` a session'),
      tiers: z
        .array(z.strictObject({ from: decimal, percent: decimal }))
        .min(1)
        .max(20)
        .optional()
        .describe('each percentage for the part of the net from there on'),
      rest: z.literal(true).optional().describe('what the others leave'),
      minimum: decimal.optional().describe('major units of `currency` a session'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional()
    })
  )
  .min(1)
  .max(20)
  .superRefine((shares, context) => {
    try {
      checkShares(shares)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'no contract' })
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
  const same = await tx.maybe<{ seal: string; created_at: string }>(
    'select seal, created_at from ledger_contracts where id = $1 and shares = $2::jsonb',
    [id, JSON.stringify(shares)]
  )
  if (!same) return false
  // The contract takes its place in the chain, so that who changes the row later is found.
  const noted = await post(tx, [noteOf(id, same.seal)], same.created_at)
  if (!noted.ok) throw new Error(`the ledger refuses ${noted.key}: ${noted.fault}`)
  return true
}

/** Every contract of the tenant: the sites' own and the tenant's, the newest of each first. */
export const listContracts = async (tx: Tx): Promise<Contract[]> =>
  tx.query<Contract>(
    `select id, site_id as "siteId", valid_from as "validFrom", shares from ledger_contracts
     order by site_id nulls first, valid_from desc limit 1000`
  )

const noCurrency = 'XXX' // ISO 4217: no currency is involved.

const noteOf = (id: string, seal: string): Transfer => ({
  key: `contract:${id}`,
  kind: 'contract',
  phase: 'note',
  resolves: null,
  currency: noCurrency,
  sessionId: null,
  memo: seal,
  entries: []
})
