import fc from 'fast-check'
import { test } from 'tap'
import {
  basicSettings,
  battery,
  blockOf,
  common,
  derControls,
  derMeasurement,
  immediateControls,
  inverter,
  inverterFloat,
  meter,
  modelOf,
  knownModels,
  status,
  storage,
  valuesOf,
  writesOf
} from './index.ts'
import type { Kind, Model, Values } from './model.ts'
import { numberOf, registersOf, registersOfText, textOf } from './raw.ts'

// Words as they stand on the wire, and what they are by the Device Information Model Specification.
const words: readonly [as: Exclude<Kind, 'string'>, words: readonly number[], value: number | null][] = [
  ['uint16', [0xfffe], 65_534],
  ['uint16', [0xffff], null],
  ['uint16', [0x8000], 32_768],
  ['int16', [0xfffe], -2],
  ['int16', [0x8000], null],
  ['int16', [0x8001], -32_767],
  ['enum16', [0xffff], null],
  ['bitfield16', [0x0003], 3],
  ['bitfield16', [0xffff], null],
  ['sunssf', [0xfffe], -2],
  ['sunssf', [0x8000], null],
  ['uint32', [0x0001, 0x0000], 65_536],
  ['uint32', [0xffff, 0xffff], null],
  ['int32', [0xffff, 0xfffe], -2],
  ['int32', [0x8000, 0x0000], null],
  ['acc32', [0x0000, 0x0000], null],
  ['acc32', [0xffff, 0xffff], 4_294_967_295],
  ['bitfield32', [0xffff, 0xffff], null],
  ['float32', [0x4366, 0x8000], 230.5],
  ['float32', [0x7fc0, 0x0000], null],
  ['float32', [0xffff, 0xffff], null],
  ['float32', [0x7f80, 0x0000], null],
  ['uint64', [0, 0, 1, 0], 65_536],
  ['uint64', [0x0020, 0, 0, 0], null],
  ['uint64', [0xffff, 0xffff, 0xffff, 0xffff], null],
  ['acc64', [0, 0, 0, 0], null]
]

for (const [as, registers, value] of words)
  void test(`${as} ${registers.map((word) => word.toString(16).padStart(4, '0')).join(' ')} is ${value}`, async (t) => {
    t.equal(numberOf(registers, as), value)
    if (value !== null) t.strictSame(registersOf(value, as), registers)
  })

const ranges = {
  uint16: fc.nat(0xfffe),
  int16: fc.integer({ min: -0x7fff, max: 0x7fff }),
  enum16: fc.nat(0xfffe),
  bitfield16: fc.nat(0xfffe),
  sunssf: fc.integer({ min: -10, max: 10 }),
  uint32: fc.nat(0xfffffffe),
  int32: fc.integer({ min: -0x7fffffff, max: 0x7fffffff }),
  acc32: fc.integer({ min: 1, max: 0xffffffff }),
  bitfield32: fc.nat(0xfffffffe),
  float32: fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 50), max: 2 ** 50 }),
  uint64: fc.maxSafeNat().map((value) => value % 2 ** 48),
  acc64: fc.integer({ min: 1, max: 2 ** 48 })
} satisfies Record<Exclude<Kind, 'string'>, fc.Arbitrary<number>>

for (const [as, range] of Object.entries(ranges) as [keyof typeof ranges, fc.Arbitrary<number>][])
  void test(`whatever ${as} a device may hold, it comes back; and null stays null`, async (t) => {
    fc.assert(fc.property(range, (value) => Object.is(numberOf(registersOf(value, as), as), value)))
    t.equal(numberOf(registersOf(null, as), as), null)
  })

void test('a number that does not fit, or would say "not implemented", is the caller’s mistake', async (t) => {
  const wrong: readonly [number, Exclude<Kind, 'string'>][] = [
    [65_535, 'uint16'],
    [-1, 'uint16'],
    [70_000, 'uint16'],
    [-32_768, 'int16'],
    [1.5, 'int16'],
    [NaN, 'uint32'],
    [NaN, 'float32'],
    [2 ** 53, 'uint64']
  ]
  for (const [value, as] of wrong) t.throws(() => registersOf(value, as), RangeError, `${value} ${as}`)
})

