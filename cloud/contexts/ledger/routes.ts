import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import { listQuery, page, pageOf, problem, readCursor, type Routes } from '../../http/index.ts'
import { addContract, Contract, listContracts, Shares } from './contracts.ts'
import { accounts, entries } from './queries.ts'
import { proofRoutes, type ProofNeeds } from './routes-proof.ts'
import { transferRoutes, type TransferNeeds } from './routes-transfers.ts'

const Account = z.object({
  id: z.int(),
  party: z.string(),
  purpose: z.string(),
  balance: Money,
  pending: Money
})

const EntryView = z.object({
  sequence: z.int(),
  line: z.int(),
  transfer: z.string(),
  kind: z.string(),
  phase: z.string(),
  party: z.string(),
  purpose: z.string(),
  amount: Money,
  sessionId: z.string().nullable(),
  memo: z.string(),
  at: Instant
})

const readers = ['admin', 'operator'] as const

export type Needs = ProofNeeds &
  TransferNeeds & {
    readonly database: Database
    /** Zone of a site of this tenant; undefined when there is none. */
    siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  }

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    const { database } = needs
    accountRoutes(database)(app)
    entryRoutes(database)(app)
    proofRoutes(needs)(app)
    transferRoutes(needs)(app)
    contractRoutes(needs)(app)
  }

const accountRoutes =
  (database: Database): Routes =>
  (app) => {
    app.get(
      '/ledger/accounts',
      { config: { roles: readers }, schema: { querystring: listQuery, response: { 200: pageOf(Account) } } },
      async ({ who, query }) => {
        const after = Number(readCursor(query.cursor, 1)?.[0] ?? 0)
        const rows = await database.tenant(who.tenantId, async (tx) => accounts(tx, after, query.limit + 1))
        return page(rows, query.limit, {
          keyOf: ({ id }) => [id],
          itemOf: ({ id, party, purpose, currency, balance, pending }) => ({
            id,
            party,
            purpose,
            balance: { currency, amountMinor: balance },
            pending: { currency, amountMinor: pending }
          })
        })
      }
    )
  }

const entryRoutes =
  (database: Database): Routes =>
  (app) => {
    app.get(
      '/ledger/entries',
      {
        config: { roles: readers },
        schema: {
          querystring: listQuery.extend({ sessionId: z.uuid().optional() }),
          response: { 200: pageOf(EntryView) }
        }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 2)
        const filter = { sessionId: query.sessionId, after, limit: query.limit + 1 }
        const rows = await database.tenant(who.tenantId, async (tx) => entries(tx, filter))
        return page(rows, query.limit, {
          keyOf: ({ sequence, line }) => [sequence, line],
          itemOf: ({ key, amountMinor, currency, session_id, ...row }) => ({
            ...row,
            transfer: key,
            sessionId: session_id,
            amount: { currency, amountMinor }
          })
        })
      }
    )
  }

const contractRoutes =
  ({ database, siteTimeZone }: Needs): Routes =>
  (app) => {
    app.get(
      '/ledger/contracts',
      {
        config: { roles: readers },
        schema: {
          summary: 'Who gets what part of each charge, by site and date',
          response: { 200: z.object({ items: z.array(Contract) }) }
        }
      },
      async ({ who }) => ({ items: await database.tenant(who.tenantId, listContracts) })
    )
    app.post(
      '/ledger/contracts',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          body: z.strictObject({ siteId: Identifier.nullable(), validFrom: Instant, shares: Shares }),
          response: { 201: Contract }
        }
      },
      async ({ who, body }, reply) => {
        const contract = { id: randomUUID(), ...body }
        const { siteId } = contract
        const added = await database.tenant(who.tenantId, async (tx) => {
          if (siteId !== null && (await siteTimeZone(tx, siteId)) === undefined)
            throw problem(422, 'site-unknown', `There is no site ${siteId}.`)
          return addContract(tx, contract)
        })
        if (!added)
          throw problem(409, 'contract-exists', 'Another contract begins at this site at the same instant.')
        return reply.code(201).send(contract)
      }
    )
  }
