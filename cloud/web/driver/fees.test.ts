import { test } from 'tap'
import { feesOf, standingFees } from './parts/fees.ts'

const element = (dimension: string, price: string | object, restrictions?: object) => ({
  components: [{ dimension, price }],
  ...(restrictions ? { restrictions } : {})
})

void test('what a driver has to know beside the price of energy, in the order of the list', async (t) => {
  const rules = {
    elements: [
      element('energy', '1'),
      element('flat', '0.5'),
      element('idle', '6', { minIdleS: 900 }),
      element('time', '0'),
      element('parking', { series: 'spot' }),
      element('flat', '5', { reservation: 'expired' }),
      element('reservation', '2', { reservation: 'expired' }),
      element('reservation', '2', { reservation: 'made' })
    ]
  }
  t.strictSame(feesOf(rules), [
    { dimension: 'flat', price: '0.5', graceMinutes: 0, isOnce: true },
    { dimension: 'idle', price: '6', graceMinutes: 15, isOnce: false },
    { dimension: 'no-show', price: '5', graceMinutes: 0, isOnce: true },
    { dimension: 'no-show', price: '2', graceMinutes: 0, isOnce: false },
    { dimension: 'reservation', price: '2', graceMinutes: 0, isOnce: false }
  ])
  t.strictSame(
    standingFees(feesOf(rules)).map(({ dimension }) => dimension),
    ['idle'],
    'while it stands there'
  )
  t.strictSame(feesOf(null), [], 'time of use has none')
})
