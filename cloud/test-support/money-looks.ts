import type { MoneyWorld } from './money.suite.ts'
import { until } from './until.ts'

export type Money = { currency: string; amountMinor: number }
export type Items<Item> = { items: Item[] }

/** What a person would look at to see what became of a session's money; waits where it may take a moment. */
export const looksAt = ({ call, bank }: Pick<MoneyWorld, 'call' | 'bank'>) => ({
  billed: async (id: string) =>
    until(`the bill of ${id}`, async () => {
      const { body } = await call('operator', 'GET', `/sessions/${id}`)
      return body['status'] === 'ended' && body['provisional'] === false ? body : undefined
    }),

  paymentOf: async (id: string, status: string) =>
    until(`payment ${status} of ${id}`, async () => {
      const { body } = await call('operator', 'GET', `/payments?sessionId=${id}`)
      const [payment] = (
        body as unknown as Items<{ id: string; status: string; held: Money; captured: Money }>
      ).items
      return payment?.status === status ? payment : undefined
    }),

  entriesOf: async (id: string) => {
    const { body } = await call('operator', 'GET', `/ledger/entries?sessionId=${id}`)
    return (
      body as unknown as Items<{ party: string; purpose: string; kind: string; phase: string; amount: Money }>
    ).items
  },

  holdAtBank: (id: string) => [...bank.holds.values()].find(({ reference }) => reference === `demo.${id}`)
})
