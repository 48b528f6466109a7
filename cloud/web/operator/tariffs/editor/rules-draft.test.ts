import fc from 'fast-check'
import { test } from 'tap'
import { TariffPrices } from '@nova/shared-protocol/tariff'
import { discountRowsOf, limitText, rowsOf, rulesFrom, type RulesDraft } from './rules-draft.ts'

const whole = TariffPrices.parse({
  currency: 'EUR',
  tax: 'included',
  elements: [
    { components: [{ dimension: 'flat', price: '0.50', taxPercent: '21' }] },
    {
      name: 'night',
      components: [{ dimension: 'energy', price: '0.25', step: 100, part: 'electricity', most: '9' }],
      restrictions: {
        startTime: '22:00',
        endTime: '06:00',
        weekdays: [1, 2],
        minPowerKw: '11',
        groups: ['gold']
      }
    },
    {
      components: [
        { dimension: 'energy', price: { series: 'spot', times: '1.1', plus: '0.12' } },
        { dimension: 'idle', price: '6' }
      ],
      restrictions: { minIdleS: 900, signal: { name: 'load', below: '5' } }
    },
    { components: [{ dimension: 'idle', price: '12' }], restrictions: { minIdleS: 61 } }
  ],
  discounts: [{ name: 'fleet', percent: '10', most: '3', restrictions: { groups: ['fleet'], minKwh: '5' } }],
  series: { spot: { minutes: 15, prices: [] } },
  minPrice: { incl: '1', excl: '0.8' },
  maxPrice: { incl: '50' }
})

const draftOf = (rules: TariffPrices): RulesDraft => ({
  tax: rules.tax,
  rows: rowsOf(rules),
  discounts: discountRowsOf(rules),
  least: limitText(rules, 'minPrice'),
  most: limitText(rules, 'maxPrice')
})

void test('what the form does not show is there again when it is sent', async (t) => {
  const again = TariffPrices.parse(rulesFrom(draftOf(whole), 'EUR', whole))
  t.strictSame(again.discounts, whole.discounts)
  t.strictSame([again.series, again.minPrice, again.maxPrice], [whole.series, whole.minPrice, whole.maxPrice])
  t.strictSame(
    again.elements.map(({ components, restrictions }) => [components, restrictions]),
    [
      [[{ dimension: 'flat', price: '0.50', taxPercent: '21' }], undefined],
      [
        [{ dimension: 'energy', price: '0.25', step: 100, part: 'electricity', most: '9', name: 'night' }],
        whole.elements[1]?.restrictions
      ],
      [[whole.elements[2]?.components[0]], whole.elements[2]?.restrictions],
      [[whole.elements[2]?.components[1]], whole.elements[2]?.restrictions],
      [[{ dimension: 'idle', price: '12' }], { minIdleS: 61 }]
    ]
  )
})

void test('a row that is still typed is left out; without a whole one there are no rules', async (t) => {
  const draft: RulesDraft = { tax: 'added', rows: [{ dimension: 'energy', price: '0.' }], discounts: [] }
  t.equal(rulesFrom(draft, 'EUR', undefined), null)
  const both = {
    ...draft,
    rows: [...draft.rows, { dimension: 'energy' as const, price: '0.3', startTime: '7' }]
  }
  t.strictSame(rulesFrom(both, 'EUR', undefined)?.elements, [
    { components: [{ dimension: 'energy', price: '0.3' }] }
  ])
})

void test('clearing a field takes the restriction away', async (t) => {
  const rows = rowsOf(whole).map((row) => ({
    ...row,
    graceMinutes: '',
    groups: [],
    startTime: '',
    endTime: ''
  }))
  const rules = rulesFrom({ ...draftOf(whole), rows }, 'EUR', whole)
  t.strictSame(rules?.elements[1]?.restrictions, { weekdays: [1, 2], minPowerKw: '11' })
})

void test('simple rules go through the form unchanged', async (t) => {
  const price = fc.integer({ min: 1, max: 999 }).map((cents) => `${cents}.5`)
  const element = fc.record({
    components: fc
      .record({ dimension: fc.constantFrom('energy', 'time', 'idle', 'flat'), price })
      .map((component) => [component])
  })
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 9 }), (elements) => {
      const rules = TariffPrices.parse({ currency: 'EUR', elements })
      return (
        JSON.stringify(rulesFrom(draftOf(rules), 'EUR', rules)?.elements) === JSON.stringify(rules.elements)
      )
    })
  )
  t.pass('held')
})
