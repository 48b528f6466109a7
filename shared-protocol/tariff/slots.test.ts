import { test } from 'tap'
import { slotsOf, type PlanPrices } from './index.ts'
import { segment } from './examples.ts'

const plan = (...segments: PlanPrices['segments']): PlanPrices => ({ currency: 'CNY', segments })
const sharp = segment('尖', '18:00', '20:00', '1.5', '0.4')
const peak = segment('峰', '10:00', '18:00', '1.2', '0.4')
const flat = segment('平', '07:30', '10:00', '0.7', '0.4')
const late = segment('平', '20:00', '23:00', '0.7', '0.4')
const valley = segment('谷', '23:00', '07:30', '0.3', '0.4')

void test('四 rates, dearest first, over 48 half hours', async (t) => {
  const table = slotsOf(plan(valley, flat, peak, sharp, late))
  t.ok(table.ok)
  if (!table.ok) return
  t.strictSame(
    table.rates.map(({ electricityPrice }) => electricityPrice),
    ['1.5', '1.2', '0.7', '0.3']
  )
  t.equal(table.slots.length, 48)
  t.strictSame([...new Set(table.slots.slice(0, 15))], [3]) // To 07:30.
  t.strictSame([...new Set(table.slots.slice(15, 20))], [2])
  t.strictSame([...new Set(table.slots.slice(20, 36))], [1])
  t.strictSame([...new Set(table.slots.slice(36, 40))], [0])
  t.strictSame([...new Set(table.slots.slice(46))], [3])
})

const faults = [
  [
    'border-inside-a-half-hour',
    plan(segment('a', '00:00', '07:15', '1'), segment('b', '07:15', '24:00', '2'))
  ],
  [
    'too-many-rates',
    plan(
      ...[0, 1, 2, 3, 4].map((n) => segment(`${n}`, `0${n}:00`, n === 4 ? '24:00' : `0${n + 1}:00`, `${n}.5`))
    )
  ],
  [
    'days-differ',
    plan(
      segment('week', '00:00', '24:00', '1', '0', [1, 2, 3, 4, 5]),
      segment('end', '00:00', '24:00', '2', '0', [6, 7])
    )
  ]
] as const
for (const [fault, prices] of faults)
  void test(`48 slots would say something else: ${fault}`, async (t) => {
    t.match(slotsOf(prices), { ok: false, fault })
  })

void test('piles with a deep valley take five rates; a border between equal prices is none', async (t) => {
  t.ok(slotsOf(faults[1][1], 5).ok)
  t.ok(slotsOf(plan(segment('a', '00:00', '07:15', '1'), segment('b', '07:15', '24:00', '1.0'))).ok)
})
