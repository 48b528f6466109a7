import type { Refund, ServiceOrder, Trade } from './orders.ts'

export type Merchant = { readonly mchid: string; readonly appid: string; readonly serviceId: string }

export const tradeWords = (
  { mchid, appid }: Merchant,
  { no, transactionId, total, state, attach }: Trade,
  isRefunded = false
): object => ({
  appid,
  mchid,
  out_trade_no: no,
  trade_type: 'NATIVE',
  trade_state: isRefunded && state === 'SUCCESS' ? 'REFUND' : state,
  trade_state_desc: state,
  attach,
  ...(state === 'SUCCESS'
    ? {
        transaction_id: transactionId,
        bank_type: 'OTHERS',
        success_time: '2026-01-01T12:00:00+08:00',
        payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
        amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' }
      }
    : {})
})

export const refundWords = ({ no, refundId, amount }: Refund, trade: Trade): object => ({
  refund_id: refundId,
  out_refund_no: no,
  transaction_id: trade.transactionId,
  out_trade_no: trade.no,
  channel: 'ORIGINAL',
  status: 'SUCCESS',
  amount: { refund: amount, total: trade.total, payer_refund: amount, currency: 'CNY' }
})

export const refundNotice = (
  { mchid }: Merchant,
  { no, refundId, amount }: Refund,
  trade: Trade
): object => ({
  mchid,
  out_trade_no: trade.no,
  transaction_id: trade.transactionId,
  out_refund_no: no,
  refund_id: refundId,
  refund_status: 'SUCCESS',
  amount: { total: trade.total, refund: amount, payer_total: trade.total, payer_refund: amount }
})

export const serviceWords = ({ mchid, appid, serviceId }: Merchant, service: ServiceOrder): object => ({
  appid,
  mchid,
  service_id: serviceId,
  out_order_no: service.no,
  order_id: service.orderId,
  state: service.state,
  risk_fund: { name: 'ESTIMATE_ORDER_COST', amount: service.risk },
  attach: service.attach,
  ...(service.total === null ? {} : { total_amount: service.total }),
  ...(service.state === 'DONE' ? { need_collection: true, collection: collectionOf(service) } : {})
})

function collectionOf({ total, paidBy }: ServiceOrder): object {
  const isPaid = paidBy !== null
  return {
    state: isPaid ? 'USER_PAID' : 'USER_PAYING',
    total_amount: total,
    paying_amount: isPaid ? 0 : total,
    paid_amount: isPaid ? total : 0,
    ...(isPaid ? { details: [{ seq: 1, amount: total, paid_type: 'NEWTON', transaction_id: paidBy }] } : {})
  }
}
