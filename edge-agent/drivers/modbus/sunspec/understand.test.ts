import {
  battery,
  blockOf,
  derMeasurement,
  derStorage,
  immediateControls,
  inverter,
  inverterFloat,
  status,
  storage,
  valuesOf,
  type Model,
  type Values
} from '@nova/shared-protocol/codecs/sunspec'
import fc from 'fast-check'
import { test } from 'tap'
import type { Participant } from '../../contract.ts'
import type { Said } from './roles.ts'
import { mayDischarge, understood } from './understand.ts'

const at = '2026-03-01T10:00:00Z'
const pv: Participant = {
  id: 'p',
  kind: 'pv',
  circuit: 'grid',
  phaseRotation: 'RST',
  rating: { leastW: -10_000, mostW: 0 },
  capacityWh: null,
  minSocPercent: null
}
const store: Participant = {
  ...pv,
  kind: 'battery',
  rating: { leastW: -5000, mostW: 4000 },
  capacityWh: 10_000,
  minSocPercent: 10
}

const says = <Of extends Model>(model: Of, values: Partial<Values<Of>>): Values<Of> =>
  valuesOf(model, blockOf(model, values))
const feeding = (W: number | null, St: number | null = 4): Said => ({
  inverter: says(inverter, { W, W_SF: 0, St })
})
const heard = (said: Said, participant = pv) => understood(said, { participant, control: null }, at)

const states: readonly (readonly [
  St: number,
  W: number | null,
  state: string | null,
  totalW: number | null
])[] = [
  [1, null, 'off', 0],
  [2, null, 'standby', 0], // Asleep at night: no power is none.
  [2, 0, 'standby', 0],
  [3, 0, 'standby', 0],
  [4, 6000, 'running', -6000],
  [5, 2000, 'running', -2000],
  [6, 10, 'standby', -10],
  [7, 0, 'fault', 0],
  [7, null, null, null],
  [4, null, null, null], // It runs and does not say with what.
  [8, -5, 'standby', 5]
]

for (const [St, W, state, totalW] of states)
  void test(`model 103: state ${St} with ${W} W is ${state}, ${totalW} W for the site`, async (t) => {
    const reading = heard(feeding(W, St))
    t.equal(reading?.state ?? null, state)
    t.equal(reading?.totalW ?? null, totalW)
  })

void test('the 700s count their states from 0', async (t) => {
  const der = (InvSt: number) =>
    heard({ derMeasurement: says(derMeasurement, { W: 100, W_SF: 0, InvSt }) })?.state
  t.strictSame([0, 1, 2, 3, 4, 5, 6, 7].map(der), ['off', 'standby', 'standby', 'running', 'running', 'standby', 'fault', 'standby']) // prettier-ignore
})

void test('a device that gives no state runs when it has power', async (t) => {
  t.equal(heard(feeding(100, null))?.state, 'running')
  t.equal(heard(feeding(0, null))?.state, 'standby')
  t.equal(heard(feeding(null, null)), null)
})

void test('a power beyond anything it can do is no reading: a wrong scale, or words in the wrong order', async (t) => {
  t.not(heard(feeding(15_000)), null)
  t.equal(heard(feeding(20_000)), null)
  t.equal(heard(feeding(-20_000)), null)
  t.equal(heard({}), null)
})

void test('power lies on the phases as the device says, else evenly, and adds up to the watt', async (t) => {
  const shared = {
    inverter: says(inverter, { W: 6000, W_SF: 0, St: 4, AphA: 10, AphB: 5, AphC: 5, A_SF: -1 })
  }
  t.strictSame(heard(shared)?.powerW, [-3000, -1500, -1500])
  t.strictSame(heard(feeding(1000))?.powerW, [-333, -333, -334])
  t.strictSame(heard(shared, { ...pv, phaseRotation: 'STR' })?.powerW, [-1500, -3000, -1500])
  t.strictSame(heard(feeding(1000), { ...pv, phaseRotation: 'T' })?.powerW, [0, 0, -1000])
  const float = { inverterFloat: says(inverterFloat, { W: 6000, St: 4, AphA: 1, AphB: 1, AphC: 2 }) }
  t.strictSame(heard(float)?.powerW, [-1500, -1500, -3000])
})

