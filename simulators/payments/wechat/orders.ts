import { randomInt } from 'node:crypto'

/** A transaction that money came by: of a native order, or of a finished service order. */
export type Trade = {
  readonly no: string // The merchant's.
  readonly transactionId: string
  readonly total: number
  readonly state: 'NOTPAY' | 'SUCCESS' | 'CLOSED'
  readonly paidAt: number // Milliseconds; 0 while nobody has paid.
  readonly attach: string
  readonly notifyUrl: string
}

export type ServiceOrder = {
  readonly no: string
  readonly orderId: string
  readonly state: 'CREATED' | 'DOING' | 'DONE' | 'REVOKED'
  readonly risk: number
  readonly total: number | null
  readonly paidBy: string | null // The transaction that paid it.
  readonly attach: string
  readonly notifyUrl: string
}

export type Refund = {
  readonly no: string
  readonly refundId: string
  readonly trade: string
  readonly amount: number
  readonly at: number
}

export type Books = {
  readonly trades: Map<string, Trade>
  readonly services: Map<string, ServiceOrder>
  readonly refunds: Map<string, Refund>
}

export type No = { readonly status: number; readonly code: string; readonly message: string }
const no = (status: number, code: string, message: string): No => ({ status, code, message })

/** 28 digits that are no card number: longer than any. */
export const longNumber = (prefix: string): string =>
  prefix + Array.from({ length: 28 - prefix.length }, () => String(randomInt(10))).join('')

export const tradeOf = ({ trades }: Books, transactionId: string): Trade | undefined =>
  [...trades.values()].find((each) => each.transactionId === transactionId)

const refundedOf = ({ refunds }: Books, { no: trade }: Trade): number =>
  [...refunds.values()].filter((each) => each.trade === trade).reduce((sum, { amount }) => sum + amount, 0)

export type RefundWanted = { readonly no: string; readonly amount: number; readonly total: number }

/** One refund number, one refund; never above what was paid. */
export function refund(books: Books, trade: Trade | undefined, wanted: RefundWanted): Refund | No {
  if (trade?.state !== 'SUCCESS') return no(404, 'RESOURCE_NOT_EXISTS', 'there is no such paid order')
  const before = books.refunds.get(wanted.no)
  if (before && before.amount === wanted.amount) return before
  if (before || wanted.total !== trade.total)
    return no(400, 'INVALID_REQUEST', 'the amounts differ from the request before')
  if (wanted.amount > trade.total - refundedOf(books, trade))
    return no(400, 'INVALID_REQUEST', 'the refund is above what was paid')
  const made: Refund = {
    no: wanted.no,
    refundId: longNumber('503'),
    trade: trade.no,
    amount: wanted.amount,
    at: Date.now()
  }
  books.refunds.set(made.no, made)
  return made
}

/** Finishing takes at most the risk amount, once; the money comes by a transaction of its own. */
export function complete(books: Books, service: ServiceOrder, total: number): ServiceOrder | No {
  if (service.state === 'DONE' && service.total === total) return service
  if (service.state === 'DONE') return no(400, 'ORDER_DONE', 'the order is finished')
  if (service.state !== 'DOING') return no(400, 'INVALID_ORDER_STATE', `the order is ${service.state}`)
  if (total > service.risk) return no(400, 'PARAM_ERROR', 'the total is above the risk amount')
  const made: ServiceOrder = { ...service, state: 'DONE', total }
  books.services.set(made.no, made)
  return made
}

export function cancel(books: Books, service: ServiceOrder): ServiceOrder | No {
  if (service.state === 'REVOKED') return service
  if (service.state === 'DONE') return no(400, 'ORDER_DONE', 'the order is finished')
  const made: ServiceOrder = { ...service, state: 'REVOKED' }
  books.services.set(made.no, made)
  return made
}

/** The payer pays what stands open. @returns the trade */
export function collect(books: Books, service: ServiceOrder): Trade {
  const { no: own, total, attach, notifyUrl } = service
  const trade: Trade = {
    no: own,
    transactionId: longNumber('42'),
    total: total ?? 0,
    state: 'SUCCESS',
    paidAt: Date.now(),
    attach,
    notifyUrl
  }
  books.trades.set(trade.no, trade)
  books.services.set(own, { ...service, paidBy: trade.transactionId })
  return trade
}
