import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { openHouse, type House, type HouseSettings, type Spoken } from '../house.ts'
import {
  cancel,
  collect,
  complete,
  longNumber,
  refund,
  tradeOf,
  type Books,
  type No,
  type ServiceOrder,
  type Trade
} from './orders.ts'
import { putOn, serveBills, tradeBill, type Shelf } from './bill.ts'
import { openSeals, type SealSettings, type Seals } from './seals.ts'
import { NativeWanted, RefundWanted, ScoreWanted } from './wanted.ts'
import { refundNotice, refundWords, serviceWords, tradeWords, type Merchant } from './words.ts'

export type WechatHouseSettings = HouseSettings &
  SealSettings &
  Merchant & {
    /** The payer pays at once; else `POST /control/pay` plays the payer. */
    readonly paysAtOnce: boolean
  }

export type WechatHouse = {
  readonly url: string
  readonly books: Books
  readonly seals: Seals
  close(): Promise<void>
}

type Room = {
  readonly settings: WechatHouseSettings
  readonly house: House
  readonly seals: Seals
  readonly books: Books
  readonly shelf: Shelf
  readonly at: { url: string }
}

type Acting = {
  readonly room: Room
  readonly no: string
  readonly body: unknown
  readonly query: URLSearchParams
}
type Act = (acting: Acting) => object | No | undefined

const isNo = (said: object): said is No => 'code' in said && 'message' in said && 'status' in said
const isRefunded = ({ books }: Room, { no }: Trade): boolean =>
  [...books.refunds.values()].some(({ trade }) => trade === no)