void test('what the sun gives is known from 122, or when nothing holds the inverter back', async (t) => {
  const limited = { immediateControls: says(immediateControls, { WMaxLim_Ena: 1 }) }
  const said122 = { status: says(status, { WAval: 7000, WAval_SF: 0 }) }
  t.equal(heard(feeding(6000))?.available.leastW, -6000)
  t.equal(heard({ ...feeding(2000), ...limited })?.available.leastW, -10_000, 'it may be all')
  t.equal(heard({ ...feeding(2000), ...limited, ...said122 })?.available.leastW, -7000)
  t.strictSame(heard(feeding(0, 7))?.available, { leastW: 0, mostW: 0 }, 'a broken one follows nothing')
})

const charged = (values: Partial<Values<typeof storage>>): Said => ({
  ...feeding(0, 4),
  storage: says(storage, { ChaState_SF: 0, WChaMax_SF: 0, ...values })
})

const stores: readonly (readonly [
  what: string,
  said: Said,
  least: number,
  most: number,
  soc: number | null
])[] = [
  ['half full', charged({ ChaState: 50 }), -5000, 4000, 50],
  ['at its reserve', charged({ ChaState: 10 }), 0, 4000, 10],
  ['full', charged({ ChaState: 100 }), -5000, 0, 100],
  ['full by its own word', charged({ ChaState: 98, ChaSt: 5 }), -5000, 0, 98],
  ['empty by its own word', charged({ ChaState: 50, ChaSt: 2 }), 0, 4000, 50],
  ['slower than configured', charged({ ChaState: 50, WChaMax: 3000 }), -3000, 3000, 50],
  ['without a state of charge', charged({}), 0, 4000, null],
  ['with an absurd one', charged({ ChaState: 120 }), 0, 4000, null],
  ['of the 700s', { ...feeding(0), derStorage: says(derStorage, { SoC: 40, Pct_SF: 0 }) }, -5000, 4000, 40],
  ['of the 800s', { ...feeding(0), battery: says(battery, { SoC: 30, SoC_SF: 0 }) }, -5000, 4000, 30]
]

for (const [what, said, leastW, mostW, soc] of stores)
  void test(`a battery ${what} can follow ${leastW} to ${mostW} W`, async (t) => {
    const reading = heard(said, store)
    t.strictSame(reading?.available, { leastW, mostW })
    t.equal(reading?.socPercent, soc)
  })

void test('an unknown state of charge is no reason to go below a reserve, and none to rest where there is none', async (t) => {
  t.equal(mayDischarge(null, 10), false)
  t.equal(mayDischarge(null, null), true)
  t.equal(mayDischarge(10, 10), false)
  t.equal(mayDischarge(0, null), false)
})

void test('whatever registers say, a reading is whole: phases add up, what is available lies within the rating', async (t) => {
  const words = (count: number) => fc.array(fc.nat(0xffff), { minLength: count, maxLength: count })
  fc.assert(
    fc.property(words(52), words(26), words(11), fc.constantFrom(pv, store), (a, b, c, participant) => {
      const said: Said = {
        inverter: valuesOf(inverter, a),
        storage: valuesOf(storage, b),
        derStorage: valuesOf(derStorage, c)
      }
      const reading = heard(said, participant)
      if (reading === null) return true
      const { leastW, mostW } = reading.available
      const { rating } = participant
      return (
        reading.powerW.every(Number.isFinite) &&
        Math.abs(reading.powerW[0] + reading.powerW[1] + reading.powerW[2] - reading.totalW) < 1 &&
        leastW >= rating.leastW &&
        mostW <= rating.mostW &&
        leastW <= mostW
      )
    }),
    { numRuns: 500 }
  )
  t.pass()
})
