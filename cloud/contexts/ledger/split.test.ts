import fc from 'fast-check'
import { test } from 'tap'
import { money } from '@nova/shared-protocol/units'
import { credited, exchanged } from './corrections.ts'
import { remedied } from './excess.ts'
import { faultOf, type Entry } from './model.ts'
import { refund, uncounted } from './transfers.ts'
import { checkShares, returnedAfter, split, type Share } from './split.ts'

const host = { party: 'site-host:a', purpose: 'revenue' }
const platform = { party: 'platform', purpose: 'fees' }
const operator = { party: 'operator', purpose: 'revenue' }
const rest: Share = { ...operator, rest: true }
const eur = 'EUR'

const table: { title: string; net: number; wh: string; shares: Share[]; parts: number[] }[] = [
  {
    title: '20, 72.5 and 7.5 percent of 10.01',
    net: 1001, // 200.2, 725.725, 75.075: the one unit left goes to the largest remainder.
    wh: '0',
    shares: [
      { ...host, percent: '20' },
      { ...operator, percent: '72.5' },
      { ...platform, percent: '7.5' }
    ],
    parts: [200, 726, 75]
  },
  {
    title: '0.12 a kWh of 12.5 kWh is 1.50, the rest is the operator’s',
    net: 1000,
    wh: '12500',
    shares: [{ ...host, perKwh: '0.12', currency: eur }, rest],
    parts: [150, 850]
  },
  {
    title: 'a fixed 0.25 and 30 percent',
    net: 1001, // 25, 300.3, 675.7
    wh: '0',
    shares: [{ ...platform, fixed: '0.25', currency: eur }, { ...host, percent: '30' }, rest],
    parts: [25, 300, 676]
  },
  {
    title: '20 percent of the first 5.00 and 10 percent of what is above',
    net: 1200, // 100 + 70
    wh: '0',
    shares: [
      {
        ...host,
        tiers: [
          { from: '0', percent: '20' },
          { from: '5', percent: '10' }
        ],
        currency: eur
      },
      rest
    ],
    parts: [170, 1030]
  },
  {
    title: '5 percent, but 1.00 at least',
    net: 1000,
    wh: '0',
    shares: [{ ...host, percent: '5', minimum: '1', currency: eur }, rest],
    parts: [100, 900]
  },
  {
    title: 'claims of 3.00 and 1.00 on 2.00 get their proportion and nothing is left',
    net: 200,
    wh: '0',
    shares: [{ ...host, fixed: '3', currency: eur }, { ...platform, fixed: '1', currency: eur }, rest],
    parts: [150, 50]
  },
  {
    title: 'a fixed sum in another currency claims nothing',
    net: 500,
    wh: '0',
    shares: [{ ...host, fixed: '3', currency: 'CNY' }, rest],
    parts: [500]
  }
]
for (const { title, net, wh, shares, parts } of table) {
  void test(title, async (t) => {
    checkShares(shares)
    const got = split({ net: money(eur, net), energyWh: wh }, shares)
    t.strictSame(
      got.map(({ amountMinor }) => amountMinor),
      parts
    )
  })
}

const decimal = (most: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: 999_999 }))
    .map(([whole, after]) => `${whole}.${String(after).padStart(6, '0')}`)
const minimum = fc.option(decimal(20), { nil: undefined })
const term = fc.oneof(
  fc.record({ percent: decimal(8) }),
  fc.record({ perKwh: decimal(2), minimum }),
  fc.record({ fixed: decimal(50), minimum }),
  decimal(60).chain((percent) =>
    decimal(40).map((later) => ({
      tiers: [
        { from: '0', percent },
        { from: '12.5', percent: later }
      ]
    }))
  )
)
const contract = fc
  .array(term, { maxLength: 9 })
  .map((terms): Share[] => [
    ...terms.map((each, index) => ({ party: `p${index}`, purpose: 'revenue', currency: 'EUR', ...each })),
    rest
  ])

void test('whatever the contract, the parts of n parties add up to the net amount and none is negative', async (t) => {
  fc.assert(
    fc.property(
      contract,
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 0, max: 1e7 }),
      (shares, net, wh) => {
        checkShares(shares)
        const parts = split({ net: money(eur, net), energyWh: `${wh}.25` }, shares)
        const sum = parts.reduce((all, { amountMinor }) => all + amountMinor, 0)
        return sum === net && parts.every(({ amountMinor }) => amountMinor > 0)
      }
    ),
    { numRuns: 10_000 }
  )
  t.pass()
})

void test('refunds in any portions take back what their sum would, and all of it restores each party', async (t) => {
  fc.assert(
    fc.property(
      contract,
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 6 }),
      (shares, portions) => {
        const net = portions.reduce((all, each) => all + each, 0)
        const parts = split({ net: money(eur, net), energyWh: '20000' }, shares)
        let returned: Entry[] = parts.map((part) => ({ ...part, amountMinor: 0 }))
        for (const [index, portion] of portions.entries()) {
          const about = {
            paymentId: 'p',
            sessionId: 's',
            provider: 'bank',
            driver: 'driver:d',
            refundId: `${index}`
          }
          const [credit] = refund(about, { amount: money(eur, portion) }, { parts, returned })
          if (!credit || faultOf(credit)) return false
          returned = returned.map((part) => {
            const back = credit.entries.find(
              ({ party, purpose }) => party === part.party && purpose === part.purpose
            )
            return { ...part, amountMinor: part.amountMinor - (back?.amountMinor ?? 0) }
          })
        }
        return returned.every(({ amountMinor }, index) => amountMinor === parts[index]?.amountMinor)
      }
    ),
    { numRuns: 2_000 }
  )
  t.pass()
})

