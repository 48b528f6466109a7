import { z } from 'zod'
import { notFound, problem, type Routes } from '../../http/index.ts'
import { isIban, looksLikeIban } from './iban.ts'
import { payer, payees, payOut, payoutsOf, decimalOf, pain001, setPayee, type Payout } from './payout.ts'
import { byId, fullView, readers, type Needs } from './routes.ts'
import { readSettlement, type SettlementRow } from './store.ts'
import { FullView } from './views.ts'

const partyName = z.string().regex(/^[a-z][a-z0-9:_-]{0,63}$/)
const Payee = z.object({ party: z.string(), name: z.string(), account: z.string(), bank: z.string() })
const Details = z.strictObject({
  name: z.string().min(1).max(140),
  account: z
    .string()
    .regex(/^[A-Z0-9]{4,34}$/)
    .refine(
      (account) => !looksLikeIban(account) || isIban(account),
      'the check digits of this IBAN are wrong'
    )
    .describe('IBAN, or the account number where there are none'),
  bank: z
    .string()
    .regex(/^[A-Z0-9]{6,14}$/)
    .describe('BIC, or the bank code where there are none')
})

/** Where parties are paid, and the payout files. */
export const payoutRoutes =
  (needs: Needs): Routes =>
  (app) => {
    payeeRoutes(needs)(app)
    payRoutes(needs)(app)
    fileRoutes(needs)(app)
  }

const payeeRoutes =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.get(
      '/settlements/payees',
      { config: { roles: readers }, schema: { response: { 200: z.object({ items: z.array(Payee) }) } } },
      async ({ who }) => ({ items: await database.tenant(who.tenantId, payees) })
    )
    app.put(
      '/settlements/payees/:party',
      {
        config: { roles: ['admin'] },
        schema: { params: z.object({ party: partyName }), body: Details, response: { 200: Payee } }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          const payee = { party: params.party, ...body }
          await setPayee(tx, payee)
          await audit(tx, { actor: who.userId, act: 'payee-changed', subject: params.party })
          return payee
        })
    )
  }

const payRoutes =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/settlements/:id/payout',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'Pays a closed settlement: the ledger is posted and the payout files can be fetched',
          params: byId,
          response: { 200: FullView }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          await payOut(tx, books, params.id, new Date(now()).toISOString())
          await audit(tx, { actor: who.userId, act: 'settlement-paid', subject: params.id })
          return fullView(tx, params.id)
        })
    )
  }

const fileRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    const find = async (tenantId: string, id: string) =>
      database.tenant(tenantId, async (tx) => {
        const settlement = await readSettlement(tx, id)
        if (!settlement) throw notFound('settlement')
        const from = (await payees(tx)).find(({ party }) => party === payer)
        if (settlement.paidAt === null || !from)
          throw problem(409, 'settlement-not-paid', 'There is no payout file before it is paid.')
        return { settlement, from, paidAt: settlement.paidAt, payouts: await payoutsOf(tx, id) }
      })
    app.get(
      '/settlements/:id/payout.xml',
      { config: { roles: readers, answers: 'application/xml' }, schema: { params: byId } },
      async ({ who, params }, reply) => {
        const { from, paidAt, payouts } = await find(who.tenantId, params.id)
        // The standard knows no file without a payment.
        if (payouts.length === 0)
          throw problem(409, 'settlement-not-paid', 'Nothing was to be paid out: there is no file.')
        return reply
          .type('application/xml')
          .header('content-disposition', `attachment; filename="payout-${params.id}.xml"`)
          .send(pain001(params.id, paidAt, from, payouts))
      }
    )
    app.get(
      '/settlements/:id/payout.csv',
      { config: { roles: readers, answers: 'text/csv' }, schema: { params: byId } },
      async ({ who, params }, reply) => {
        const { settlement, payouts } = await find(who.tenantId, params.id)
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="payout-${params.id}.csv"`)
          .send(payoutCsv(settlement, payouts))
      }
    )
  }

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

function payoutCsv({ id }: SettlementRow, payouts: readonly Payout[]): string {
  const rows = payouts.map(({ party, name, account, bank, currency, amountMinor, reference }) =>
    [id, party, quoted(name), account, bank, currency, decimalOf(currency, amountMinor), reference].join(',')
  )
  return ['settlement,party,name,account,bank,currency,amount,reference', ...rows, ''].join('\r\n')
}
