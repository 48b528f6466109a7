import fc from 'fast-check'
import { test } from 'tap'
import { Reading } from '../../model/index.ts'
import { readMeter16 } from './index.ts'

const at = '2026-01-02T03:04:05.000Z'
const heard = '2026-01-02T03:05:00.000Z'

/** What one meterValue with these samples says, and what was wrong with it. */
function read(...sampledValue: readonly unknown[]) {
  const { readings, problems } = readMeter16([{ timestamp: '2026-01-02T03:04:05Z', sampledValue }], heard)
  return { reading: readings[0], problems }
}

const table: readonly {
  readonly title: string
  readonly samples: readonly object[]
  readonly reading: object
}[] = [
  {
    title: 'a bare value is the import register in Wh',
    samples: [{ value: '1234' }],
    reading: { at, registerWh: 1234 }
  },
  {
    title: 'kWh with decimals are exact Wh',
    samples: [{ value: '1234.5678', unit: 'kWh' }],
    reading: { at, registerWh: 1_234_568 }
  },
  {
    title: 'power in kW and current by phase',
    samples: [
      { value: '7.36', unit: 'kW', measurand: 'Power.Active.Import' },
      { value: '16.1', unit: 'A', measurand: 'Current.Import', phase: 'L1' },
      { value: '15.9', unit: 'A', measurand: 'Current.Import', phase: 'L2-N' }
    ],
    reading: { at, powerW: 7360, currentMilliA: [16_100, 15_900, 0] }
  },
  {
    title: 'power by phase adds up',
    samples: ['L1', 'L2', 'L3'].map((phase) => ({ value: '1000', measurand: 'Power.Active.Import', phase })),
    reading: { at, powerW: 3000 }
  },
  {
    title: 'a total goes before its phases',
    samples: [{ value: '10', phase: 'L1' }, { value: '100' }],
    reading: { at, registerWh: 100 }
  },
  {
    title: 'three phase registers make a total',
    samples: ['L1', 'L2', 'L3'].map((phase) => ({ value: '5', phase })),
    reading: { at, registerWh: 15 }
  },
  {
    title: 'one phase register is the total of a single-phase charger',
    samples: [{ value: '5', phase: 'L1' }],
    reading: { at, registerWh: 5 }
  },
  {
    title: 'current without a phase stands for all',
    samples: [{ value: '10', measurand: 'Current.Import' }],
    reading: { at, currentMilliA: [10_000, 10_000, 10_000] }
  },
  {
    title: 'voltage to neutral is kept, line to line is not',
    samples: [
      { value: '229.6', measurand: 'Voltage', phase: 'L1-N' },
      { value: '400', measurand: 'Voltage', phase: 'L1-L2' }
    ],
    reading: { at, voltageV: [229.6, 229.6, 229.6] }
  },
  {
    title: 'offered current, state of charge and temperature',
    samples: [
      { value: '32', measurand: 'Current.Offered' },
      { value: '63.5', measurand: 'SoC', unit: 'Percent' },
      { value: '310.15', measurand: 'Temperature', unit: 'K' }
    ],
    reading: { at, offeredMilliA: 32_000, socPercent: 63.5, temperatureC: 37 }
  },
  {
    title: 'signed data is left to its owner',
    samples: [{ value: 'deadbeef', format: 'SignedData' }, { value: '7' }],
    reading: { at, registerWh: 7 }
  },
  {
    title: 'the outlet goes before the inlet',
    samples: [{ value: '9', location: 'Inlet' }, { value: '7' }],
    reading: { at, registerWh: 7 }
  },
  {
    title: 'the inlet is better than nothing',
    samples: [{ value: '9', location: 'Inlet' }],
    reading: { at, registerWh: 9 }
  },
  {
    title: 'begin and end in one list: the end counts',
    samples: [
      { value: '9', context: 'Transaction.End' },
      { value: '7', context: 'Transaction.Begin' }
    ],
    reading: { at, registerWh: 9 }
  },
  {
    title: 'what the model does not know is left out',
    samples: [{ value: '50', measurand: 'Frequency' }, { value: '1' }],
    reading: { at, registerWh: 1 }
  }
]

for (const { title, samples, reading } of table) {
  void test(`meter values: ${title}`, async (t) => {
    const said = read(...samples)
    t.strictSame(said.reading, reading)
    t.strictSame(said.problems, [])
  })
}

const odd = [
  ['a register beyond 2^53', { value: '9007199254740993' }],
  ['a register of 1e400', { value: '1e400' }],
  ['a register that is no number', { value: 'lots' }],
  ['a register in an unknown unit', { value: '5', unit: 'BTU' }],
  ['a decimal comma', { value: '5,5' }],
  ['a sample that is no object', 'seven'],
  ['an empty sample', null]
] as const

for (const [title, sample] of odd) {
  void test(`meter values: ${title} is named and left out, never replaced`, async (t) => {
    const said = read(sample)
    t.equal(said.reading, undefined)
    t.equal(said.problems.length, 1)
  })
}

void test('telemetry that cannot be read is left out like telemetry never sent: no bill hangs on it', async (t) => {
  const said = read(
    { value: '101', measurand: 'SoC' },
    { value: 'x', measurand: 'Power.Active.Import' },
    { value: '7' }
  )
  t.strictSame(said, { reading: { at, registerWh: 7 }, problems: [] })
})

void test('two of three phase registers are no total', async (t) => {
  t.equal(read({ value: '5', phase: 'L1' }, { value: '5', phase: 'L2' }).reading, undefined)
})

void test('a value without a readable time counts from when it was heard', async (t) => {
  const { readings, problems } = readMeter16([{ timestamp: 'noon', sampledValue: [{ value: '1' }] }], heard)
  t.strictSame(readings, [{ at: heard, registerWh: 1 }])
  t.equal(problems.length, 1)
})

void test('a sample without the list around it is understood', async (t) => {
  t.strictSame(readMeter16([{ timestamp: at, sampledValue: { value: '1' } }], heard).readings, [
    { at, registerWh: 1 }
  ])
})

void test('what is no list at all is a problem, not an exception', async (t) => {
  for (const values of [undefined, null, 7, 'x', {}]) t.equal(readMeter16(values, heard).problems.length, 1)
})

const anything = fc.anything({ maxDepth: 3 })
const sample = fc.record(
  {
    value: fc.oneof(fc.string(), fc.double().map(String), anything),
    measurand: fc.oneof(
      fc.constantFrom(
        'Energy.Active.Import.Register',
        'Power.Active.Import',
        'Current.Import',
        'Voltage',
        'SoC',
        'Temperature',
        'Current.Offered',
        '__proto__'
      ),
      anything
    ),
    unit: fc.oneof(fc.constantFrom('Wh', 'kWh', 'W', 'kW', 'A', 'K', 'Fahrenheit'), anything),
    phase: fc.oneof(fc.constantFrom('L1', 'L2', 'L3', 'L1-N', 'N', 'L1-L2'), anything),
    location: fc.constantFrom('Inlet', 'Outlet', 'EV', 'Body')
  },
  { requiredKeys: [] }
)

void test('whatever is sent, only readings that fit the model come out', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anything, fc.record({ timestamp: fc.string(), sampledValue: fc.array(sample) }))),
      (values) => readMeter16(values, heard).readings.every((reading) => Reading.safeParse(reading).success)
    ),
    { numRuns: 500 }
  )
  t.pass()
})
