import { test } from 'tap'
import { rate, type PlanPrices } from './index.ts'
import { priced, segment } from './examples.ts'

const chinese: PlanPrices = {
  currency: 'CNY',
  segments: [
    segment('valley', '23:00', '07:00', '0.3000', '0.4000'),
    segment('flat', '07:00', '10:00', '0.7000', '0.4000'),
    segment('peak', '10:00', '15:00', '1.0000', '0.4500'),
    segment('flat 2', '15:00', '18:00', '0.7000', '0.4000'),
    segment('sharp', '18:00', '23:00', '1.2000', '0.5000')
  ]
}

void test('a session inside one segment pays electricity and service apart, both by the same energy', async (t) => {
  const rated = rate({
    plan: chinese,
    timeZone: 'Asia/Shanghai',
    readings: [
      { at: '2026-03-02T03:00:00Z', registerWh: 1_000 },
      { at: '2026-03-02T04:00:00Z', registerWh: 11_000 }
    ]
  })
  t.strictSame(rated.lines, [
    {
      name: 'peak',
      part: 'electricity',
      quantity: '10',
      unit: 'kWh',
      unitPrice: '1.0000',
      amountMinor: 1000,
      rule: 'time of use 10:00–15:00, every day'
    },
    {
      name: 'peak',
      part: 'service',
      quantity: '10',
      unit: 'kWh',
      unitPrice: '0.4500',
      amountMinor: 450,
      rule: 'time of use 10:00–15:00, every day'
    }
  ])
  t.strictSame(rated.total, { currency: 'CNY', amountMinor: 1450 })
  t.strictSame(rated.exact, { excl: '14.5', incl: '14.5' })
  t.equal(rated.energyWh, '10000')
})

void test('a reading at the border attributes energy by the meter, not by the share of time', async (t) => {
  const rated = rate({
    plan: chinese,
    timeZone: 'Asia/Shanghai',
    readings: [
      { at: '2026-03-02T01:00:00Z', registerWh: 0 },
      { at: '2026-03-02T02:00:00Z', registerWh: 1_000 }, // 10:00 in Shanghai
      { at: '2026-03-02T03:00:00Z', registerWh: 31_000 }
    ]
  })
  t.strictSame(priced(rated), { flat: '1', peak: '30' })
})

void test('without a reading at the border the energy is spread evenly, exactly, and still adds up', async (t) => {
  const rated = rate({
    plan: chinese,
    timeZone: 'Asia/Shanghai',
    readings: [
      { at: '2026-03-02T01:59:59Z', registerWh: 0 },
      { at: '2026-03-02T02:00:02Z', registerWh: 10_000 }
    ]
  })
  t.strictSame(priced(rated), { flat: '3.333333', peak: '6.666667' })
  t.equal(rated.exact.excl, '13.333333333333')
  t.equal(rated.total.amountMinor, 1333)
})

void test('energy that appears within one instant belongs to the segment that begins there', async (t) => {
  const rated = rate({
    plan: chinese,
    timeZone: 'Asia/Shanghai',
    readings: [
      { at: '2026-03-02T02:00:00Z', registerWh: 5 },
      { at: '2026-03-02T02:00:00Z', registerWh: 1_005 }
    ]
  })
  t.strictSame(priced(rated), { peak: '1' })
})

void test('readings that are not trusted, or lie outside the session, do not count', async (t) => {
  const rated = rate({
    plan: chinese,
    timeZone: 'Asia/Shanghai',
    startedAt: '2026-03-02T03:00:00Z',
    endedAt: '2026-03-02T04:00:00Z',
    readings: [
      { at: '2026-03-02T02:59:59.999Z', registerWh: 0 },
      { at: '2026-03-02T03:00:00Z', registerWh: 1_000 },
      { at: '2026-03-02T03:10:00Z', registerWh: 910_000, trust: 'implausible' },
      { at: '1970-01-01T00:00:00Z', registerWh: 1, trust: 'clock' },
      { at: '2026-03-02T04:00:00Z', registerWh: 2_000 },
      { at: '2026-03-02T04:00:00.001Z', registerWh: 9_000 }
    ]
  })
  t.equal(rated.energyWh, '1000')
})

void test('no reading, or one alone, is a bill of nothing without lines', async (t) => {
  for (const readings of [[], [{ at: '2026-03-02T03:00:00Z', registerWh: 7 }]]) {
    const rated = rate({ plan: chinese, timeZone: 'UTC', readings })
    t.strictSame([rated.lines, rated.total.amountMinor, rated.energyWh, rated.exact.excl], [[], 0, '0', '0'])
  }
})

void test('where no segment holds the fallback rate is charged and the line says so', async (t) => {
  const rated = rate({
    plan: {
      currency: 'JPY',
      segments: [segment('night', '22:00', '06:00', '20', '0')],
      fallback: { electricityPrice: '31.5', servicePrice: '0' }
    },
    timeZone: 'Asia/Tokyo',
    readings: [
      { at: '2026-03-02T03:00:00Z', registerWh: '0.5' },
      { at: '2026-03-02T04:00:00Z', registerWh: '1000.5' }
    ]
  })
  t.equal(rated.total.amountMinor, 32, 'a currency without minor units rounds to whole units, half up')
  t.strictSame(
    rated.lines.map(({ name, rule }) => [name, rule]),
    [['fallback', 'fallback rate, where no segment holds']]
  )
})

const refused = [
  {
    title: 'a register that goes backwards',
    registers: [10, 9],
    zone: 'UTC',
    says: /backwards at 2026-03-02T01:00/
  },
  {
    title: 'a register with a fraction as binary float',
    registers: [0, 0.1],
    zone: 'UTC',
    says: /whole watt-hours/
  },
  { title: 'a register that is no number', registers: ['0', '1e3'], zone: 'UTC', says: /not a decimal/ },
  { title: 'a zone that nobody knows', registers: [0, 1], zone: 'Mars/Base', says: /time zone/i }
]
for (const { title, registers, zone, says } of refused) {
  void test(`${title} is refused with words`, async (t) => {
    const readings = registers.map((registerWh, hour) => ({ at: `2026-03-02T0${hour}:00:00Z`, registerWh }))
    t.throws(() => rate({ plan: { ...chinese }, timeZone: zone, readings }), { message: says })
  })
}
