import fc from 'fast-check'
import { test } from 'tap'
import { arithmeticFaults } from '../en16931.ts'
import { negated, type Line } from '../document.ts'
import { allocate, summed, type Untaxed } from './sums.ts'
import { rates } from './rates.ts'
import type { Category } from './treatment.ts'

type Open = Omit<Line, 'netMinor' | 'taxMinor'> & Untaxed

const line = (
  amountMinor: number,
  percent: string | null,
  category: Category = 'S',
  taken = percent ?? '0'
): Open => ({
  name: 'x',
  part: 'electricity',
  quantity: '1',
  unit: 'kWh',
  unitPrice: '1',
  rule: '',
  amountMinor,
  treatment: { category, percent, name: 'VAT', source: null, exemption: null },
  taken
})

const table = [
  {
    title: '119.00 with 19 % is 100.00 and 19.00',
    lines: [line(11_900, '19')],
    is: { netMinor: 10_000, taxMinor: 1_900, roundingMinor: 0, totalMinor: 11_900 }
  },
  {
    title: '113.00 of electricity with 13 % and 10.60 of service with 6 %: 100.00 + 13.00 and 10.00 + 0.60',
    lines: [line(11_300, '13'), line(1_060, '6')],
    is: { netMinor: 11_000, taxMinor: 1_360, roundingMinor: 0, totalMinor: 12_360 }
  },
  {
    // 0.03 ÷ 1.19 = 0.0252 → 0.03; 0.03 × 19 % = 0.0057 → 0.01: a cent too many, so −0.01 is the rounding difference.
    title: '0.03 with 19 % cannot be a net and its tax: the rounding difference is a line of its own',
    lines: [line(3, '19')],
    is: { netMinor: 3, taxMinor: 1, grossMinor: 4, roundingMinor: -1, totalMinor: 3 }
  },
  {
    title: '25.5 % of 200.00 is 51.00',
    lines: [line(25_100, '25.5')],
    is: { netMinor: 20_000, taxMinor: 5_100, roundingMinor: 0 }
  },
  {
    title: 'reverse charge takes the tax off the price: 119.00 becomes 100.00 to pay',
    lines: [line(11_900, '0', 'AE', '19')],
    is: { netMinor: 10_000, taxMinor: 0, totalMinor: 10_000, roundingMinor: 0 }
  },
  {
    title: 'no tax stated: the amount is the amount',
    lines: [line(777, null, 'O')],
    is: { netMinor: 777, taxMinor: 0, totalMinor: 777 }
  },
  { title: 'no lines: nothing', lines: [], is: { netMinor: 0, taxMinor: 0, totalMinor: 0 } }
] as const
for (const { title, lines, is } of table)
  void test(title, async (t) => {
    const bill = summed<Open>(lines)
    t.match(bill.totals, is)
    t.strictSame(arithmeticFaults(bill), [])
  })

void test('19 and 19.0 are one rate, 19 and 7 are two', async (t) => {
  t.equal(summed([line(100, '19'), line(100, '19.0')]).taxes.length, 1)
  t.equal(summed([line(100, '19'), line(100, '7')]).taxes.length, 2)
  const reverse = summed([line(119, '0', 'AE', '19'), line(107, '0', 'AE', '7')])
  t.match(reverse.taxes, [{ category: 'AE', baseMinor: 200, taxMinor: 0 }], 'reverse charge has one row')
  t.strictSame(arithmeticFaults(reverse), [])
})

void test('what was paid is taken off what is to be paid, not off the total', async (t) => {
  const { totals } = summed([line(1190, '19')], 500)
  t.match(totals, { totalMinor: 1190, paidMinor: 500, payableMinor: 690 })
})

const percents = [...new Set(rates.map(({ percent }) => percent))]
const anyLine = fc
  .tuple(
    fc.integer({ min: -2_000_000, max: 50_000_000 }),
    fc.constantFrom(...percents),
    fc.constantFrom('S', 'S', 'S', 'AE', 'Z')
  )
  .map(([amountMinor, percent, category]) =>
    category === 'S'
      ? line(amountMinor, percent)
      : line(amountMinor, '0', category as Category, category === 'AE' ? percent : '0')
  )

