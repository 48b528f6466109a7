import { test } from 'tap'
import { TariffPrices, type Course, type Plan } from '@nova/shared-protocol/tariff'
import { bill, unbelievable, type Billable } from './model.ts'

const plan: Plan = {
  tariffId: 't',
  version: 1,
  name: 't',
  timeZone: 'Asia/Shanghai',
  validFrom: null,
  validUntil: null,
  priority: 0,
  currency: 'CNY',
  segments: [{ start: '00:00', end: '24:00', electricityPrice: '0.8', servicePrice: '0.2' }]
}
const session: Billable = {
  sessionId: '6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d',
  siteId: 's',
  chargerId: 'c',
  connectorId: 'c:1:1',
  driverId: null,
  tokenUid: 'T',
  startedAt: '2026-03-02T01:00:00Z',
  endedAt: '2026-03-02T02:00:00Z',
  energyWh: 10_000,
  tariff: { tariffId: 't', version: 1 },
  readings: [
    { at: '2026-03-02T02:00:00Z', registerWh: 15_000 },
    { at: '2026-03-02T01:00:00Z', registerWh: 5_000 },
    { at: '2026-03-02T01:30:00Z', registerWh: 910_000, trust: 'implausible' },
    { at: '2026-03-02T02:00:01Z', registerWh: 16_000 }
  ]
}

const halfHour = [
  { at: '2026-03-02T01:00:00Z', registerWh: 5_000 },
  { at: '2026-03-02T01:30:00Z', registerWh: 15_000 },
  { at: '2026-03-02T02:00:00Z', registerWh: 15_000 }
]

void test('a bill is the register difference inside the session', async (t) => {
  const made = bill(session, plan, null)
  t.match(made, { ok: true, rated: { total: { amountMinor: 1000 }, energyWh: '10000' } })
})

const refusals = [
  { title: 'registers that say something else', change: { energyWh: 9_999 }, reason: 'energy-mismatch' },
  { title: 'no trusted register', change: { readings: [] }, reason: 'energy-mismatch' },
  { title: 'no energy at all', change: { energyWh: null }, reason: 'energy-mismatch' },
  { title: 'no end', change: { endedAt: null }, reason: 'no-energy-readings' },
  {
    title: 'registers that go backwards',
    change: {
      readings: [
        { at: '2026-03-02T01:00:00Z', registerWh: 5_000 },
        { at: '2026-03-02T01:30:00Z', registerWh: 4_000 }
      ]
    },
    reason: 'rating-failed'
  }
]
for (const { title, change, reason } of refusals) {
  void test(`${title}: no bill, a person looks (${reason})`, async (t) => {
    t.match(bill({ ...session, ...change }, plan, null), { ok: false, reason })
  })
}

const takenByNobody = [
  // Four and a half hours at 350 kW would give it: only the lost beginning says that it was not.
  { from: 0, to: 910_031, ended: '2026-03-02T05:30:00Z', found: 'begin-at-zero' },
  { from: 5_000, to: 1_200_000, ended: '2026-03-02T02:00:00Z', found: 'impossible-power' },
  { from: 0, to: 80_000, ended: '2026-03-02T02:00:00Z', found: undefined },
  { from: 910_031, to: 990_031, ended: '2026-03-02T02:00:00Z', found: undefined }
]
for (const { from, to, ended, found } of takenByNobody) {
  void test(`a register from ${from} to ${to} Wh: ${found ?? 'believed'}`, async (t) => {
    const readings = [
      { at: '2026-03-02T01:00:00Z', registerWh: from },
      { at: ended, registerWh: to }
    ]
    t.equal(
      unbelievable({ ...session, endedAt: ended, energyWh: to - from, readings }),
      found && `not to be billed: ${found}`
    )
  })
}

void test('an energy that a person states is spread over the session and needs no register', async (t) => {
  t.match(bill({ ...session, readings: [], energyWh: null }, plan, 7_500), {
    ok: true,
    rated: { total: { amountMinor: 750 } }
  })
  t.match(bill({ ...session, startedAt: null, readings: [] }, plan, 100), {
    ok: true,
    rated: { total: { amountMinor: 10 } }
  })
  t.match(bill(session, plan, 0), { ok: true, rated: { total: { amountMinor: 0 }, lines: [] } })
})

void test('what a person states is billed by rules too, more than a car takes or without a known start', async (t) => {
  const rules = TariffPrices.parse({
    currency: 'CNY',
    tax: 'none',
    elements: [{ components: [{ dimension: 'energy', price: '1' }] }]
  })
  const lorry = bill({ ...session, readings: [] }, { ...plan, rules }, 250_000)
  t.match(lorry, { ok: true, rated: { total: { amountMinor: 25_000 } } })
  t.match(bill({ ...session, startedAt: null, readings: [] }, { ...plan, rules }, 20_000), {
    ok: true,
    rated: { total: { amountMinor: 2_000 } }
  })
  if (!lorry.ok) throw new Error(lorry.detail)
  const { readings, course } = lorry
  const again = { ...session, energyWh: 250_000, readings, course }
  t.match(bill(again, { ...plan, rules }, null), { ok: true }, 'and again by another tariff')
})

void test('rules ask for what was recorded beside the readings: an idle hour costs what it says', async (t) => {
  const rules = TariffPrices.parse({
    currency: 'CNY',
    tax: 'included',
    elements: [
      { components: [{ dimension: 'energy', price: '1', taxPercent: '13' }] },
      { components: [{ dimension: 'idle', price: '6', taxPercent: '6' }] }
    ]
  })
  const course: Course = {
    states: [
      { at: '2026-03-02T01:00:00Z', state: 'charging' },
      { at: '2026-03-02T01:30:00Z', state: 'finished' }
    ],
    idleToldAt: '2026-03-02T01:00:00Z'
  }
  const made = bill({ ...session, readings: halfHour, course }, { ...plan, rules }, null)
  t.match(made, { ok: true, rated: { total: { amountMinor: 1300 } }, course }, '10 kWh × 1 + 0.5 h × 6')
  t.match(bill({ ...session, readings: halfHour }, { ...plan, rules }, null), {
    rated: { total: { amountMinor: 1000 } }
  })
})

void test('prices below zero that make a total below zero go to a person', async (t) => {
  const rules = TariffPrices.parse({
    currency: 'CNY',
    tax: 'none',
    elements: [{ components: [{ dimension: 'energy', price: '-1' }] }]
  })
  t.match(bill({ ...session, readings: halfHour }, { ...plan, rules }, null), {
    ok: false,
    reason: 'rating-failed'
  })
})
