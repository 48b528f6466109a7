import { randomInt } from 'node:crypto'

export type Frozen = {
  readonly no: string
  readonly authNo: string
  readonly amount: number // Fen.
  readonly state: 'INIT' | 'SUCCESS' | 'CLOSED'
  readonly paid: number
  readonly unfrozen: number
  readonly isFinished: boolean
  readonly notifyUrl: string
}
export type Trade = {
  readonly no: string
  readonly tradeNo: string
  readonly freeze: string
  readonly amount: number
  readonly mode: string
  readonly store: string
  readonly at: number // Milliseconds.
}
export type Refund = {
  readonly no: string
  readonly trade: string
  readonly amount: number
  readonly at: number
}
export type Books = {
  readonly frozen: Map<string, Frozen>
  readonly trades: Map<string, Trade>
  readonly refunds: Map<string, Refund>
}

export type No = { readonly sub: string; readonly detail: string }
export const no = (sub: string, detail = sub): No => ({ sub, detail })
export const isNo = (said: object): said is No => 'sub' in said

export const longNumber = (prefix: string): string =>
  prefix + Array.from({ length: 28 - prefix.length }, () => String(randomInt(10))).join('')

export const restOf = ({ amount, paid, unfrozen, state }: Frozen): number =>
  state === 'SUCCESS' ? amount - paid - unfrozen : 0

export const isOver = (frozen: Frozen): boolean => frozen.isFinished || restOf(frozen) === 0

/** One number, one freeze; another amount under it is refused. */
export function create(
  { frozen }: Books,
  wanted: { no: string; amount: number; notifyUrl: string }
): Frozen | No {
  const before = frozen.get(wanted.no)
  if (before)
    return before.amount === wanted.amount ? before : no('ORDER_ALREADY_EXIST', 'with another amount')
  const made: Frozen = {
    ...wanted,
    authNo: longNumber('2026'),
    state: 'INIT',
    paid: 0,
    unfrozen: 0,
    isFinished: false
  }
  frozen.set(made.no, made)
  return made
}

export type PayWanted = {
  readonly no: string
  readonly authNo: string
  readonly amount: number
  readonly mode: string
  readonly store: string
}

/** Pays from what is frozen; COMPLETE unfreezes the rest with it. */
export function pay(books: Books, { no: own, authNo, amount, mode, store }: PayWanted): Trade | No {
  const before = books.trades.get(own)
  if (before) return before.amount === amount ? before : no('ACQ.TRADE_HAS_SUCCESS', 'paid already')
  const freeze = [...books.frozen.values()].find((each) => each.authNo === authNo)
  if (freeze?.state !== 'SUCCESS') return no('ACQ.AUTH_NO_ERROR', 'there is no such freeze')
  if (isOver(freeze)) return no('ORDER_ALREADY_FINISH', 'nothing is frozen any more')
  if (amount > restOf(freeze)) return no('ACQ.AUTH_AMOUNT_NOT_ENOUGH', `only ${restOf(freeze)} are frozen`)
  const made: Trade = {
    no: own,
    tradeNo: longNumber('2026'),
    freeze: freeze.no,
    amount,
    mode,
    store,
    at: Date.now()
  }
  books.trades.set(own, made)
  const paid = freeze.paid + amount
  const isLast = mode === 'COMPLETE'
  const unfrozen = isLast ? freeze.amount - paid : freeze.unfrozen
  books.frozen.set(freeze.no, { ...freeze, paid, unfrozen, isFinished: isLast })
  return made
}

export function unfreeze(books: Books, authNo: string, amount: number): Frozen | No {
  const freeze = [...books.frozen.values()].find((each) => each.authNo === authNo)
  if (freeze?.state !== 'SUCCESS') return no('AUTH_ORDER_NOT_EXIST')
  if (isOver(freeze)) return no('ORDER_ALREADY_FINISH')
  if (amount > restOf(freeze)) return no('AUTH_AMOUNT_NOT_ENOUGH')
  const unfrozen = freeze.unfrozen + amount
  const made = { ...freeze, unfrozen, isFinished: freeze.paid + unfrozen === freeze.amount }
  books.frozen.set(made.no, made)
  return made
}

/** Calls back a code that nobody has paid. */
export function cancel(books: Books, own: string): Frozen | No {
  const freeze = books.frozen.get(own)
  if (!freeze) return no('AUTH_ORDER_NOT_EXIST')
  if (freeze.state === 'SUCCESS')
    return isOver(freeze) ? no('ORDER_ALREADY_FINISH') : unfreeze(books, freeze.authNo, restOf(freeze))
  const made: Frozen = { ...freeze, state: 'CLOSED', isFinished: true }
  books.frozen.set(own, made)
  return made
}

export function refund(books: Books, wanted: { trade: string; no: string; amount: number }): Refund | No {
  const trade = books.trades.get(wanted.trade)
  if (!trade) return no('ACQ.TRADE_NOT_EXIST')
  const before = books.refunds.get(wanted.no)
  if (before) return before.amount === wanted.amount ? before : no('ACQ.CONTEXT_INCONSISTENT')
  const back = refundedOf(books, trade)
  if (wanted.amount > trade.amount - back) return no('ACQ.REASON_TRADE_REFUND_FEE_ERR', 'above what was paid')
  const made: Refund = { ...wanted, at: Date.now() }
  books.refunds.set(wanted.no, made)
  return made
}

export const refundedOf = ({ refunds }: Books, trade: Trade): number =>
  [...refunds.values()].filter((each) => each.trade === trade.no).reduce((sum, { amount }) => sum + amount, 0)
