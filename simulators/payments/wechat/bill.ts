import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Books, Refund, Trade } from './orders.ts'
import type { Seals } from './seals.ts'
import type { Merchant } from './words.ts'

const heads =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,' +
  '代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,' +
  '申请退款金额,费率备注'
const sums = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'

const yuan = (fen: number): string => (fen / 100).toFixed(2)
const stamp = (ms: number): string => new Date(ms + 28_800_000).toISOString().slice(0, 19).replace('T', ' ')
const line = (fields: readonly (string | number)[]): string => fields.map((field) => `\`${field}`).join(',')

const words = (text: string): string[] => text.split(' ')

const common = ({ mchid, appid }: Merchant, { transactionId, no }: Trade, at: number) => [
  stamp(at),
  appid,
  mchid,
  '0',
  '',
  transactionId,
  no,
  'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  'NATIVE'
]

const payment = (merchant: Merchant, trade: Trade): string =>
  line([
    ...common(merchant, trade, trade.paidAt),
    ...words('SUCCESS OTHERS CNY'),
    yuan(trade.total),
    ...words('0.00 0 0 0.00 0.00'),
    '',
    '',
    '电动汽车充电',
    trade.attach,
    ...words('0.00000 0.60%'),
    yuan(trade.total),
    '0.00',
    ''
  ])

const givenBack = (merchant: Merchant, trade: Trade, { refundId, no, amount, at }: Refund): string =>
  line([
    ...common(merchant, trade, at),
    ...words('REFUND OTHERS CNY 0.00 0.00'),
    refundId,
    no,
    yuan(amount),
    ...words('0.00 ORIGINAL SUCCESS'),
    '电动汽车充电',
    trade.attach,
    ...words('0.00000 0.60% 0.00'),
    yuan(amount),
    ''
  ])

/** The trade bill of a day (ALL), in Chinese time; undefined when nothing was paid or given back. */
export function tradeBill(merchant: Merchant, books: Books, date: string): string | undefined {
  const isOf = (ms: number): boolean => stamp(ms).startsWith(date)
  const trades = [...books.trades.values()].filter((each) => each.state === 'SUCCESS' && isOf(each.paidAt))
  const refunds = [...books.refunds.values()].flatMap((refund) => {
    const trade = books.trades.get(refund.trade)
    return trade && isOf(refund.at) ? [{ refund, trade }] : []
  })
  if (trades.length + refunds.length === 0) return undefined
  const total = yuan(trades.reduce((sum, each) => sum + each.total, 0))
  const back = yuan(refunds.reduce((sum, { refund }) => sum + refund.amount, 0))
  const rows = [
    ...trades.map((trade) => payment(merchant, trade)),
    ...refunds.map(({ refund, trade }) => givenBack(merchant, trade, refund))
  ]
  const last = line([rows.length, total, back, '0.00', '0.00000', total, back])
  return `\u{feff}${[heads, ...rows, sums, last].join('\r\n')}\r\n`
}

/** Bills that wait to be fetched, each under a token of its own. */
export type Shelf = Map<string, string>

export function putOn(shelf: Shelf, bill: string, url: string): object {
  const token = randomBytes(24).toString('base64url')
  shelf.set(token, bill)
  return {
    hash_type: 'SHA1',
    hash_value: createHash('sha1').update(bill).digest('hex'),
    download_url: `${url}/v3/billdownload/file?token=${token}`
  }
}

type Serving = { readonly seals: Seals; readonly shelf: Shelf }

/** A bill is fetched once, by a signed request; the answer itself carries no signature. */
export function serveBills(app: FastifyInstance, { seals, shelf }: Serving): void {
  app.get('/v3/billdownload/file', async (request, reply) => {
    const authorization = String(request.headers.authorization)
    const isOurs = seals.isMerchants({ method: 'GET', path: request.url, body: '', authorization })
    const token = new URLSearchParams(request.url.split('?')[1] ?? '').get('token') ?? ''
    const bill = isOurs ? shelf.get(token) : undefined
    shelf.delete(token)
    if (bill === undefined) return reply.code(isOurs ? 404 : 401).send()
    return reply.type('text/plain').send(bill)
  })
}
