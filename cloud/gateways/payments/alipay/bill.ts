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
import { fetchFile } from '../exchange.ts'
import { unzip } from '../unzip.ts'
import { isDone, openClient, type AlipaySettings, type Client } from './client.ts'
import { alipay } from './index.ts'

const patienceMs = 30_000
const Address = z.object({ bill_download_url: z.url() })
const openedAtHour = 9 // Chinese time of the next day: from then on a bill that is not there is an empty one.

/** Trade bills of Alipay (`alipay.data.dataservice.bill.downloadurl.query`): a ZIP with a CSV in GBK. */
export function alipayBills(settings: AlipaySettings): BillSource {
  const client = openClient(settings)
  const provider = alipay(settings)
  return {
    provider: 'alipay',
    timeZone: 'Asia/Shanghai',
    download: async (date) => download(client, date),
    parse: readTradeBill,
    ownerOf,
    confirm: async (tenantId, paymentId) => confirmed(provider, `${tenantId}.${paymentId}`, usual)
  }
}

async function download(client: Client, date: string): Promise<string | null> {
  const said = await client.call('alipay.data.dataservice.bill.downloadurl.query', {
    bill_type: 'trade',
    bill_date: date
  })
  if (typeof said !== 'string' && /bill_not_exist/i.test(said.sub_code))
    return isOpened(date, openedAtHour, client.settings.now()) ? '' : null
  if (!isDone(said)) return null
  const address = Address.safeParse(said)
  if (!address.success || !isTheirs(address.data.bill_download_url, client.settings.url)) return null
  const file = await fetchFile({ url: address.data.bill_download_url, headers: {} }, patienceMs)
  return typeof file === 'string' || file.status !== 200 ? null : detailsIn(file.bytes)
}

/** The signed answer names the place: Alipay's own, or the house we were told to ask. */
function isTheirs(url: string, gateway: string): boolean {
  const { hostname, protocol, host } = new URL(url)
  return (
    (protocol === 'https:' && /(^|\.)(alipay|alipayobjects|aliyuncs)\.com$/.test(hostname)) ||
    host === new URL(gateway).host
  )
}

/** Beside the details lies a summary by shop, which says nothing of single orders. @returns null when it is damaged */
function detailsIn(zip: Buffer): string | null {
  try {
    const texts = unzip(zip).map((bytes) => new TextDecoder('gbk', { fatal: true }).decode(bytes))
    return texts.find((text) => text.startsWith('#支付宝业务明细查询')) ?? null
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null
    throw error
  }
}

/** Names of the columns that are read; the bill writes its brackets either way. */
const column = {
  trade: '支付宝交易号',
  number: '商户订单号',
  kind: '业务类型',
  at: '完成时间',
  shop: '门店编号',
  amount: '订单金额',
  request: '退款批次号'
} as const

/**
 * Details between two lines of dashes, fields ending in tabs; lines with `#` are words around them, of which the sums count.
 * @throws RangeError when a field is missing, the end is, or the sums are not those of the rows
 */
export function readTradeBill(file: string): BillRow[] {
  const lines = linesOf(file)
  if (lines.length === 0) return []
  const begin = lines.findIndex(({ text }) => /^#-+业务明细列表-+$/.test(text.trim()))
  const end = lines.findIndex(({ text }) => /^#-+业务明细列表结束-+$/.test(text.trim()))
  const names = lines[begin + 1]
  if (begin === -1 || end === -1 || !names) throw new RangeError('the bill was cut off')
  const heads = names.text.split(',').map((name) => name.trim())
  const rows = lines.slice(begin + 2, end).map(({ text, line }) => rowOf(heads, text, line))
  check(
    rows,
    lines.slice(end + 1).map(({ text }) => text)
  )
  return rows
}

function rowOf(heads: readonly string[], text: string, line: number): BillRow {
  // The last column is a remark, the only one in which a comma may stand: what is beyond belongs to it.
  const fields = text
    .split(',')
    .slice(0, heads.length)
    .map((field) => field.trim())
  if (fields.length !== heads.length)
    throw new RangeError(`line ${line} has ${fields.length} fields, the first has ${heads.length}`)
  const of = (name: string): string => {
    const at = heads.findIndex((head) => head.startsWith(name))
    if (at === -1) throw new RangeError(`the bill has no column ${name}`)
    return fields[at] ?? ''
  }
  const isRefund = of(column.kind) === '退款'
  const amount = signedFen(of(column.amount), line)
  return {
    id: isRefund ? `${of(column.trade)}/${of(column.request)}` : of(column.trade),
    kind: isRefund ? 'refund' : 'capture',
    orderReference: referenceOf(of(column.shop), of(column.number)),
    currency: 'CNY',
    amountMinor: isRefund ? 0 - amount : amount,
    at: instantIn(of(column.at), line)
  }
}

/** `#交易合计：2笔，…` and `#退款合计：1笔，…` count the rows. */
function check(rows: readonly BillRow[], words: readonly string[]): void {
  for (const [name, kind] of [
    ['交易', 'capture'],
    ['退款', 'refund']
  ] as const) {
    const said = words.flatMap((text) => new RegExp(`^#+${name}合计[：:](\\d+)笔`).exec(text)?.[1] ?? [])[0]
    if (said === undefined) throw new RangeError('the bill has no sums: it was cut off')
    if (Number(said) !== rows.filter((row) => row.kind === kind).length)
      throw new RangeError(`the bill counts ${said} rows of ${name}, and has others`)
  }
}
