import { createHash } from 'node:crypto'
import * as charging from './contexts/charging/index.ts'
import { viewsOf } from './contexts/charging/queries.ts'
import { postAll } from './contexts/ledger/index.ts'
import { balanceOf } from './contexts/ledger/queries.ts'
import * as payments from './contexts/payments/index.ts'

const stopMs = 300_000 // A stop that does not arrive within five minutes is asked for again by the watch.

export type PayingNeeds = Pick<
  payments.Needs,
  'database' | 'providers' | 'now' | 'onTrouble' | 'audit' | 'isDriver'
> & {
  readonly orders: charging.Needs
}

/** Payments with what they need of others: the books under the wallet, a session's running cost, the stop command. */
export function openPaying({ orders, ...needs }: PayingNeeds): payments.Payments {
  return payments.openPayments({
    ...needs,
    books: {
      async post(tx, transfers, at) {
        const posted = await postAll(tx, [{ transfers, at }])
        return posted.ok ? undefined : posted.fault
      },
      balance: balanceOf
    },
    async runningCost(tx, sessionId) {
      const row = await charging.readSession(tx, sessionId)
      if (row?.status !== 'started' && row?.status !== 'suspended') return undefined
      const [view] = await viewsOf(orders, tx, [row])
      return view?.cost && view.startedAt !== null
        ? { cost: view.cost, startedAt: view.startedAt }
        : undefined
    },
    async stopSession(tenantId, { sessionId, because }) {
      const session = await needs.database.tenant(tenantId, async (tx) => charging.readSession(tx, sessionId))
      if (session?.status !== 'started' && session?.status !== 'suspended') return
      await orders.sendCommand({
        id: idOf(`${sessionId}: ${because}`),
        tenantId,
        siteId: session.site_id,
        chargerId: session.charger_id,
        action: 'stop',
        payload: { sessionId },
        issuer: `payments: ${because}`,
        expiresAt: new Date(needs.now() + stopMs).toISOString()
      })
    }
  })
}

/** The same words give the same id, so that a repetition sends no second command. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32)
  ].join('-')
}
