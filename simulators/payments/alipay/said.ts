import { isOver, restOf, type Frozen, type Trade } from './books.ts'
import { yuan } from './words.ts'

const orderStatus = (frozen: Frozen): string => {
  if (frozen.state !== 'SUCCESS') return frozen.state
  return isOver(frozen) ? 'FINISH' : 'AUTHORIZED'
}

export const frozenWords = (frozen: Frozen): object => ({
  auth_no: frozen.authNo,
  out_order_no: frozen.no,
  out_request_no: frozen.no,
  operation_id: frozen.authNo.slice(0, 20),
  operation_type: 'FREEZE',
  amount: yuan(frozen.amount),
  status: frozen.state,
  order_status: orderStatus(frozen),
  total_freeze_amount: yuan(frozen.amount),
  total_pay_amount: yuan(frozen.paid),
  rest_amount: yuan(restOf(frozen))
})

export const tradeWords = (trade: Trade): object => ({
  out_trade_no: trade.no,
  trade_no: trade.tradeNo,
  total_amount: yuan(trade.amount),
  trade_status: 'TRADE_SUCCESS'
})
