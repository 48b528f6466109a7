import fc from 'fast-check'
import { test } from 'tap'
import {
  cover,
  judgeSpending,
  nextCheckMs,
  spread,
  isFinal,
  learn,
  nextStep,
  pauseAfter,
  statusDuring,
  wantAfter,
  type PaymentStatus,
  type Truth,
  type Want
} from './model.ts'

const steps = [
  ['created', 'hold', 'authorise'],
  ['created', 'capture', 'authorise'],
  ['created', 'void', 'query'],
  ['authorising', 'hold', 'query'],
  ['capturing', 'capture', 'query'],
  ['voiding', 'void', 'query'],
  ['unknown', 'hold', 'query'],
  ['unknown', 'capture', 'query'],
  ['unknown', 'void', 'query'],
  ['pending', 'hold', 'query'],
  ['pending', 'capture', 'query'],
  ['pending', 'void', 'void'],
  ['authorised', 'hold', 'rest'],
  ['authorised', 'capture', 'capture'],
  ['authorised', 'void', 'void'],
  ['captured', 'void', 'rest'],
  ['voided', 'capture', 'rest'],
  ['failed', 'hold', 'rest']
] as const
for (const [status, want, step] of steps) {
  void test(`${status} and wanted to ${want}: ${step}`, async (t) => {
    t.equal(nextStep({ status, want }), step)
  })
}

const lessons = [
  ['unknown', 'hold', false, 'authorised', 'authorised held'],
  ['unknown', 'hold', true, 'authorised', 'authorised nothing'],
  ['unknown', 'hold', false, 'absent', 'created nothing'],
  ['unknown', 'void', false, 'absent', 'failed declined'],
  ['unknown', 'capture', true, 'captured', 'captured captured'],
  ['authorised', 'hold', true, 'expired', 'voided released'],
  ['unknown', 'hold', false, 'voided', 'voided declined'],
  ['authorising', 'hold', false, 'declined', 'failed declined'],
  ['authorising', 'hold', false, 'pending', 'pending nothing'],
  ['pending', 'hold', false, 'absent', 'pending nothing'],
  ['pending', 'void', false, 'absent', 'failed declined'],
  ['pending', 'hold', false, 'authorised', 'authorised held'],
  ['pending', 'hold', false, 'expired', 'voided declined'],
  ['capturing', 'capture', true, 'capturing', 'capturing nothing'],
  ['voided', 'hold', false, 'pending', 'voided nothing'],
  ['captured', 'capture', true, 'voided', 'captured nothing'],
  ['failed', 'hold', false, 'authorised', 'authorised nothing']
] as const
for (const [status, want, held, truth, expected] of lessons) {
  void test(`${status}, wanted to ${want}, and the provider says ${truth}: ${expected}`, async (t) => {
    const turn = learn({ status, want, held }, truth)
    t.equal(`${turn.status} ${turn.tell}`, expected)
  })
}

void test('a hold that returns from the dead, or is not what was asked, is let go', async (t) => {
  t.equal(wantAfter({ status: 'failed', want: 'hold' }, true), 'void')
  t.equal(wantAfter({ status: 'unknown', want: 'hold' }, false), 'void')
  t.equal(wantAfter({ status: 'unknown', want: 'capture' }, true), 'capture')
})

/** A provider that does what it is asked, sometimes without our hearing of it. */
type Provider = { state: Truth['state'] }

function exchange(
  provider: Provider,
  step: ReturnType<typeof nextStep>,
  isHeard: boolean
): Truth['state'] | undefined {
  if (step === 'authorise' && provider.state === 'absent') provider.state = 'authorised'
  if (step === 'capture' && provider.state === 'authorised') provider.state = 'captured'
  if (step === 'void' && provider.state === 'authorised') provider.state = 'voided'
  return isHeard ? provider.state : undefined
}

void test('whatever answers are lost, it is told once, in order, and ends where the provider is', async (t) => {
  const want = fc.constantFrom<Want>('capture', 'void')
  fc.assert(
    fc.property(want, fc.array(fc.boolean(), { maxLength: 20 }), fc.nat(5), (last, hears, changesAt) => {
      const provider: Provider = { state: 'absent' }
      let payment = { status: 'created' as PaymentStatus, want: 'hold' as Want, held: false }
      const told: string[] = []
      for (const [turn, isHeard] of [...hears, true, true, true, true, true, true].entries()) {
        if (turn === changesAt) payment = { ...payment, want: last }
        const step = nextStep(payment)
        if (step === 'rest') continue
        const truth = exchange(provider, step, isHeard)
        if (truth === undefined) {
          payment = { ...payment, status: step === 'query' ? payment.status : 'unknown' }
          continue
        }
        const { status, tell } = learn(payment, truth)
        if (tell !== 'nothing') told.push(tell)
        payment = { ...payment, status, held: payment.held || tell === 'held' }
      }
      const ends = { capture: ['held captured'], void: ['held released', 'declined'] }[
        last as 'capture' | 'void'
      ]
      return isFinal(payment.status) && ends.includes(told.join(' '))
    }),
    { numRuns: 2000 }
  )
  t.pass()
})

