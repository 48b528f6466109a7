import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type AnyRoute
} from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** Every page and where it lies. A page's code, and its audience's libraries, come only when it is opened. */
const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(async () => await import('./choose/not-here.tsx'), 'NotHere')
})

type Page = Record<string, () => ReactNode>

const under = (parent: () => AnyRoute, path: string, load: () => Promise<Page>, name: string) =>
  createRoute({ getParentRoute: parent, path, component: lazyRouteComponent(load, name) })

const choose = under(
  () => root,
  '/',
  async () => await import('./choose/choose.tsx'),
  'Choose'
)
const later = ['utility', 'oem', 'admin'].map((audience) =>
  under(
    () => root,
    `/${audience}`,
    async () => await import('./later/later.tsx'),
    'Later'
  )
)

const operator = under(
  () => root,
  '/operator',
  async () => await import('./operator/shell.tsx'),
  'Shell'
)
const forOperator = (path: string, load: () => Promise<Page>, name: string) =>
  under(() => operator, path, load, name)

const driver = under(
  () => root,
  '/driver',
  async () => await import('./driver/shell.tsx'),
  'Shell'
)
const forDriver = (path: string, load: () => Promise<Page>, name: string) =>
  under(() => driver, path, load, name)

const tree = root.addChildren([
  choose,
  ...later,
  operator.addChildren([
    forOperator('/', async () => await import('./operator/home/home.tsx'), 'Home'),
    forOperator('/sites/$siteId', async () => await import('./operator/site/site.tsx'), 'SitePage'),
    forOperator(
      '/sites/$siteId/power',
      async () => await import('./operator/site/power/power.tsx'),
      'PowerPage'
    ),
    forOperator('/sessions', async () => await import('./operator/sessions/sessions.tsx'), 'Sessions'),
    forOperator(
      '/sessions/$sessionId',
      async () => await import('./operator/session/session.tsx'),
      'SessionPage'
    ),
    forOperator('/chargers', async () => await import('./operator/chargers/chargers.tsx'), 'Chargers'),
    forOperator(
      '/chargers/$chargerId',
      async () => await import('./operator/chargers/charger.tsx'),
      'ChargerPage'
    ),
    forOperator('/commands', async () => await import('./operator/commands/commands.tsx'), 'Commands'),
    forOperator('/tokens', async () => await import('./operator/tokens/tokens.tsx'), 'Tokens'),
    forOperator('/tariffs', async () => await import('./operator/tariffs/tariffs.tsx'), 'Tariffs'),
    forOperator(
      '/tariffs/new',
      async () => await import('./operator/tariffs/editor/editor.tsx'),
      'NewTariff'
    ),
    forOperator(
      '/tariffs/$tariffId',
      async () => await import('./operator/tariffs/tariff.tsx'),
      'TariffPage'
    ),
    forOperator(
      '/tariffs/$tariffId/new',
      async () => await import('./operator/tariffs/editor/editor.tsx'),
      'NextVersion'
    ),
    forOperator('/price-series', async () => await import('./operator/series/series.tsx'), 'SeriesPage'),
    forOperator('/invoices', async () => await import('./operator/invoices/invoices.tsx'), 'Invoices'),
    forOperator(
      '/invoices/$invoiceId',
      async () => await import('./operator/invoices/invoice.tsx'),
      'InvoicePage'
    ),
    forOperator(
      '/bank-statements/$statementId',
      async () => await import('./operator/bank/statement.tsx'),
      'BankStatement'
    ),
    forOperator(
      '/ledger/entries/$entryId',
      async () => await import('./operator/ledger/entry.tsx'),
      'EntryPage'
    ),
    forOperator(
      '/settlements',
      async () => await import('./operator/settlements/settlements.tsx'),
      'Settlements'
    ),
    forOperator(
      '/settlements/$settlementId',
      async () => await import('./operator/settlements/settlement.tsx'),
      'SettlementPage'
    ),
    forOperator(
      '/reconciliation',
      async () => await import('./operator/reconciliation/days.tsx'),
      'Reconciliation'
    ),
    forOperator(
      '/reconciliation/$date',
      async () => await import('./operator/reconciliation/day.tsx'),
      'ReconciliationDay'
    ),
    forOperator('/refunds', async () => await import('./operator/refunds/refunds.tsx'), 'Refunds'),
    forOperator('/coupons', async () => await import('./operator/coupons/coupons.tsx'), 'Coupons'),
    forOperator('/reviews', async () => await import('./operator/reviews/reviews.tsx'), 'Reviews'),
    forOperator('/ledger', async () => await import('./operator/ledger/ledger.tsx'), 'Ledger'),
    forOperator('/alarms', async () => await import('./operator/alarms/alarms.tsx'), 'Alarms')
  ]),
  driver.addChildren([
    forDriver('/', async () => await import('./driver/find/find.tsx'), 'Find'),
    forDriver('/sites/$siteId', async () => await import('./driver/site/site.tsx'), 'SitePage'),
    forDriver('/scan', async () => await import('./driver/scan/scan.tsx'), 'Scan'),
    forDriver('/c/$connectorKey', async () => await import('./driver/start/start.tsx'), 'Start'),
    forDriver('/wallet', async () => await import('./driver/wallet/wallet.tsx'), 'Wallet'),
    forDriver('/sessions', async () => await import('./driver/history/history.tsx'), 'History'),
    forDriver('/sessions/$sessionId', async () => await import('./driver/session/session.tsx'), 'SessionPage')
  ])
])

export const openRouter = () =>
  createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true })