/** A house that speaks WeChat Pay v3: native orders, pay-score service orders, refunds, certificates, callbacks. */
export async function openWechat(settings: WechatHouseSettings): Promise<WechatHouse> {
  const books: Books = { trades: new Map(), services: new Map(), refunds: new Map() }
  const house = openHouse(settings, (no) => paid(room, no))
  const seals = openSeals(settings)
  const room: Room = { settings, house, seals, books, shelf: new Map(), at: { url: '' } }
  for (const [line, act] of Object.entries(acts)) {
    const [method = '', url = ''] = line.split(' ')
    house.app.route({
      method,
      url,
      handler: async (request, reply) => serve(room, { request, reply }, act)
    })
  }
  serveBills(house.app, room)
  const { url, close } = await house.open()
  room.at.url = url
  return { url, books, seals, close }
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

/** Whatever goes back is signed; a request that is not is refused. */
async function serve(room: Room, { request, reply }: Exchange, act: Act): Promise<unknown> {
  const signed = (status: number, body: object | undefined): Spoken => {
    const text = body === undefined ? '' : JSON.stringify(body)
    return { status, text, headers: { 'content-type': 'application/json', ...room.seals.headers(text) } }
  }
  const spoken = (): Spoken => {
    const body = typeof request.body === 'string' ? request.body : ''
    const authorization = String(request.headers.authorization)
    const isOurs = room.seals.isMerchants({ method: request.method, path: request.url, body, authorization })
    if (!isOurs) return signed(401, { code: 'SIGN_ERROR', message: 'the signature is wrong' })
    const no = (request.params as { no?: string }).no ?? ''
    const query = new URLSearchParams(request.url.split('?')[1] ?? '')
    const said = act({ room, no, query, body: body === '' ? {} : JSON.parse(body) })
    if (said && isNo(said)) return signed(said.status, { code: said.code, message: said.message })
    return signed(said ? 200 : 204, said)
  }
  return room.house.answer(reply, spoken, () => signed(500, { code: 'SYSTEM_ERROR', message: 'try later' }))
}

const absent = (code: string): No => ({ status: 404, code, message: 'there is no such order' })

const onTrade = (
  room: Room,
  no: string,
  act: (trade: Trade) => object | No | undefined
): object | No | undefined => {
  const trade = room.books.trades.get(no)
  return trade ? act(trade) : absent('ORDER_NOT_EXIST')
}
const onService = (
  room: Room,
  no: string,
  act: (service: ServiceOrder) => ServiceOrder | No
): object | No => {
  const service = room.books.services.get(no)
  if (!service) return absent('ORDER_NOT_EXIST')
  const said = act(service)
  return isNo(said) ? said : serviceWords(room.settings, said)
}

const acts: Readonly<Record<string, Act>> = {
  'GET /v3/bill/tradebill': ({ room, query }) => {
    const bill = tradeBill(room.settings, room.books, query.get('bill_date') ?? '')
    if (bill === undefined) return { status: 400, code: 'NO_STATEMENT_EXIST', message: '账单文件不存在' }
    return putOn(room.shelf, bill, room.at.url)
  },
  'GET /v3/certificates': ({ room: { seals } }) => ({
    data: [
      {
        serial_no: seals.serial,
        effective_time: '2025-01-01T00:00:00+08:00',
        expire_time: '2030-01-01T00:00:00+08:00',
        encrypt_certificate: seals.envelope(seals.certificate, 'certificate')
      }
    ]
  }),
  'POST /v3/pay/transactions/native': ({ room, body }) => native(room, NativeWanted.parse(body)),
  'GET /v3/pay/transactions/out-trade-no/:no': ({ room, no }) =>
    onTrade(room, no, (trade) => tradeWords(room.settings, trade, isRefunded(room, trade))),
  'POST /v3/pay/transactions/out-trade-no/:no/close': ({ room, no }) =>
    onTrade(room, no, (trade) => {
      if (trade.state === 'SUCCESS') return { status: 400, code: 'ORDERPAID', message: 'the order is paid' }
      room.books.trades.set(no, { ...trade, state: 'CLOSED' })
      return undefined
    }),
  'POST /v3/refund/domestic/refunds': ({ room, body }) => giveBack(room, RefundWanted.parse(body)),
  'GET /v3/refund/domestic/refunds/:no': ({ room, no }) => {
    const found = room.books.refunds.get(no)
    const trade = found && room.books.trades.get(found.trade)
    return found && trade ? refundWords(found, trade) : absent('RESOURCE_NOT_EXISTS')
  },
  'POST /v3/payscore/serviceorder': ({ room, body }) => service(room, ScoreWanted.parse(body)),
  'GET /v3/payscore/serviceorder': ({ room, query }) =>
    onService(room, query.get('out_order_no') ?? '', (found) => found),
  'POST /v3/payscore/serviceorder/:no/cancel': ({ room, no }) =>
    onService(room, no, (found) => cancel(room.books, found)),
  'POST /v3/payscore/serviceorder/:no/complete': ({ room, no, body }) => {
    const { total_amount: total } = z.object({ total_amount: z.int().min(0) }).parse(body)
    const said = onService(room, no, (found) => complete(room.books, found, total))
    if (!isNo(said) && room.settings.paysAtOnce) paid(room, no)
    return said
  }
}

function native(room: Room, wanted: z.infer<typeof NativeWanted>): object | No {
  const { out_trade_no: no, amount, attach, notify_url: notifyUrl } = wanted
  const before = room.books.trades.get(no)
  if (before && before.total !== amount.total)
    return { status: 403, code: 'OUT_TRADE_NO_USED', message: 'this number was used with another amount' }
  const made: Trade = before ?? {
    no,
    transactionId: longNumber('42'),
    total: amount.total,
    state: 'NOTPAY',
    paidAt: 0,
    attach,
    notifyUrl
  }
  room.books.trades.set(no, made)
  if (room.settings.paysAtOnce) paid(room, no)
  return { code_url: `weixin://wxpay/bizpayurl?pr=${no.slice(0, 8)}` }
}

function service(room: Room, wanted: z.infer<typeof ScoreWanted>): object | No {
  const { out_order_no: no, risk_fund: risk, attach, notify_url: notifyUrl } = wanted
  if (wanted.openid === 'openid-declined')
    return { status: 403, code: 'NO_AUTH', message: 'the payer may not use this' }
  const before = room.books.services.get(no)
  if (before && before.risk !== risk.amount)
    return { status: 400, code: 'INVALID_REQUEST', message: 'this number was used with another amount' }
  const fresh: ServiceOrder = {
    no,
    orderId: longNumber('15'),
    state: 'DOING',
    risk: risk.amount,
    total: null,
    paidBy: null,
    attach,
    notifyUrl
  }
  const made = before ?? fresh
  room.books.services.set(no, made)
  if (!before)
    notify(room, {
      url: notifyUrl,
      type: 'PAYSCORE.USER_OPEN_SERVICE',
      kind: 'payscore',
      content: serviceWords(room.settings, made)
    })
  return serviceWords(room.settings, made)
}

function giveBack(room: Room, wanted: z.infer<typeof RefundWanted>): object | No {
  const { transaction_id: id, out_trade_no: no, out_refund_no: own, amount } = wanted
  const trade = id === undefined ? room.books.trades.get(no ?? '') : tradeOf(room.books, id)
  const said = refund(room.books, trade, { no: own, amount: amount.refund, total: amount.total })
  if (isNo(said) || !trade) return isNo(said) ? said : absent('RESOURCE_NOT_EXISTS')
  const content = refundNotice(room.settings, said, trade)
  notify(room, { url: trade.notifyUrl, type: 'REFUND.SUCCESS', kind: 'refund', content })
  return refundWords(said, trade)
}

/** The payer pays a code, or what a finished service order asks. */
function paid(room: Room, no: string): boolean {
  const open = room.books.services.get(no)
  if (open?.state === 'DONE' && open.paidBy === null) {
    collect(room.books, open)
    const done = room.books.services.get(no) ?? open
    notify(room, {
      url: open.notifyUrl,
      type: 'PAYSCORE.USER_PAID',
      kind: 'payscore',
      content: serviceWords(room.settings, done)
    })
    return true
  }
  const trade = room.books.trades.get(no)
  if (trade?.state !== 'NOTPAY') return false
  const made: Trade = { ...trade, state: 'SUCCESS', paidAt: Date.now() }
  room.books.trades.set(no, made)
  notify(room, {
    url: trade.notifyUrl,
    type: 'TRANSACTION.SUCCESS',
    kind: 'transaction',
    content: tradeWords(room.settings, made)
  })
  return true
}

type Notice = { readonly url: string; readonly type: string; readonly kind: string; readonly content: object }

function notify({ seals, house }: Room, { url, type, kind, content }: Notice): void {
  const own = randomUUID()
  house.courier.send({
    url,
    seal(forged) {
      const shown = forged ? { ...content, amount: { total: 1_000_000, currency: 'CNY' } } : content
      const body = JSON.stringify({
        id: forged ? randomUUID() : own,
        create_time: new Date().toISOString(),
        resource_type: 'encrypt-resource',
        event_type: type,
        summary: type,
        resource: { original_type: kind, ...seals.envelope(JSON.stringify(shown), kind) }
      })
      return { body, headers: { 'content-type': 'application/json', ...seals.headers(body, forged) } }
    },
    isTaken: (status) => status === 200 || status === 204
  })
}