void test('texts end at the first NUL, and come back', async (t) => {
  t.equal(textOf([0x4e6f, 0x7661, 0x0058, 0x0000]), 'Nova')
  t.equal(textOf([0x2020, 0x2000]), null)
  t.throws(() => registersOfText('Nova', 1), RangeError)
  t.throws(() => registersOfText('汉', 4), RangeError)
  const letters = fc.string({
    unit: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.', ' '),
    maxLength: 16
  })
  fc.assert(fc.property(letters, (text) => textOf(registersOfText(text, 8)) === (text.trim() || null)))
})

void test('an inverter’s block, word by word', async (t) => {
  const registers = new Array<number>(52).fill(0x8000)
  registers.splice(0, 8, 103, 50, 435, 145, 145, 145, 0xffff, 4001) // 43.5 A in all, 14.5 A a phase, line 400.1 V.
  registers.splice(13, 3, 0xffff, 0xfc18, 1) // Volts in tenths; −1,000 tens of watts: it takes 10 kW in.
  registers.splice(16, 2, 5001, 0xfffe) // 50.01 Hz.
  const { A, AphA, PPVphAB, W, Hz, VA } = valuesOf(inverter, registers)
  t.strictSame(
    { A, AphA, PPVphAB, W, Hz, VA },
    {
      A: 43.5,
      AphA: 14.5,
      PPVphAB: 400.1,
      W: -10_000,
      Hz: 50.01,
      VA: null // prettier-ignore
    }
  )
})

void test('without its scale factor, or with an absurd one, a value is nothing', async (t) => {
  const registers = blockOf(inverter, { W: 1000, W_SF: 0 })
  for (const [scale, watts] of [
    [0, 1000],
    [0x8000, null],
    [11, null],
    [10, 1e13],
    [0xfff5, null]
  ] as const) {
    // prettier-ignore
    registers[15] = scale
    t.equal(valuesOf(inverter, registers).W, watts, `scale ${scale.toString(16)}`)
  }
})

void test('a block that is shorter than its definition is read as far as it goes, a longer one too', async (t) => {
  const short = blockOf(common, { Mn: 'Nova', SN: '7', DA: 3 }, { length: 65 })
  t.equal(short.length, 67)
  t.equal(valuesOf(common, short).DA, 3)
  t.equal(valuesOf(common, short.slice(0, 30)).SN, null)
  const long = [...blockOf(immediateControls, { Conn: 1 }), 1, 2, 3]
  t.equal(valuesOf(immediateControls, long).Conn, 1)
})

const known = valuesOf(immediateControls, blockOf(immediateControls, { WMaxLimPct: 100, WMaxLimPct_SF: -2 }))

void test('model 123: limit, timer and switch are one write, its registers as energy.md §6 has them', async (t) => {
  const wanted = { WMaxLimPct: 60, WMaxLimPct_WinTms: 0, WMaxLimPct_RvrtTms: 15, WMaxLimPct_RmpTms: 0, WMaxLim_Ena: 1 } // prettier-ignore
  t.strictSame(writesOf(immediateControls, wanted, known), [{ at: 5, values: [6000, 0, 15, 0, 1] }])
})

void test('model 124: bounds and timer first, the mode that makes them hold last', async (t) => {
  const values = valuesOf(storage, blockOf(storage, { InOutWRte_SF: -1 }))
  const wanted = { OutWRte: -25, InWRte: 25, InOutWRte_WinTms: 0, InOutWRte_RvrtTms: 20, InOutWRte_RmpTms: 0, ChaGriSet: 1, StorCtl_Mod: 3 } // prettier-ignore
  t.strictSame(writesOf(storage, wanted, values), [
    { at: 12, values: [0xff06, 250, 0, 20, 0, 1] },
    { at: 5, values: [3] }
  ])
})

