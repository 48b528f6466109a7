import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database } from '../../db/index.ts'
import {
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  readCursor,
  type Routes,
  type Who
} from '../../http/index.ts'
import { printInvoice } from './pdf.ts'
import { listInvoices, readInvoice, type Invoice } from './queries.ts'

const Line = z.object({
  name: z.string(),
  part: z.enum(['electricity', 'service']),
  quantity: z.string(),
  unit: z.string(),
  unitPrice: z.string(),
  amountMinor: z.int(),
  rule: z.string()
})

const InvoiceView = z.object({
  id: z.uuid(),
  number: z.string(),
  cdrId: z.uuid(),
  sessionId: z.uuid(),
  siteId: z.string(),
  chargerId: z.string(),
  connectorId: z.string(),
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  startedAt: Instant,
  endedAt: Instant,
  energyWh: z.string(),
  tariffId: z.string(),
  tariffVersion: z.int(),
  timeZone: z.string(),
  lines: z.array(Line),
  electricity: Money,
  service: Money,
  total: Money,
  exact: z.string(),
  issuedAt: Instant
})

const roles = ['admin', 'operator', 'driver'] as const
const byId = z.object({ id: z.uuid() })

/** Staff sees every invoice of the tenant, a driver its own; another's is not there. */
const ownerOf = (who: Who): string | undefined => (isStaff(who) ? undefined : (who.driverId ?? ''))

export const routes =
  ({ database }: { readonly database: Database }): Routes =>
  (app) => {
    listRoute(database)(app)
    readRoutes(database)(app)
  }

const listRoute =
  (database: Database): Routes =>
  (app) => {
    app.get(
      '/invoices',
      {
        config: { roles },
        schema: {
          querystring: listQuery.extend({ sessionId: z.uuid().optional() }),
          response: { 200: pageOf(InvoiceView) }
        }
      },
      async ({ who, query }) => {
        const filter = {
          ...query,
          driverId: ownerOf(who),
          after: readCursor(query.cursor, 2),
          limit: query.limit + 1
        }
        const rows = await database.tenant(who.tenantId, async (tx) => listInvoices(tx, filter))
        return page(rows, query.limit, { keyOf: ({ issuedAt, id }) => [issuedAt, id], itemOf: (row) => row })
      }
    )
  }

const readRoutes =
  (database: Database): Routes =>
  (app) => {
    const find = async (who: Who, id: string): Promise<Invoice> => {
      const invoice = await database.tenant(who.tenantId, async (tx) => readInvoice(tx, id, ownerOf(who)))
      if (!invoice) throw notFound('invoice')
      return invoice
    }
    app.get(
      '/invoices/:id',
      { config: { roles }, schema: { params: byId, response: { 200: InvoiceView } } },
      async ({ who, params }) => find(who, params.id)
    )
    app.get(
      '/invoices/:id/pdf',
      { config: { roles, answers: 'application/pdf' }, schema: { params: byId } },
      async ({ who, params }, reply) => {
        const invoice = await find(who, params.id)
        const file = `inline; filename="invoice-${invoice.number}.pdf"`
        return reply
          .type('application/pdf')
          .header('content-disposition', file)
          .send(Buffer.from(await printInvoice(invoice)))
      }
    )
  }
