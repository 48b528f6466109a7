import fc from 'fast-check'
import { test } from 'tap'
import type { BreakClass } from './events.ts'
import { milliWh, type Metered, type SiteBalance } from './meters.ts'
import { remedies, type Line, type Movement } from './model.ts'
import { reconcile, type Books } from './reconcile.ts'

const date = '2026-03-02'
const [before, after] = ['2026-03-01', '2026-03-03']

type Order = { movement: Movement; line: Line; session: Metered }

/** Order number `index` as all three books would have it: 10 to 30 kWh in an hour for some cents a kWh. */
function sound(index: number): Order {
  const wh = 10_000 + ((index * 7_919) % 20_000)
  const amountMinor = 1 + Math.floor((wh * 35) / 1_000)
  const sessionId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
  const common = { provider: 'bank', reference: `demo.${sessionId}`, currency: 'EUR', amountMinor, day: date }
  return {
    movement: { ...common, id: sessionId, kind: 'capture', sessionId, state: 'moved' },
    line: { ...common, id: `line-${index}`, kind: 'capture', at: `${date}T10:00:00.000Z` },
    session: {
      sessionId,
      siteId: 'demo-site',
      startedAt: `${date}T09:00:00.000Z`,
      endedAt: `${date}T10:00:00.000Z`,
      registerStartWh: 1_000 + index,
      registerStopWh: 1_000 + index + wh,
      billedWh: String(wh),
      isStated: false,
      currency: 'EUR',
      totalMinor: amountMinor,
      takenMinor: amountMinor,
      captures: 1,
      ratingW: 50_000,
      signing: 'none',
      provenWh: null
    }
  }
}

type Books3 = { movements: Movement[]; lines: Line[]; sessions: Metered[] }
type Spoil = (order: Order) => Books3
const whole = ({ movement, line, session }: Order): Books3 => ({
  movements: [movement],
  lines: [line],
  sessions: [session]
})

/** How each kind of break comes about, at one order that was sound. */
const spoilt: Readonly<Record<string, readonly [BreakClass, Spoil]>> = {
  'our order is lost': ['missing-here', (order) => ({ ...whole(order), movements: [] })],
  'the statement lacks it': ['missing-there', (order) => ({ ...whole(order), lines: [] })],
  'a cent less arrives': [
    'amount',
    (order) => ({ ...whole(order), lines: [{ ...order.line, amountMinor: order.line.amountMinor - 1 }] })
  ],
  'another currency arrives': [
    'currency',
    (order) => ({ ...whole(order), lines: [{ ...order.line, currency: 'CNY' }] })
  ],
  'it is booked twice': [
    'duplicate',
    (order) => ({ ...whole(order), lines: [order.line, { ...order.line, id: `${order.line.id}-again` }] })
  ],
  'it is booked a day later': [
    'time',
    (order) => ({ ...whole(order), lines: [{ ...order.line, day: after }] })
  ],
  'we let it go, the provider took it': [
    'state',
    (order) => ({ ...whole(order), movements: [{ ...order.movement, state: 'ended' }] })
  ],
  'the meter runs back': [
    'negative',
    (order) => ({ ...whole(order), sessions: [{ ...order.session, registerStopWh: 0, billedWh: '-5' }] })
  ],
  'no end was told': [
    'no-end',
    (order) => ({ ...whole(order), sessions: [{ ...order.session, endedAt: null }] })
  ],
  '910 kWh in an hour': [
    'impossible-power',
    (order) => ({
      ...whole(order),
      sessions: [
        {
          ...order.session,
          registerStopWh: 910_000 + (order.session.registerStartWh ?? 0),
          billedWh: '910000'
        }
      ]
    })
  ],
  'a watt-hour or two too many are billed': [
    'energy',
    (order) => ({
      ...whole(order),
      sessions: [{ ...order.session, billedWh: String(Number(order.session.billedWh) + 2) }]
    })
  ],
  'no register at the start': [
    'no-meter-proof',
    (order) => ({ ...whole(order), sessions: [{ ...order.session, registerStartWh: null }] })
  ]
}

const titles = Object.keys(spoilt)
const each = 100 // 1 % of 10,000.

void test('10,000 orders with twelve kinds of break, 1 % each: all found with the right class, none false', async (t) => {
  const books: Books3 = { movements: [], lines: [], sessions: [] }
  const seeded = new Map<string, BreakClass>()
  for (let index = 0; index < 10_000; index++) {
    const order = sound(index)
    const [kind, spoil] = spoilt[titles[index % 100] ?? ''] ?? [undefined, whole]
    if (kind) seeded.set(order.session.sessionId, kind)
    const made = spoil(order)
    books.movements.push(...made.movements)
    books.lines.push(...made.lines)
    books.sessions.push(...made.sessions)
  }
  const shuffled = books.lines.toSorted((left, right) => (left.id < right.id ? -1 : 1)).toReversed()
  const { breaks, matched } = reconcile({ date, ...books, lines: shuffled, sites: [] })
  const found = new Map(
    breaks.map((one) => [(one.sessionId ?? one.reference ?? '').replace('demo.', ''), one.class])
  )
  t.equal(seeded.size, titles.length * each)
  t.equal(breaks.length, seeded.size, 'one break for each that was made')
  t.strictSame(Object.fromEntries(found), Object.fromEntries(seeded), 'each of its own class')
  const unpaired = ['missing-here', 'missing-there', 'amount', 'currency', 'state']
  t.equal(matched, 10_000 - each * unpaired.length, 'everything else has its other half')
})

