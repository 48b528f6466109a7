import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  confirmed,
  instantIn,
  isOpened,
  linesOf,
  ownerOf,
  referenceOf,
  signedFen,
  usual,
  type BillRow,
  type BillSource
} from '../bill.ts'
import { readAttach } from './attach.ts'
import { openClient, type Client, type WechatSettings } from './client.ts'
import { restOf, wechatNative } from './native.ts'
import { wechatScore } from './score.ts'

const Ready = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().regex(/^[0-9a-f]{40}$/i),
  download_url: z.url()
})
const Failure = z.object({ code: z.string() })
const openedAtHour = 10 // Chinese time of the next day: from then on a bill that is not there is an empty one.

/** Trade bills of WeChat Pay v3 (`/v3/bill/tradebill`, then a signed download), of one of its two products. */
export function wechatBills(settings: WechatSettings, product: 'wechat' | 'wechat-score'): BillSource {
  const client = openClient(settings)
  const provider = product === 'wechat' ? wechatNative(settings) : wechatScore(settings)
  const isScore = product === 'wechat-score'
  return {
    provider: product,
    timeZone: 'Asia/Shanghai',
    download: async (date) => download(client, date),
    // A row that does not say is of whichever product knows the payment.
    parse: (file) => readTradeBill(file).filter((row) => (row.isScore ?? isScore) === isScore),
    ownerOf,
    ...(isScore ? {} : { takesFirst: true as const }),
    confirm: async (tenantId, paymentId) =>
      confirmed(provider, `${tenantId}.${paymentId}`, (known) =>
        // A code is paid whole: until the rest goes back, all of it is ours.
        !isScore && known.state === 'authorised'
          ? { state: 'captured', currency: known.currency, amountMinor: known.amountMinor }
          : usual(known)
      )
  }
}

async function download(client: Client, date: string): Promise<string | null> {
  const said = await client.ask('GET', `/v3/bill/tradebill?bill_date=${date}&bill_type=ALL`)
  if (typeof said === 'string') return null
  const failure = Failure.safeParse(said.body)
  if (said.status === 400 && failure.success && failure.data.code === 'NO_STATEMENT_EXIST')
    return isOpened(date, openedAtHour, client.settings.now()) ? '' : null
  const ready = Ready.safeParse(said.body)
  if (said.status !== 200 || !ready.success) return null
  const bytes = await client.file(ready.data.download_url)
  if (typeof bytes === 'string') return null
  const isWhole = createHash('sha1').update(bytes).digest('hex') === ready.data.hash_value.toLowerCase()
  return isWhole ? bytes.toString('utf8') : null
}

/** Names of the columns that are read, as the bill's first line has them. */
const column = {
  at: '交易时间',
  transaction: '微信订单号',
  number: '商户订单号',
  state: '交易状态',
  currency: '货币种类',
  refund: '微信退款单号',
  refundNumber: '商户退款单号',
  refundState: '退款状态',
  attach: '商户数据包',
  total: '订单金额',
  refunded: '申请退款金额'
} as const
const sums = { count: '总交易单数', total: '订单总金额', refunded: '申请退款总金额' } as const

/**
 * A trade bill of kind ALL: a line of names, rows whose fields begin with a back-quote, a line of names of sums, the sums.
 * @throws RangeError when a field is missing, or the sums are not those of the rows
 */
export function readTradeBill(file: string): Row[] {
  const [names, ...rest] = linesOf(file)
  if (names === undefined) return []
  const end = rest.findIndex(({ text }) => text.startsWith(sums.count))
  if (end === -1) throw new RangeError('the bill has no sums: it was cut off')
  const heads = names.text.split(',')
  const rows = rest.slice(0, end).map(({ text, line }) => record(heads, text, line))
  const [sumNames, sumLine] = rest.slice(end)
  if (!sumNames || !sumLine) throw new RangeError('the bill has no sums: it was cut off')
  check(rows, record(sumNames.text.split(','), sumLine.text, sumLine.line))
  return rows.flatMap(rowOf)
}

type Cells = { readonly line: number; of(name: string): string }

/** No field holds a comma and a back-quote one after the other but at its border. */
function record(heads: readonly string[], text: string, line: number): Cells {
  const fields = text.replace(/^`/, '').split(',`')
  if (fields.length !== heads.length)
    throw new RangeError(`line ${line} has ${fields.length} fields, the first has ${heads.length}`)
  return {
    line,
    of(name) {
      const at = heads.indexOf(name)
      if (at === -1) throw new RangeError(`the bill has no column ${name}`)
      return fields[at] ?? ''
    }
  }
}

function check(rows: readonly Cells[], said: Cells): void {
  const sum = (name: string): number => rows.reduce((all, row) => all + signedFen(row.of(name), row.line), 0)
  const isRight =
    Number(said.of(sums.count)) === rows.length &&
    signedFen(said.of(sums.total), said.line) === sum(column.total) &&
    signedFen(said.of(sums.refunded), said.line) === sum(column.refunded)
  if (!isRight) throw new RangeError(`line ${said.line}: the sums are not those of the rows`)
}

type Row = BillRow & { readonly isScore: boolean | null }

/** Payments, and refunds that have not failed; a refund's row carries the payment's numbers beside its own. */
function rowOf(cells: Cells): Row[] {
  const { line, of } = cells
  const common = (id: string, total: string) => ({
    id: of(id),
    ...ownerIn(of(column.attach), of(column.number)),
    currency: of(column.currency),
    amountMinor: signedFen(of(total), line),
    at: instantIn(of(column.at), line)
  })
  if (of(column.state) !== 'REFUND') return [{ ...common(column.transaction, column.total), kind: 'capture' }]
  if (/^(CHANGE|FAIL)/.test(of(column.refundState))) return []
  const endsHold = of(column.refundNumber) === restOf(of(column.number)) ? { endsHold: true as const } : {}
  return [{ ...common(column.refund, column.refunded), kind: 'refund', ...endsHold }]
}

function ownerIn(attach: string, number: string): Pick<Row, 'orderReference' | 'isScore'> {
  const { tenant, isScore } = readAttach(attach) ?? { tenant: '', isScore: null }
  return { orderReference: referenceOf(tenant, number), isScore }
}
