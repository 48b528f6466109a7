import {
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  randomUUID,
  type KeyObject
} from 'node:crypto'
import { tradeBill } from './bill.ts'
import { fen, fieldsOf, yuan } from './words.ts'
import { frozenWords, tradeWords } from './said.ts'
import { openHouse, type House, type HouseSettings, type Spoken } from '../house.ts'
import {
  cancel,
  create,
  isNo,
  no,
  pay,
  refund,
  refundedOf,
  unfreeze,
  type Books,
  type Frozen,
  type No
} from './books.ts'

export type AlipayHouseSettings = HouseSettings & {
  readonly appId: string
  readonly sellerId: string
  readonly appPublicKey: string // PEM, the merchant's.
  /** The payer scans at once; else `POST /control/pay` plays the payer. */
  readonly paysAtOnce: boolean
}

export type AlipayHouse = {
  readonly url: string // With the path of the gateway.
  readonly publicKey: string // PEM: what the merchant verifies with.
  readonly books: Books
  /** A notification as it would be sent now. */
  notice(fields: Readonly<Record<string, string>>): string
  close(): Promise<void>
}

type Room = {
  readonly settings: AlipayHouseSettings
  readonly house: House
  readonly books: Books
  readonly own: KeyObject
  readonly stranger: KeyObject
  readonly merchant: KeyObject
  readonly shelf: Map<string, Buffer> // Bills that wait to be fetched.
  readonly at: { url: string }
}

/** `k=v` sorted and joined by `&`: what RSA2 signs. */
const signedText = (fields: URLSearchParams, without: readonly string[]): string =>
  [...fields.keys()]
    .filter((name) => !without.includes(name) && fields.get(name) !== '')
    .toSorted()
    .map((name) => `${name}=${fields.get(name)}`)
    .join('&')

const signed = (text: string, key: KeyObject): string =>
  createSign('RSA-SHA256').update(text, 'utf8').sign(key, 'base64')