const booksOf = (made: Partial<Books>): Books => ({
  date,
  movements: [],
  lines: [],
  sessions: [],
  sites: [],
  ...made
})
const classes = (made: Partial<Books>): BreakClass[] =>
  reconcile(booksOf(made)).breaks.map((one) => one.class)

const { movement, line, session } = sound(1)
const table: readonly [string, Partial<Books>, readonly BreakClass[]][] = [
  ['nothing at all', {}, []],
  ['all three books agree', { movements: [movement], lines: [line], sessions: [session] }, []],
  ['a hold over midnight', { movements: [{ ...movement, state: 'open' }] }, []],
  [
    'a hold that the provider has captured',
    { movements: [{ ...movement, state: 'open' }], lines: [line] },
    ['state']
  ],
  ['a negative line nobody ordered', { lines: [{ ...line, amountMinor: -5 }] }, ['negative']],
  [
    'a capture of nothing on both sides',
    { movements: [{ ...movement, amountMinor: 0 }], lines: [{ ...line, amountMinor: 0 }] },
    ['negative']
  ],
  ['a negative order', { movements: [{ ...movement, amountMinor: -5 }] }, ['negative']],
  [
    'a negative line for a sound order',
    { movements: [movement], lines: [{ ...line, amountMinor: -5 }] },
    ['negative']
  ],
  [
    'a refund on both sides',
    { movements: [{ ...movement, kind: 'refund', id: 'r' }], lines: [{ ...line, kind: 'refund' }] },
    []
  ],
  [
    'a refund taken for a capture',
    { movements: [{ ...movement, kind: 'refund' }], lines: [line] },
    ['missing-there', 'missing-here']
  ],
  [
    'another provider',
    { movements: [movement], lines: [{ ...line, provider: 'other' }] },
    ['missing-there', 'missing-here']
  ],
  [
    'another amount beside the right one',
    { movements: [movement], lines: [{ ...line, id: 'x', amountMinor: 1 }, line] },
    ['missing-here']
  ],
  [
    'two parts, both there, in any order',
    {
      movements: [movement, { ...movement, id: 'b', amountMinor: 7 }],
      lines: [{ ...line, id: 'x', amountMinor: 7 }, line]
    },
    []
  ],
  ['yesterday’s break is yesterday’s', { movements: [{ ...movement, day: before }] }, []],
  [
    'yesterday’s order booked today is yesterday’s break',
    { movements: [{ ...movement, day: before }], lines: [line] },
    []
  ],
  [
    'yesterday’s order booked twice, the second time today',
    {
      movements: [{ ...movement, day: before }],
      lines: [line, { ...line, id: 'x', day: before }]
    },
    ['duplicate']
  ],
  [
    'a bill that a person has stated',
    { sessions: [{ ...session, isStated: true, billedWh: '5000', registerStartWh: null }] },
    []
  ],
  [
    'nothing charged, nothing metered',
    { sessions: [{ ...session, billedWh: '0', registerStartWh: null, registerStopWh: null }] },
    []
  ],
  [
    'a signing meter without a record',
    { sessions: [{ ...session, signing: 'missing' }] },
    ['no-meter-proof']
  ],
  [
    'a signed record of the same energy',
    { sessions: [{ ...session, signing: 'proven', provenWh: `${session.billedWh}.0` }] },
    []
  ],
  ['a signed record of less', { sessions: [{ ...session, signing: 'proven', provenWh: '5' }] }, ['energy']],
  [
    'two payments for one bill',
    { sessions: [{ ...session, captures: 2, takenMinor: 2 * session.totalMinor }] },
    ['duplicate']
  ],
  [
    'one payment above the bill',
    { sessions: [{ ...session, takenMinor: session.totalMinor + 1 }] },
    ['amount']
  ],
  [
    'less taken than billed is a debt, no break',
    { sessions: [{ ...session, takenMinor: 0, captures: 0 }] },
    []
  ],
  ['a rating nobody knows', { sessions: [{ ...session, ratingW: null }] }, []],
  ['a site that sold what came in', { sites: [{ siteId: 's', soldWh: 100_000, metersWh: 99_000 }] }, []],
  [
    'a site that sold more',
    { sites: [{ siteId: 's', soldWh: 110_000, metersWh: 100_000 }] },
    ['site-balance']
  ],
  ['a site whose meters were silent', { sites: [{ siteId: 's', soldWh: 110_000, metersWh: null }] }, []]
]
for (const [title, made, expected] of table) {
  void test(`${title}: ${expected.join(', ') || 'no break'}`, async (t) => {
    t.strictSame(classes(made).toSorted(), [...expected].toSorted())
  })
}