void test('a hold covers the bill up to what it holds, the rest is owed', async (t) => {
  const bill = (amountMinor: number) => ({ currency: 'CNY', amountMinor })
  t.strictSame(cover(5000, bill(3456)), { captureMinor: 3456, owedMinor: 0 })
  t.strictSame(cover(5000, bill(5001)), { captureMinor: 5000, owedMinor: 1 })
})

void test('pauses grow and stay within patience', async (t) => {
  t.strictSame(
    [0, 1, 2, 3, 9].map((tries) => pauseAfter(tries, 'hold')),
    [500, 1000, 2000, 4000, 4000]
  )
  t.equal(pauseAfter(50, 'capture'), 60_000)
  t.equal(statusDuring('void'), 'voiding')
})

void test('more shall be held only while the hold stands and nothing else is wanted', async (t) => {
  t.equal(nextStep({ status: 'authorised', want: 'hold', raising: true }), 'increase')
  t.equal(nextStep({ status: 'authorised', want: 'capture', raising: true }), 'capture')
  t.equal(nextStep({ status: 'authorised', want: 'void', raising: true }), 'void')
  t.equal(nextStep({ status: 'unknown', want: 'hold', raising: true }), 'query')
  t.equal(statusDuring('increase'), 'authorising')
})

const spending = { heldMinor: 5000, costMinor: 0, marginPercent: 5, firstMinor: 5000, canRaise: true }
// The margin of 50.00 at 5 % is 2.50.
const judged = [
  [4749, true, 'enough'],
  [4750, true, { raiseTo: 7500 }],
  [5400, true, { raiseTo: 7900 }],
  [4749, false, 'enough'],
  [4750, false, 'stop']
] as const
for (const [costMinor, canRaise, verdict] of judged) {
  void test(`a cost of ${costMinor} of 5000, ${canRaise ? 'where holds can be raised' : 'where they cannot'}: ${JSON.stringify(verdict)}`, async (t) => {
    t.strictSame(judgeSpending({ ...spending, costMinor, canRaise }), verdict)
  })
}

void test('a raise always ends above hold and cost, and a cost below the margin never stops anybody', async (t) => {
  const amount = fc.integer({ min: 1, max: 1_000_000_000 })
  fc.assert(
    fc.property(
      amount,
      fc.nat(2_000_000_000),
      amount,
      fc.integer({ min: 0, max: 90 }),
      (held, cost, first, percent) => {
        const verdict = judgeSpending({
          heldMinor: held,
          costMinor: cost,
          firstMinor: first,
          marginPercent: percent,
          canRaise: true
        })
        return typeof verdict === 'object' ? verdict.raiseTo > Math.max(held, cost) : cost < held
      }
    )
  )
  t.pass()
})

void test('the next look comes before the margin can be reached at the pace so far', async (t) => {
  // 10.00 in ten minutes leave 37.50 to the margin: 37.5 minutes at this pace; half of that is above ten minutes.
  t.equal(nextCheckMs({ ...spending, costMinor: 1000 }, 600_000), 600_000)
  // 40.00 in ten minutes leave 7.50: 112.5 s at this pace, half of it 56.25 s.
  t.equal(nextCheckMs({ ...spending, costMinor: 4000 }, 600_000), 56_250)
  t.equal(nextCheckMs({ ...spending, costMinor: 4750 }, 600_000), 10_000)
  t.equal(nextCheckMs(spending, 600_000), 30_000, 'nothing yet')
})

void test('what is captured fills the first hold, then each raise, and adds up', async (t) => {
  t.strictSame(spread([5000, 2500, 2500], 6100), [5000, 1100, 0])
  t.strictSame(spread([5000], 3456), [3456])
  t.strictSame(spread([5000, 2500], 0), [0, 0])
  const holds = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(holds, fc.nat(600_000), (each, wish) => {
      const whole = each.reduce((sum, one) => sum + one, 0)
      const captured = Math.min(wish, whole)
      const parts = spread(each, captured)
      return (
        parts.reduce((sum, one) => sum + one, 0) === captured &&
        parts.every((part, index) => part >= 0 && part <= (each[index] ?? 0))
      )
    })
  )
})
