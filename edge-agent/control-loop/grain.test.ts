import fc from 'fast-check'
import { test } from 'tap'
import { freshAccount, type Account } from '../core/allocator/index.ts'
import { asKept, finest, grainSeen, unknown, type Grain } from './grain.ts'

const told = (milliA: number): Account => ({
  ...freshAccount(6_000),
  confirmed: { milliA, transactionId: '1', atMs: 0, sinceMs: 0, leaseEndsMs: 120_000 }
})

const shows = (milliA: number, levelMilliA: number, heardAtMs = 6_000) => ({ milliA, levelMilliA, heardAtMs })

const coarse: Grain = { stepMilliA: 1_000, biasMilliA: 0 }

const table: {
  title: string
  grain: Grain
  level: number
  draw: number
  heardAtMs?: number
  after: Grain
}[] = [
  { title: 'what it was told', grain: finest, level: 9_500, draw: 9_500, after: finest },
  { title: 'less, because the car takes no more', grain: finest, level: 9_500, draw: 7_000, after: finest },
  { title: 'as much more as two meters differ', grain: finest, level: 9_500, draw: 9_700, after: finest },
  { title: 'the next whole ampere', grain: finest, level: 9_500, draw: 10_000, after: coarse },
  { title: 'the tenths it was told', grain: unknown, level: 9_400, draw: 9_350, after: finest },
  { title: 'a whole ampere, and may round', grain: unknown, level: 9_400, draw: 9_050, after: unknown },
  { title: 'what says nothing of tenths', grain: unknown, level: 9_200, draw: 9_150, after: unknown },
  { title: 'the next whole ampere at first', grain: unknown, level: 9_400, draw: 10_000, after: coarse },
  { title: 'so much that it ignores its limit', grain: finest, level: 9_500, draw: 12_000, after: finest },
  {
    title: 'more, but the car is still on its way',
    grain: finest,
    level: 9_500,
    draw: 10_000,
    heardAtMs: 5_999,
    after: finest
  },
  {
    title: 'more than a whole ampere it was told',
    grain: coarse,
    level: 9_000,
    draw: 9_400,
    after: { stepMilliA: 1_000, biasMilliA: 400 }
  },
  {
    title: 'more than what it was told before it was found out',
    grain: coarse,
    level: 9_500,
    draw: 10_000,
    after: coarse
  }
]

for (const { title, grain, level, draw, heardAtMs, after } of table)
  void test(`told ${level / 1000} A, a charger shows ${draw / 1000} A: ${title}`, async (t) => {
    t.strictSame(grainSeen(grain, { account: told(level), draw: shows(draw, level, heardAtMs) }, '1'), after)
  })

void test('nothing is learnt from a charger that was told nothing, or is being told something else', async (t) => {
  const account = told(9_500)
  const draw = shows(10_000, 9_500)
  t.equal(grainSeen(finest, { account: freshAccount(6_000), draw }, '1'), finest)
  t.equal(grainSeen(finest, { account, draw: null }, '1'), finest)
  t.equal(grainSeen(finest, { account, draw }, 'another session'), finest)
  const onItsWay = { id: 1, milliA: 7_000, transactionId: '1', atMs: 5_000, lost: false }
  t.equal(grainSeen(finest, { account: { ...account, sent: [onItsWay] }, draw }, '1'), finest)
})

void test('a charger that rounds to its step, told what it keeps, never draws more than was meant', async (t) => {
  const milliA = fc.integer({ min: 0, max: 80_000 })
  fc.assert(
    fc.property(
      milliA,
      fc.constantFrom(100, 1_000),
      fc.integer({ min: 0, max: 1_500 }),
      (meant, step, bias) => {
        const heard = asKept({ stepMilliA: step, biasMilliA: bias }, meant)
        const draws = heard === 0 ? 0 : Math.round(heard / step) * step + bias
        return heard >= 0 && heard % step === 0 && draws <= meant
      }
    )
  )
  t.equal(asKept(finest, 9_560), 9_500)
})

void test('until it is seen to keep tenths it is told none that it might round up', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80_000 }), fc.constantFrom(100, 1_000), (meant, step) => {
      const heard = asKept(unknown, meant)
      return Math.round(heard / step) * step <= meant && meant - heard < 700
    })
  )
  t.equal(asKept(unknown, 9_990), 9_400)
  t.equal(asKept(unknown, 9_290), 9_200)
})