void test('a connector of 50 kW may be billed 55 kWh in an hour and not 55.001', async (t) => {
  const at = (wh: number): Metered => ({
    ...session,
    billedWh: String(wh),
    registerStartWh: 0,
    registerStopWh: wh
  })
  t.strictSame(classes({ sessions: [at(55_000)] }), [])
  t.strictSame(classes({ sessions: [at(55_001)] }), ['impossible-power'])
})

void test('a break says the difference, whose it is and shows both sides', async (t) => {
  const less = { ...line, amountMinor: line.amountMinor - 3 }
  const [found] = reconcile(booksOf({ movements: [movement], lines: [less] })).breaks
  t.match(found, {
    class: 'amount',
    differenceMinor: -3,
    paymentId: movement.id,
    sessionId: movement.sessionId,
    evidence: { ours: { id: movement.id }, theirs: { id: line.id } }
  })
  const [twice] = reconcile(booksOf({ movements: [movement], lines: [line, { ...line, id: 'x' }] })).breaks
  t.match(twice, { differenceMinor: line.amountMinor, paymentId: movement.id })
  for (const [kind, allowed] of Object.entries(remedies)) t.ok(allowed.length > 0, kind)
})

void test('totals are those of the date, refunds taken off', async (t) => {
  const refund = { ...movement, id: 'r', kind: 'refund', amountMinor: 5 } as const
  const { totals } = reconcile(
    booksOf({ movements: [movement, refund, { ...movement, day: before }], lines: [line] })
  )
  const { amountMinor } = movement
  t.strictSame(totals, [
    { provider: 'bank', currency: 'EUR', oursMinor: amountMinor - 5, theirsMinor: amountMinor }
  ])
})

void test('any number of agreeing orders in any order has no break; one line taken away is one break', async (t) => {
  const orders = fc.uniqueArray(fc.nat(5_000), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(orders, fc.nat(29), fc.boolean(), (numbers, at, turn) => {
      const all = numbers.map(sound)
      const lines = all.map((order) => order.line)
      const made = {
        movements: all.map((order) => order.movement),
        lines: turn ? lines.toReversed() : lines,
        sessions: all.map((order) => order.session)
      }
      const without = made.lines.toSpliced(at % lines.length, 1)
      const { breaks } = reconcile(booksOf({ ...made, lines: without }))
      return classes(made).length === 0 && breaks.length === 1 && breaks[0]?.class === 'missing-there'
    })
  )
  t.pass()
})

void test('the same books give the same keys, and no two breaks share one', async (t) => {
  const kind = fc.constantFrom('capture' as const, 'refund' as const)
  const day = fc.constantFrom(before, date, after)
  const amountMinor = fc.integer({ min: -1, max: 3 })
  const reference = fc.constantFrom('a', 'b')
  const state = fc.constantFrom('moved' as const, 'open' as const, 'ended' as const)
  const common = {
    kind,
    day,
    amountMinor,
    reference,
    provider: fc.constant('bank'),
    currency: fc.constant('EUR')
  }
  const movements = fc
    .array(fc.record({ ...common, state, sessionId: fc.constant(null) }), { maxLength: 8 })
    .map((all) => all.map((one, index) => ({ ...one, id: `m${index}` })))
  const lines = fc
    .array(fc.record({ ...common, at: fc.constant(date) }), { maxLength: 8 })
    .map((all) => all.map((one, index) => ({ ...one, id: `l${index}` })))
  fc.assert(
    fc.property(movements, lines, (ours, theirs) => {
      const run = () => reconcile(booksOf({ movements: ours, lines: theirs })).breaks.map(({ key }) => key)
      const keys = run()
      return new Set(keys).size === keys.length && JSON.stringify(keys) === JSON.stringify(run())
    }),
    { numRuns: 500 }
  )
  t.pass()
})

void test('every line and movement of three days is in one day’s breaks or has its other half', async (t) => {
  const three = [before, date, after]
  const sites: SiteBalance[] = []
  const shifted = { ...line, day: after }
  const found = three.map((each) =>
    reconcile({ date: each, movements: [movement], lines: [shifted], sessions: [], sites })
  )
  t.strictSame(
    found.map(({ breaks }) => breaks.map((one) => one.class)),
    [[], ['time'], []]
  )
})

void test('energy is compared in exact milli-watt-hours', async (t) => {
  t.equal(milliWh('12500.5'), 12_500_500n)
  t.equal(milliWh('-0.0009'), 0n)
  t.equal(milliWh('7'), 7_000n)
})