void test('model 704: watts and reversion of 32 bits, enabled last', async (t) => {
  const values = valuesOf(derControls, blockOf(derControls, { WSet_SF: 0, WMaxLimPct_SF: 0 }))
  const power = { WSetMod: 1, WSet: -5000, WSetRvrt: 0, WSetEnaRvrt: 1, WSetRvrtTms: 70_000, WSetEna: 1 }
  t.strictSame(writesOf(derControls, power, values), [
    { at: 23, values: [1, 0xffff, 0xec78, 0, 0] },
    { at: 30, values: [1, 1, 4464] },
    { at: 22, values: [1] }
  ])
  const limit = { WMaxLimPct: 40, WMaxLimPctRvrt: 100, WMaxLimPctEnaRvrt: 0, WMaxLimPctRvrtTms: 30, WMaxLimPctEna: 1 } // prettier-ignore
  t.strictSame(writesOf(derControls, limit, values), [
    { at: 15, values: [40, 100, 0, 0, 30] },
    { at: 14, values: [1] }
  ])
})

void test('a limit between two steps goes toward 0, and floating point takes no step away', async (t) => {
  const at = (limit: number) => writesOf(immediateControls, { WMaxLimPct: limit }, known)[0]?.values[0]
  t.equal(at(33.337), 3333)
  t.equal(at(0.29), 29) // 0.29 × 100 is 28.999999999999996.
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (limit) => {
      const step = at(limit) ?? NaN
      return step / 100 <= limit + 1e-7 && step / 100 > limit - 0.0100001
    })
  )
  fc.assert(fc.property(fc.nat(10_000), (steps) => at(steps / 100) === steps))
})

void test('what is not writable, not scaled or does not fit is refused before it is on the wire', async (t) => {
  const unscaled = valuesOf(immediateControls, blockOf(immediateControls, {}))
  t.throws(() => writesOf(immediateControls, { WMaxLimPct: 50 }, unscaled), { message: /no scale factor/ })
  t.throws(() => writesOf(immediateControls, { WMaxLimPct: 656 }, known), RangeError)
  t.throws(() => writesOf(immediateControls, { WMaxLimPct: NaN }, known), RangeError)
  const readOnly = { ChaState: 50 } as unknown as { StorCtl_Mod: number }
  t.throws(() => writesOf(storage, readOnly, valuesOf(storage, [])), { message: /not to be written/ })
})

/** Any values that a device may show, each with a scale that fits. */
function anyValues<Of extends Model>(model: Of): fc.Arbitrary<Values<Of>> {
  const entries = Object.entries(model.points).map(([name, point]) => {
    if (point.as === 'string') return [name, fc.constantFrom(null, 'Nova', 'X-1')] as const
    const raw = point.as === 'sunssf' ? fc.integer({ min: -3, max: 0 }) : fc.option(ranges[point.as])
    return [name, raw] as const
  })
  const raws = fc.record(Object.fromEntries<fc.Arbitrary<number | string | null>>(entries))
  return raws.map((drawn) => {
    const scaled = Object.entries(drawn).map(([name, value]) => {
      const scale = model.points[name]?.scale
      if (scale === undefined || typeof value !== 'number') return [name, value] as const
      return [name, value / 10 ** -Number(drawn[scale])] as const
    })
    return Object.fromEntries(scaled) as Values<Of>
  })
}

for (const id of knownModels)
  void test(`model ${id}: whatever it holds, it says again`, async (t) => {
    const model = modelOf(id)
    if (model === undefined) throw new Error('known and not known')
    fc.assert(
      fc.property(anyValues(model), (values) => {
        const registers = blockOf(model, values, { id })
        t.equal(registers.length, model.length + 2)
        return JSON.stringify(valuesOf(model, registers)) === JSON.stringify(values)
      }),
      { numRuns: 40 }
    )
  })

void test('no registers at all make a reader throw', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { maxLength: 160 }), (registers) => {
      for (const model of [
        inverter,
        inverterFloat,
        meter,
        status,
        basicSettings,
        battery,
        derMeasurement,
        storage
      ])
        valuesOf(model, registers)
      return true
    })
  )
  t.pass()
})
