import { z } from 'zod'
import {
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes,
  type Who
} from '../../http/index.ts'
import { contentFaults } from './en16931.ts'
import { InvoiceView, viewOfInvoice } from './invoice-view.ts'
import type { Needs } from './needs.ts'
import { printInvoice } from './pdf.ts'
import { listInvoices, readInvoice, type Invoice } from './queries.ts'
import { ublOf } from './ubl.ts'

const roles = ['admin', 'operator', 'driver'] as const
const byId = z.object({ id: z.uuid() })

/** Staff sees every invoice of the tenant, a driver its own; another's is not there. */
const ownerOf = (who: Who): string | undefined => (isStaff(who) ? undefined : (who.driverId ?? ''))

export const invoiceRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [listRoute, readRoute, pdfRoute, xmlRoute]) add(needs)(app)
  }

const listRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/invoices',
      {
        config: { roles },
        schema: {
          summary: 'Receipts, credit notes and collective invoices, newest first',
          querystring: listQuery.extend({
            sessionId: z.uuid().optional(),
            kind: InvoiceView.shape.kind.optional(),
            scope: z.enum(['driver', 'fleet', 'tenant']).optional(),
            customer: z.string().max(100).optional()
          }),
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
        return page(rows, query.limit, { keyOf: ({ issuedAt, id }) => [issuedAt, id], itemOf: viewOfInvoice })
      }
    )
  }

/** @throws Problem 404 */
async function find({ database }: Needs, who: Who, id: string): Promise<Invoice> {
  const invoice = await database.tenant(who.tenantId, async (tx) => readInvoice(tx, id, ownerOf(who)))
  if (!invoice) throw notFound('invoice')
  return invoice
}

const readRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.get(
      '/invoices/:id',
      { config: { roles }, schema: { params: byId, response: { 200: InvoiceView } } },
      async ({ who, params }) => viewOfInvoice(await find(needs, who, params.id))
    )
  }

const pdfRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.get(
      '/invoices/:id/pdf',
      {
        config: { roles, answers: 'application/pdf' },
        schema: {
          params: byId,
          querystring: z.object({ language: z.enum(['zh', 'en', 'both']).default('both') })
        }
      },
      async ({ who, params, query }, reply) => {
        const { document, session } = await find(needs, who, params.id)
        const bytes = await printInvoice({ document, session, language: query.language })
        return reply
          .type('application/pdf')
          .header('content-disposition', `inline; filename="invoice-${document.number}.pdf"`)
          .send(Buffer.from(bytes))
      }
    )
  }

const xmlRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.get(
      '/invoices/:id/xml',
      {
        config: { roles, answers: 'application/xml' },
        schema: { summary: 'The invoice as EN 16931 data in UBL 2.1', params: byId }
      },
      async ({ who, params }, reply) => {
        const { document, scope } = await find(needs, who, params.id)
        if (scope === 'tenant')
          throw problem(422, 'not-an-invoice', 'The statement of a tenant is no invoice to anybody.')
        const [fault] = contentFaults(document)
        if (fault) throw problem(422, 'invoice-incomplete', `${fault.rule}: ${fault.detail}`)
        return reply
          .type('application/xml')
          .header('content-disposition', `inline; filename="invoice-${document.number}.xml"`)
          .send(ublOf(document))
      }
    )
  }