const refusals: { title: string; shares: Share[]; because: RegExp }[] = [
  { title: 'percentages that make 90 without a rest', shares: [{ ...host, percent: '90' }], because: /100/ },
  { title: 'two rests', shares: [rest, { ...host, rest: true }], because: /only one/ },
  { title: 'a party twice', shares: [rest, { ...operator, percent: '1' }], because: /twice/ },
  {
    title: 'two terms at once',
    shares: [{ ...host, percent: '1', fixed: '1', currency: eur }, rest],
    because: /one of/
  },
  { title: 'money without a currency', shares: [{ ...host, fixed: '1' }, rest], because: /no currency/ },
  {
    title: 'more than everything',
    shares: [{ ...host, percent: '60' }, { ...platform, percent: '60' }, rest],
    because: /more than 100/
  },
  { title: 'a negative part', shares: [{ ...host, percent: '-1' }, rest], because: /not a decimal/ },
  {
    title: 'tiers that begin above nothing',
    shares: [{ ...host, tiers: [{ from: '1', percent: '1' }], currency: eur }, rest],
    because: /begin at 0/
  }
]
for (const { title, shares, because } of refusals) {
  void test(`${title}: no contract`, async (t) => {
    t.throws(() => checkShares(shares), { name: 'RangeError', message: because })
  })
}

void test('a bill taken back after a refund, which then counts for it, leaves nothing with anybody', async (t) => {
  const parts = [
    { ...host, amountMinor: 300 },
    { ...operator, amountMinor: 700 }
  ]
  const returned = returnedAfter(parts, eur, 500)
  const [back] = credited({ sessionId: 's', correctionId: 'c', driver: 'driver:d' }, eur, parts)
  t.strictSame(
    back?.entries.map(({ amountMinor }) => amountMinor),
    [-300, -700, 1000]
  )
  const about = { paymentId: 'p', sessionId: 's', provider: 'bank', driver: 'driver:d', refundId: 'r' }
  const nothing = parts.map((part) => ({ ...part, amountMinor: 0 }))
  const [undone] = uncounted({ ...about, change: '1' }, money(eur, 500), { parts: nothing, returned })
  t.strictSame(
    undone?.entries.map(({ amountMinor }) => amountMinor),
    [150, 350, -500]
  )
  t.strictSame(credited({ sessionId: 's', correctionId: 'c', driver: 'driver:d' }, eur, nothing), [])
  t.equal(refund(about, { amount: money(eur, 500), fromPartiesMinor: 0 }, { parts, returned }).length, 1)
})

void test('an exchange is balanced in each currency, its spread apart', async (t) => {
  const about = { conversionId: 'x', reference: 'invoice 7' }
  const legs = exchanged({
    ...about,
    sold: money('EUR', 10_000),
    bought: money('CNY', 77_805),
    spread: money('CNY', 390)
  })
  t.strictSame(
    legs.map(({ key, currency }) => [key, currency]),
    [
      ['fx:x:sold', 'EUR'],
      ['fx:x:bought', 'CNY'],
      ['fx:x:spread', 'CNY']
    ]
  )
  t.strictSame(legs.map(faultOf), [undefined, undefined, undefined])
})

const nothing = { driver: undefined, payment: undefined, suspendedMinor: 0 }
const ofDriver = { ...nothing, driver: 'driver:d' }

void test('a decided break stands in suspense, as a claim or written off; accepting one posts nothing', async (t) => {
  const about = {
    breakId: 'b',
    class: 'missing-there',
    provider: 'bank',
    currency: eur,
    differenceMinor: -250,
    sessionId: null,
    note: 'n',
    by: ['anna', 'bert']
  }
  for (const [remedy, party] of [
    ['suspense', 'platform'],
    ['claim', 'bank'],
    ['write-off', 'platform']
  ] as const) {
    const [made] = remedied({ ...about, remedy }, nothing)
    t.match(made?.entries, [
      { party: 'bank', purpose: 'clearing', amountMinor: 250 },
      { party, amountMinor: -250 }
    ])
  }
  t.strictSame(remedied({ ...about, remedy: 'accept' }, nothing), [])
  const [kept] = remedied({ ...about, provider: null, differenceMinor: 250, remedy: 'write-off' }, ofDriver)
  t.match(kept?.entries, [
    { party: 'driver:d', purpose: 'account', amountMinor: -250 },
    { party: 'platform', purpose: 'write-off', amountMinor: 250 }
  ])
  t.strictSame(
    remedied({ ...about, provider: null, remedy: 'refund' }, ofDriver),
    [],
    'a refund is its own posting'
  )
})
