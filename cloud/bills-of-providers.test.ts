import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { keptOf } from './contexts/reconciliation/long-holds.ts'
import { compareMoney, type Line, type Movement } from './contexts/reconciliation/model.ts'
import { ownerOf, type BillSource } from './gateways/payments/bill.ts'
import { readTradeBill as readAlipay } from './gateways/payments/alipay/bill.ts'
import { houses, type Opened } from './gateways/payments/houses.suite.ts'
import { readTransactions } from './gateways/payments/stripe/bill.ts'
import { readTradeBill as readWechat } from './gateways/payments/wechat/bill.ts'

const payments = 6
const hookUrl = 'http://127.0.0.1:1' // Nobody listens: events are not what is looked at here.
const patienceMs = 60_000

const dayIn = (at: string | number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(typeof at === 'number' ? at : Date.parse(at))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()

/** A payment of 50.00 of which this much was taken. @returns its reference */
async function paid({ provider, currency, method, pay }: Opened, minor: number): Promise<string> {
  const reference = `demo.${randomUUID()}`
  const order = { reference, method, currency, amountMinor: 5000 }
  const begun = {
    ...order,
    createdAtMs: Date.now() - 1000,
    capturedMinor: 0,
    refundedMinor: 0,
    refundIds: []
  }
  await provider.authorise(`${reference}:a`, order)
  await pay(reference)
  const held = async () => {
    const known = await provider.query({ ...begun, providerReference: null })
    return { ...begun, providerReference: known && known.state !== 'absent' ? known.reference : null }
  }
  await provider.capture(`${reference}:c`, await held(), { amountMinor: minor, final: true })
  await pay(reference)
  return reference
}

async function refunded({ provider, currency, method }: Opened, reference: string): Promise<string> {
  const id = randomUUID()
  const order = { reference, method, currency, amountMinor: 5000, createdAtMs: Date.now() - 60_000 }
  const asked = { ...order, providerReference: null, capturedMinor: 5000, refundedMinor: 0, refundIds: [id] }
  const known = await provider.query(asked)
  if (known === null || known.state === 'absent') throw new Error('the payment is not there')
  const held = { ...asked, providerReference: known.reference, capturedMinor: known.capturedMinor }
  await provider.refund(`${reference}:r`, held, { id, amountMinor: 100 })
  return id
}

type Ours = { readonly reference: string; readonly minor: number; readonly kind: 'capture' | 'refund' }

const movementOf = ({ provider, timeZone }: BillSource, currency: string, ours: Ours): Movement => ({
  id: ours.kind === 'capture' ? ours.reference.slice(-36) : randomUUID(),
  kind: ours.kind,
  sessionId: null,
  provider,
  reference: ours.reference.slice(-36),
  currency,
  amountMinor: ours.minor,
  state: 'moved',
  day: dayIn(Date.now(), timeZone)
})

const linesIn = (bills: BillSource, movements: readonly Movement[], file: string): Line[] =>
  keptOf(
    { statements: [bills] },
    movements,
    bills.parse(file).map(({ orderReference, ...row }) => ({
      ...row,
      provider: bills.provider,
      reference: bills.ownerOf(orderReference)?.paymentId ?? orderReference,
      day: dayIn(row.at, bills.timeZone)
    }))
  )

for (const [name, open] of Object.entries(houses)) {
  void test(`${name}: its bill over the wire agrees with us, and each seeded break is found with its class`, async (t) => {
    const house = await open({ hookUrl, patienceMs })
    t.teardown(house.close)
    const { bills, currency } = house
    const begun = dayIn(Date.now(), bills.timeZone)
    const minors = 3456
    const references: string[] = []
    for (let nth = 0; nth < payments; nth++) references.push(await paid(house, minors - nth))
    const [first = '', changed = '', forgotten = '', strange = ''] = references
    await refunded(house, first)
    const day = dayIn(Date.now(), bills.timeZone)
    if (day !== begun) return t.comment('midnight came between: nothing to compare on one day')
    const ours = [
      ...references.map((reference, nth): Ours => ({
        reference,
        minor: minors - nth,
        kind: 'capture'
      })),
      { reference: first, minor: 100, kind: 'refund' } as const
    ]
    const movements = ours.map((each) => movementOf(bills, currency, each))
    const compare = async (known: readonly Movement[]) => {
      const file = await bills.download(day)
      if (file === null) throw new Error('there is no bill')
      return compareMoney(day, known, linesIn(bills, known, file))
    }
    t.strictSame(await compare(movements), { breaks: [], matched: payments + 1 })
    t.ok(
      bills
        .parse((await bills.download(day)) ?? '')
        .every(({ orderReference }) => orderReference.startsWith('demo.')),
      'each row says whose it is'
    )
    house.tamper(changed, 'amount')
    house.tamper(forgotten, 'forget')
    const seeded = await compare(movements.filter(({ reference }) => reference !== strange.slice(-36)))
    t.strictSame(
      seeded.breaks
        .map((each) => [each.class, each.reference, each.differenceMinor] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [
        ['amount', changed.slice(-36), 1],
        ['missing-here', strange.slice(-36), minors - 3],
        ['missing-there', forgotten.slice(-36), 2 - minors]
      ]
    )
    t.match(await bills.confirm('demo', first.slice(-36)), { state: 'captured', currency })
    t.match(await bills.confirm('demo', randomUUID()), { state: 'absent' })
    t.strictSame(bills.parse((await bills.download('2020-01-01')) ?? ''), [], 'a day without movements')
    await house.close()
    t.equal(await bills.download(day), null, 'no answer is no bill')
    return undefined
  })
}

const heads =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
const sums = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
const row =
  '`2026-03-02 00:30:00,`wx1,`19000001,`0,`,`4200000925,`6b0f1f0e5c0c4a579d4c7e1a2f3b4c5d,`o1,`NATIVE,`SUCCESS,`OTHERS,`CNY,`33.00,`1.56,`0,`0,`0.00,`0.00,`,`,`charging, fast,`demo,`0.20000,`0.60%,`34.56,`0.00,`'
const last = '`1,`33.00,`0.00,`0.00,`0.20000,`34.56,`0.00'

void test('a code that is paid whole counts for what was kept; while it stands open it is no break', async (t) => {
  const { wechat: open } = houses
  const house = await open?.({ hookUrl, patienceMs })
  if (!house) throw new Error('no such house')
  t.teardown(house.close)
  const { bills, provider, method, currency } = house
  const reference = `demo.${randomUUID()}`
  await provider.authorise('a', { reference, method, currency, amountMinor: 5000 })
  await house.pay(reference)
  const held = movementOf(bills, currency, { reference, minor: 5000, kind: 'capture' })
  const file = (await bills.download(held.day)) ?? ''
  t.strictSame(linesIn(bills, [{ ...held, state: 'open' }], file), [], 'held, not captured')
  t.match(linesIn(bills, [{ ...held, state: 'moved' }], file), [{ kind: 'capture', amountMinor: 5000 }])
  const order = { reference, method, currency, amountMinor: 5000, createdAtMs: Date.now() }
  const untouched = { providerReference: null, capturedMinor: 0, refundedMinor: 0, refundIds: [] }
  await provider.void('v', { ...order, ...untouched })
  t.strictSame(
    linesIn(bills, [{ ...held, state: 'ended' }], (await bills.download(held.day)) ?? ''),
    [],
    'back whole'
  )
})

void test('WeChat’s bill as it is written: back-quotes, commas in a name, coupons, Chinese time', async (t) => {
  t.strictSame(readWechat(`\u{feff}${[heads, row, sums, last].join('\r\n')}\r\n`), [
    {
      id: '4200000925',
      kind: 'capture',
      orderReference: 'demo.6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d',
      currency: 'CNY',
      amountMinor: 3456, // What the payer was asked, coupon and all.
      at: '2026-03-01T16:30:00.000Z',
      isScore: false
    }
  ])
  // As public bills have it: what others attach stands there too, in rows of refunds as well, and may be JSON.
  const strange = row.replace(',`demo,', ',`{"order":"1","a":2},')
  t.match(readWechat([heads, strange, sums, last].join('\n')), [
    { orderReference: '.6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d', isScore: null }
  ])
  const ofScore = row.replace(',`demo,', ',`demo.score,')
  t.match(readWechat([heads, ofScore, sums, last].join('\n')), [
    { orderReference: 'demo.6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d', isScore: true }
  ])
  t.throws(() => readWechat([heads, row].join('\n')), /cut off/)
  t.throws(() => readWechat([heads, row, sums, last.replace('`1,', '`2,')].join('\n')), /sums/)
  t.throws(() => readWechat([heads, `${row},\`x`, sums, last].join('\n')), /line 2 has 28 fields/)
})

void test('Alipay’s bill as it is written: tabs, words around the rows, sums that count', async (t) => {
  const alipay = (count: string): string =>
    [
      '#支付宝业务明细查询',
      '#账号：[20885112345678900156]',
      '#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年03月02日 00:00:00]',
      '#-----------------------------------------业务明细列表----------------------------------------',
      '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,对方账户,订单金额（元）,退款批次号/请求号,备注',
      '2026030122\t,6b0f1f0e5c0c4a579d4c7e1a2f3b4c5dP\t,交易\t,充电\t,2026-03-01 23:00:00\t,2026-03-01 23:10:00\t,demo\t,x\t,34.56\t,\t,\t',
      '2026030122\t,6b0f1f0e5c0c4a579d4c7e1a2f3b4c5dP\t,退款\t,充电\t,2026-03-01 23:00:00\t,2026-03-01 23:20:00\t,\t,x\t,-4.56\t,r1\t,\t',
      '#-----------------------------------------业务明细列表结束------------------------------------',
      `#交易合计：${count}笔，商家实收共34.56元，商家优惠共0.00元`,
      '#退款合计：1笔，商家实收退款共-4.56元，商家优惠退款共0.00元',
      '#导出时间：[2026年03月02日 06:27:10]'
    ].join('\r\n')
  t.match(readAlipay(alipay('1')), [
    { kind: 'capture', orderReference: 'demo.6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d', amountMinor: 3456 },
    {
      id: '2026030122/r1',
      kind: 'refund',
      orderReference: '.6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d',
      amountMinor: 456
    }
  ])
  t.strictSame(ownerOf('.6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d'), {
    tenantId: null,
    paymentId: '6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d'
  })
  t.throws(() => readAlipay(alipay('2')), /counts 2 rows/)
  const remarked = alipay('1').replace('\t,\t,\t', '\t,\t,remark, with commas, two')
  t.equal(readAlipay(remarked).length, 2, 'the remark is the last column')
  const named = alipay('1').replace('充电', 'a, b')
  t.throws(() => readAlipay(named), /line 6/, 'a comma before it shifts the row: told, not guessed')
})

void test('Stripe’s movements: what a refund took back when it failed is taken off again, payouts are no order’s', async (t) => {
  const source = {
    id: 're_1',
    object: 'refund',
    amount: 100,
    currency: 'eur',
    metadata: { nova_payment: 'demo.x' }
  }
  const common = { object: 'balance_transaction', created: 1_772_409_600 }
  const file = JSON.stringify([
    { ...common, id: 'txn_1', type: 'refund_failure', amount: 100, source },
    { ...common, id: 'txn_2', type: 'payout', amount: -5000, source: 'po_1' }
  ])
  t.strictSame(readTransactions(file), [
    {
      id: 'txn_1',
      kind: 'refund',
      orderReference: 'demo.x',
      currency: 'EUR',
      amountMinor: -100,
      at: '2026-03-02T00:00:00.000Z'
    }
  ])
  const charge = { ...source, id: 'ch_1', object: 'charge', amount: 5000, amount_captured: 3456 }
  const partly = JSON.stringify([
    { ...common, id: 'txn_3', type: 'charge', reporting_category: 'charge', amount: 5000, source: charge },
    {
      ...common,
      id: 'txn_4',
      type: 'refund',
      reporting_category: 'partial_capture_reversal',
      amount: -1544,
      source: charge
    },
    { ...common, id: 'txn_5', type: 'adjustment', reporting_category: 'refund_failure', amount: 100, source },
    {
      ...common,
      id: 'txn_6',
      type: 'adjustment',
      reporting_category: 'dispute',
      amount: -100,
      source: 'dp_1'
    }
  ])
  t.match(
    readTransactions(partly).map(({ kind, amountMinor }) => [kind, amountMinor]),
    [
      ['capture', 3456],
      ['refund', -100]
    ],
    'what was not captured is no refund'
  )
  t.throws(() => readTransactions('{}'), /no balance transactions/)
})