void test('on 10,000 random invoices EN 16931 BR-CO-10 to 18 hold exactly, and parts add up to totals', async (t) => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 12 }), fc.integer({ min: 0, max: 10_000 }), (lines, paid) => {
      const bill = summed(lines, paid)
      const same = bill.lines.every(
        ({ amountMinor }, index) =>
          bill.lines[index]?.treatment.category === 'AE' || amountMinor === lines[index]?.amountMinor
      )
      return (
        same &&
        arithmeticFaults(bill).length === 0 &&
        arithmeticFaults(negated(bill)).length === 0 &&
        Math.abs(bill.totals.roundingMinor) <= bill.taxes.length
      )
    }),
    { numRuns: 10_000 }
  )
  t.pass()
})

void test('each line’s net and tax are less than two minor units from their exact shares', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -90_000, max: 900_000 }), { minLength: 1, maxLength: 20 }),
      (amounts) =>
        summed(amounts.map((amount) => line(amount, '19'))).lines.every(
          ({ amountMinor, netMinor, taxMinor }) => {
            // |119 n − 100 a| < 2 × 119, in whole numbers.
            return (
              Math.abs(119 * netMinor - 100 * amountMinor) < 2 * 119 &&
              Math.abs(119 * taxMinor - 19 * amountMinor) < 2 * 119
            )
          }
        )
    ),
    { numRuns: 2_000 }
  )
  t.pass()
})

void test('parts of either sign add up to any whole near their sum', async (t) => {
  const share = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
  fc.assert(
    fc.property(
      fc.array(share, { minLength: 1, maxLength: 15 }),
      fc.bigInt({ min: 1n, max: 10n ** 6n }),
      fc.integer({ min: -3, max: 3 }),
      (numerators, denominator, off) => {
        const floor = numerators.reduce((all, each) => all + each, 0n) / denominator
        const total = floor + BigInt(off)
        return allocate(total, { numerators, denominator }).reduce((all, each) => all + each, 0n) === total
      }
    )
  )
  t.strictSame(
    allocate(5n, { numerators: [25n, 25n], denominator: 10n }),
    [3n, 2n],
    'ties to the earlier part'
  )
  t.pass()
})

// Each rule is broken by hand; the check must name it, or it could not fail at all.
const whole = summed([line(11_900, '19'), line(10_700, '7')], 100)
const spoilt = [
  { rule: 'BR-CO-10', bill: { ...whole, totals: { ...whole.totals, lineNetMinor: 19_999 } } },
  { rule: 'BR-CO-11', bill: { ...whole, totals: { ...whole.totals, allowanceMinor: 1 } } },
  { rule: 'BR-CO-12', bill: { ...whole, totals: { ...whole.totals, chargeMinor: 1 } } },
  { rule: 'BR-CO-13', bill: { ...whole, totals: { ...whole.totals, netMinor: 19_999 } } },
  { rule: 'BR-CO-14', bill: { ...whole, totals: { ...whole.totals, taxMinor: 2_601 } } },
  { rule: 'BR-CO-15', bill: { ...whole, totals: { ...whole.totals, grossMinor: 1 } } },
  { rule: 'BR-CO-16', bill: { ...whole, totals: { ...whole.totals, payableMinor: 1 } } },
  {
    rule: 'BR-CO-17',
    bill: { ...whole, taxes: whole.taxes.map((tax) => ({ ...tax, taxMinor: tax.taxMinor + 1 })) }
  },
  { rule: 'BR-CO-18', bill: { ...whole, taxes: [] } },
  {
    rule: 'BR-S-08',
    bill: { ...whole, taxes: whole.taxes.map((tax) => ({ ...tax, baseMinor: tax.baseMinor + 1 })) }
  },
  {
    rule: 'BR-Z-09',
    bill: { ...whole, taxes: whole.taxes.map((tax) => ({ ...tax, category: 'Z' as const })) }
  },
  { rule: 'NOVA-LINES', bill: { ...whole, lines: whole.lines.slice(1) } },
  { rule: 'NOVA-TOTAL', bill: { ...whole, totals: { ...whole.totals, totalMinor: 1 } } },
  { rule: 'NOVA-ROUNDING', bill: { ...whole, totals: { ...whole.totals, roundingMinor: 3 } } },
  { rule: 'NOVA-LINE-TAX', bill: { ...whole, lines: whole.lines.map((each) => ({ ...each, taxMinor: 0 })) } }
]
void test('a whole bill has no fault', async (t) => t.strictSame(arithmeticFaults(whole), []))
for (const { rule, bill } of spoilt)
  void test(`a bill that breaks ${rule} is found by that name`, async (t) => {
    t.ok(arithmeticFaults(bill).some((fault) => fault.rule === rule))
  })
