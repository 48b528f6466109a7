import fc from 'fast-check'
import { test } from 'tap'
import {
  cover,
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
