import { crc32, deflateRawSync } from 'node:zlib'
import type { Books } from './books.ts'
import { yuan } from './words.ts'

const heads =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,' +
  '支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,' +
  '退款批次号/请求号,服务费（元）,分润（元）,备注'

const stamp = (ms: number): string => new Date(ms + 28_800_000).toISOString().slice(0, 19).replace('T', ' ')

type Row = {
  readonly trade: string
  readonly no: string
  readonly store: string
  readonly amount: number
  readonly at: number
  readonly request: string | null
}

/** Each field ends in a tab, as Alipay writes it against spreadsheets. */
function line({ trade, no, store, amount, at, request }: Row): string {
  const signed = request === null ? yuan(amount) : `-${yuan(amount)}`
  const kind = request === null ? '交易' : '退款'
  const about = [
    trade,
    no,
    kind,
    '电动汽车充电',
    stamp(at),
    stamp(at),
    store,
    '',
    '',
    '',
    '**车(138****0000)'
  ]
  const sums = [signed, signed, '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00']
  const fields = [...about, ...sums, request ?? '', '0.00', '0.00', '']
  return fields.map((field) => `${field}\t`).join(',')
}

/** The trade bill of a day as a ZIP with a summary and the details; undefined when nothing was paid or given back. */
export function tradeBill(books: Books, sellerId: string, date: string): Buffer | undefined {
  const isOf = ({ at }: Row): boolean => stamp(at).startsWith(date)
  const trades = [...books.trades.values()]
    .map(({ tradeNo, no, store, amount, at }): Row => ({
      trade: tradeNo,
      no,
      store,
      amount,
      at,
      request: null
    }))
    .filter(isOf)
  const refunds = [...books.refunds.values()]
    .flatMap(({ no, trade, amount, at }): Row[] => {
      const of = books.trades.get(trade)
      return of ? [{ trade: of.tradeNo, no: of.no, store: of.store, amount, at, request: no }] : []
    })
    .filter(isOf)
  if (trades.length + refunds.length === 0) return undefined
  const sum = (rows: readonly Row[]): string => yuan(rows.reduce((all, { amount }) => all + amount, 0))
  const dashes = '-'.repeat(40)
  const about = [`#账号：[${sellerId}0156]`, `#起始日期：[${date} 00:00:00]   终止日期：[${date} 24:00:00]`]
  const details = [
    '#支付宝业务明细查询',
    ...about,
    `#${dashes}业务明细列表${dashes}`,
    heads,
    ...[...trades, ...refunds].map(line),
    `#${dashes}业务明细列表结束${dashes}`,
    `#交易合计：${trades.length}笔，商家实收共${sum(trades)}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共-${sum(refunds)}元，商家优惠退款共0.00元`,
    `#导出时间：[${stamp(Date.now())}]`,
    ''
  ].join('\r\n')
  const summary = ['#支付宝业务汇总查询', ...about, `#交易合计：${trades.length}笔`, ''].join('\r\n')
  return zip([
    { name: `${sellerId}0156_${date}_summary.csv`, content: gbk(summary) },
    { name: `${sellerId}0156_${date}.csv`, content: gbk(details) }
  ])
}

let table: Map<string, number> | undefined

/** GBK, two bytes a Chinese character; the table is what the platform's own decoder says. */
function gbk(text: string): Buffer {
  table ??= tableOf(new TextDecoder('gbk'))
  const bytes = [...text].flatMap((sign) => {
    if (sign.charCodeAt(0) < 0x80) return [sign.charCodeAt(0)]
    const code = table?.get(sign)
    if (code === undefined) throw new RangeError(`${sign} is not in GBK`)
    return [code >> 8, code & 0xff]
  })
  return Buffer.from(bytes)
}

function tableOf(decoder: TextDecoder): Map<string, number> {
  const codes = new Map<string, number>()
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      const sign = decoder.decode(Uint8Array.of(high, low))
      if ([...sign].length === 1 && !codes.has(sign)) codes.set(sign, (high << 8) | low)
    }
  return codes
}

type File = { readonly name: string; readonly content: Buffer }

/** A ZIP archive, deflated. */
function zip(files: readonly File[]): Buffer {
  const [locals, entries]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const { name, content } of files) {
    const packed = deflateRawSync(content)
    const fixed = Buffer.alloc(26)
    fixed.writeUInt16LE(20, 0)
    fixed.writeUInt16LE(8, 4)
    fixed.writeUInt32LE(crc32(content), 10)
    fixed.writeUInt32LE(packed.length, 14)
    fixed.writeUInt32LE(content.length, 18)
    fixed.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fixed, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    entries.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), fixed, rest, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const list = Buffer.concat(entries)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, list, Buffer.from('PK\u0005\u0006'), end])
}