/** A house that speaks Alipay's gateway: freeze by code, pay from frozen, unfreeze, refund, queries, notifications. */
export async function openAlipay(settings: AlipayHouseSettings): Promise<AlipayHouse> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const house = openHouse(settings, (number) => scanned(room, number))
  const room: Room = {
    settings,
    house,
    books: { frozen: new Map(), trades: new Map(), refunds: new Map() },
    own: pair.privateKey,
    stranger: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    merchant: createPublicKey(settings.appPublicKey),
    shelf: new Map(),
    at: { url: '' }
  }
  house.app.post('/gateway.do', async (request, reply) => {
    const fields = fieldsOf(request.url, String(request.body))
    const method = fields.get('method') ?? ''
    const speak = (node: object): Spoken => spoken(room, method, node)
    const down = (): Spoken =>
      speak({ code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' })
    return house.answer(reply, () => speak(answerOf(room, method, fields)), down)
  })
  house.app.get('/downloadBillFile.resource', async (request, reply) => {
    const bill = room.shelf.get(new URLSearchParams(request.url.split('?')[1] ?? '').get('token') ?? '')
    return bill ? reply.type('application/zip').send(bill) : reply.code(404).send()
  })
  const { url, close } = await house.open()
  room.at.url = url
  return {
    url: `${url}/gateway.do`,
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    books: room.books,
    notice: (fields) => sealed(room, fields, room.own),
    close
  }
}

/** The signature covers the characters of the node as they go out. */
function spoken({ own }: Room, method: string, node: object): Spoken {
  const text = JSON.stringify(node).replaceAll('/', '\\/') // As Alipay's own serialiser writes it.
  const whole = `{"${method.replaceAll('.', '_')}_response":${text},"sign":"${signed(text, own)}"}`
  return { status: 200, text: whole, headers: { 'content-type': 'application/json;charset=utf-8' } }
}

type Content = Readonly<Record<string, string>>
type Act = (room: Room, content: Content, notifyUrl: string) => object | No

function answerOf(room: Room, method: string, fields: URLSearchParams): object {
  const isOurs =
    fields.get('app_id') === room.settings.appId &&
    createVerify('RSA-SHA256')
      .update(signedText(fields, ['sign']), 'utf8')
      .verify(room.merchant, fields.get('sign') ?? '', 'base64')
  if (!isOurs)
    return { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature', sub_msg: '验签出错' }
  const act = Object.hasOwn(acts, method) ? acts[method] : undefined
  if (!act) return { code: '40004', msg: 'Business Failed', sub_code: 'isv.invalid-method', sub_msg: method }
  const content = JSON.parse(fields.get('biz_content') ?? '{}') as Content
  const said = act(room, content, fields.get('notify_url') ?? '')
  if (isNo(said)) return { code: '40004', msg: 'Business Failed', sub_code: said.sub, sub_msg: said.detail }
  return { code: '10000', msg: 'Success', ...said }
}

const on = (said: Frozen | No, words: (frozen: Frozen) => object): object | No =>
  isNo(said) ? said : words(said)

const acts: Readonly<Record<string, Act>> = {
  'alipay.data.dataservice.bill.downloadurl.query': (room, { bill_date: date = '' }) => {
    const bill = tradeBill(room.books, room.settings.sellerId, date)
    if (bill === undefined) return no('isp.bill_not_exist', '账单不存在')
    const token = randomUUID()
    room.shelf.set(token, bill)
    return { bill_download_url: `${room.at.url}/downloadBillFile.resource?token=${token}` }
  },
  'alipay.fund.auth.order.voucher.create': (room, content, notifyUrl) => {
    const { out_order_no: own = '', amount = '' } = content
    const made = create(room.books, { no: own, amount: fen(amount), notifyUrl })
    if (!isNo(made) && room.settings.paysAtOnce) scanned(room, own)
    return on(made, () => ({
      out_order_no: own,
      out_request_no: own,
      code_type: 'qrCode',
      code_value: `https://qr.alipay.com/${own}`
    }))
  },
  'alipay.fund.auth.operation.detail.query': ({ books }, { out_order_no: own = '' }) =>
    on(books.frozen.get(own) ?? no('AUTH_ORDER_NOT_EXIST'), frozenWords),
  'alipay.fund.auth.order.unfreeze': (
    room,
    { auth_no: authNo = '', amount = '', out_request_no: request = '' }
  ) => {
    const said = unfreeze(room.books, authNo, fen(amount))
    if (!isNo(said))
      notify(room, said, { notify_type: 'fund_auth_unfreeze', amount, out_request_no: request })
    return on(said, (frozen) => ({ ...frozenWords(frozen), out_request_no: request, amount }))
  },
  'alipay.fund.auth.operation.cancel': ({ books }, { out_order_no: own = '' }) =>
    on(cancel(books, own), (frozen) => ({ auth_no: frozen.authNo, out_order_no: own, action: 'close' })),
  'alipay.trade.pay': (
    room,
    {
      out_trade_no: own = '',
      auth_no: authNo = '',
      total_amount: total = '',
      auth_confirm_mode: mode = '',
      store_id: store = ''
    }
  ) => {
    const said = pay(room.books, { no: own, authNo, amount: fen(total), mode, store })
    if (isNo(said)) return said
    const frozen = room.books.frozen.get(said.freeze)
    if (frozen)
      notify(room, frozen, {
        notify_type: 'trade_status_sync',
        out_trade_no: own,
        total_amount: total,
        trade_status: 'TRADE_SUCCESS'
      })
    return tradeWords(said)
  },
  'alipay.trade.query': ({ books }, { out_trade_no: own = '' }) => {
    const trade = books.trades.get(own)
    return trade ? tradeWords(trade) : no('ACQ.TRADE_NOT_EXIST')
  },
  'alipay.trade.refund': (
    { books },
    { out_trade_no: trade = '', out_request_no: own = '', refund_amount: amount = '' }
  ) => {
    const said = refund(books, { trade, no: own, amount: fen(amount) })
    const found = books.trades.get(trade)
    if (isNo(said) || !found) return isNo(said) ? said : no('ACQ.TRADE_NOT_EXIST')
    return { ...tradeWords(found), fund_change: 'Y', refund_fee: yuan(refundedOf(books, found)) }
  },
  'alipay.trade.fastpay.refund.query': (
    { books },
    { out_request_no: own = '', out_trade_no: trade = '' }
  ) => {
    const found = books.refunds.get(own)
    if (!books.trades.has(trade)) return no('ACQ.TRADE_NOT_EXIST')
    return found
      ? {
          out_trade_no: trade,
          out_request_no: own,
          refund_amount: yuan(found.amount),
          refund_status: 'REFUND_SUCCESS'
        }
      : {}
  }
}

function scanned(room: Room, own: string): boolean {
  const frozen = room.books.frozen.get(own)
  if (frozen?.state !== 'INIT') return false
  const made: Frozen = { ...frozen, state: 'SUCCESS' }
  room.books.frozen.set(own, made)
  notify(room, made, {
    notify_type: 'fund_auth_freeze',
    amount: yuan(made.amount),
    out_request_no: own,
    status: 'SUCCESS'
  })
  return true
}

/** `yyyy-MM-dd HH:mm:ss` in Chinese time. */
const stamp = (): string => new Date(Date.now() + 28_800_000).toISOString().slice(0, 19).replace('T', ' ')

function sealed({ settings }: Room, fields: Content, key: KeyObject): string {
  const form = new URLSearchParams({
    notify_time: stamp(),
    notify_id: randomUUID().replaceAll('-', ''),
    app_id: settings.appId,
    charset: 'utf-8',
    version: '1.0',
    ...fields
  })
  const sign = signed(signedText(form, ['sign', 'sign_type']), key)
  form.set('sign_type', 'RSA2')
  form.set('sign', sign)
  return form.toString()
}

function notify(room: Room, frozen: Frozen, fields: Content): void {
  const { sellerId } = room.settings
  const fixed = {
    notify_id: randomUUID().replaceAll('-', ''),
    out_order_no: frozen.no,
    auth_no: frozen.authNo,
    payee_user_id: sellerId
  }
  room.house.courier.send({
    url: frozen.notifyUrl,
    seal: (forged) => ({
      body: forged
        ? sealed(room, { ...fixed, ...fields, notify_id: randomUUID(), amount: '10000.00' }, room.stranger)
        : sealed(room, { ...fixed, ...fields }, room.own),
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
    }),
    isTaken: (_, text) => text === 'success'
  })
}
