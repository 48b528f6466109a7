import { decodeRequest, encodeAnswer, exceptions, writeNumber } from '@nova/shared-protocol/codecs/modbus'
import type { Reading } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { serveModbus } from '../../../../simulators/meters/modbus-server.ts'
import type { Field, MeterMap } from '../meter-map.ts'
import { openModbusMeter } from '../meter.ts'
import { readingOf } from '../reading.ts'
import { until } from '../sunspec/device.suite.ts'
import { knownMaps, meterMap } from './index.ts'

const at = '2026-03-01T10:00:00Z'

/** Registers as the makers' tables have them: where each row begins and its words in hex. */
type Case = {
  readonly model: string
  readonly rows: readonly (readonly [register: number, words: string])[]
  readonly reading: Omit<Reading, 'at'>
}

// 230.5 V = 4366 8000, 10 A = 4120 0000, 0.5 A = 3f00 0000, −115 W = c2e6 0000, 2305 W = 4510 1000 as float32.
const cases: readonly Case[] = [
  {
    model: 'janitza-umg96rm-e',
    rows: [
      [19_000, '4366 8000 4366 8000 4366 8000'],
      [19_012, '4120 0000 4120 0000 3f00 0000'],
      [19_020, '4510 1000 4510 1000 c2e6 0000 458c 7800'], // In all 4,495 W.
      [19_068, '4974 2400 4974 2400 4974 2400 4a37 1b00'] // 1,000,000 Wh a phase, 3,000,000 in all.
    ],
    reading: {
      registerWh: 3_000_000,
      powerW: 4495,
      currentMilliA: [10_000, 10_000, -500],
      voltageV: [230.5, 230.5, 230.5]
    }
  },
  {
    model: 'siemens-pac2200',
    rows: [
      [1, '4366 8000 4366 8000 4366 8000'],
      [13, '4120 0000 4120 0000 3f00 0000'],
      [25, '4510 1000 4510 1000 c2e6 0000'],
      [65, '458c 7800'],
      [801, '412e 8480 0000 0000 408f 4000 0000 0000'] // 1,000,000 and 1,000 Wh as float64.
    ],
    reading: {
      registerWh: 1_001_000,
      powerW: 4495,
      currentMilliA: [10_000, 10_000, -500],
      voltageV: [230.5, 230.5, 230.5]
    }
  },
  {
    model: 'carlo-gavazzi-em300',
    rows: [
      [0x00, '0901 0000 0901 0000 0901 0000'], // 2,305 tenths of a volt; the low word first.
      [0x0c, '2710 0000 1170 0001 01f4 0000'], // 10 A, 70 A, 0.5 A.
      [0x12, '5a0a 0000 7664 0002 fb82 ffff'], // 2,305 W, 16,135.6 W, −115 W.
      [0x28, 'cbf0 0002'], // 18,328 W: 183,280 = 0x2cbf0.
      [0x34, '2710 0000'] // 1,000.0 kWh.
    ],
    reading: {
      registerWh: 1_000_000,
      powerW: 18_328,
      currentMilliA: [10_000, 70_000, -500],
      voltageV: [230.5, 230.5, 230.5]
    }
  },
  {
    model: 'socomec',
    rows: [
      [0xc558, '0000 5a0a 0000 5a0a 0000 5a0a'], // 23,050 hundredths of a volt.
      [0xc560, '0000 2710 0001 1170 0000 01f4'],
      [0xc568, '0000 0729'], // 1,833 tens of watts.
      [0xc570, '0000 00e6 0000 064e ffff fff5'], // 230, 1,614 and −11 tens of watts.
      [0xc702, '0001 86a0'] // 100,000 tens of watt-hours.
    ],
    reading: {
      registerWh: 1_000_000,
      powerW: 18_330,
      currentMilliA: [10_000, 70_000, -500],
      voltageV: [230.5, 230.5, 230.5]
    }
  }
]

function registersOf({ rows }: Case): Map<number, number> {
  const registers = new Map<number, number>()
  for (const [start, words] of rows)
    words.split(' ').forEach((word, index) => registers.set(start + index, Number.parseInt(word, 16)))
  return registers
}

/** What is beside the rows reads 0, as on the devices. */
function filled(map: MeterMap, registers: ReadonlyMap<number, number>): Map<number, number> {
  const all = new Map<number, number>()
  for (const { start, count } of map.blocks)
    for (let each = start; each < start + count; each++) all.set(each, registers.get(each) ?? 0)
  return all
}

for (const each of cases) {
  const map = meterMap(each.model)
  if (map === undefined) throw new Error(`no file for ${each.model}`)
  const rounded = (reading: Reading | null) => ({
    ...reading,
    voltageV: reading?.voltageV?.map((volts) => Math.round(volts * 1e6) / 1e6)
  })

  void test(`${each.model}: its registers are read as its maker means them`, async (t) => {
    t.strictSame(rounded(readingOf(map, filled(map, registersOf(each)), at)), { at, ...each.reading })
  })

  void test(`${each.model}: on a socket`, async (t) => {
    const registers = filled(map, registersOf(each))
    const server = await serveModbus({ port: 0 }, ({ pdu }) => {
      const request = decodeRequest(pdu)
      if (!request.ok || request.value.kind !== 'read' || request.value.from !== map.from)
        return encodeAnswer({ kind: 'exception', function: pdu[0] ?? 0, code: exceptions.illegalFunction })
      const { start, count, from } = request.value
      const values = Array.from({ length: count }, (_, index) => registers.get(start + index) ?? 0)
      return encodeAnswer({ kind: 'read', from, values })
    })
    const meter = openModbusMeter(
      { id: 'm', model: each.model, address: `tcp://127.0.0.1:${server.port}`, unit: 1 },
      {
        clock: { monotonicMs: () => performance.now(), instant: () => at },
        sampled: () => undefined,
        log: { warn: (detail) => t.comment(detail) }
      }
    )
    t.teardown(async () => {
      await meter.close()
      await server.stop()
    })
    await until('a sample', () => meter.latest() !== null)
    t.strictSame(rounded(meter.latest()?.reading ?? null), { at, ...each.reading })
  })
}

const fieldsOf = (map: MeterMap): readonly Field[] => [
  ...map.voltage,
  ...map.current,
  ...map.power,
  map.totalPower,
  ...map.importEnergy
]
const words = { uint16: 1, int16: 1, uint32: 2, int32: 2, float32: 2, float64: 4 } as const

for (const model of knownMaps) {
  const map = meterMap(model)
  if (map === undefined) throw new Error('known and not known')

  void test(`${model}: every field lies in one of its blocks, none over another, no block longer than one read`, async (t) => {
    for (const { register, as } of fieldsOf(map)) {
      const [from, to] = [register, register + words[as]]
      t.equal(map.blocks.filter(({ start, count }) => from >= start && to <= start + count).length, 1)
      const beside = fieldsOf(map).filter(
        (other) => other.register < to && other.register + words[other.as] > from
      )
      t.equal(beside.length, 1, `register ${register}`)
    }
    t.ok(map.blocks.every(({ count }) => count >= 1 && count <= 125))
  })

  void test(`${model}: whatever it counts in whole watts and milliamperes is read so`, async (t) => {
    const watts = fc.integer({ min: -300_000, max: 300_000 })
    fc.assert(
      fc.property(fc.tuple(watts, watts, watts), fc.nat(3_000_000), (power, amps) => {
        const registers = filled(map, new Map())
        const put = (field: Field, value: number): void =>
          writeNumber(Math.fround(value / field.times), field.as, map.wordsSwapped).forEach((word, index) =>
            registers.set(field.register + index, word)
          )
        const inSteps = power.map((each) => Math.round(each / 10) * 10) as [number, number, number]
        inSteps.forEach((each, phase) => put(map.power[phase] ?? map.totalPower, each))
        map.current.forEach((field) => put(field, amps))
        put(map.totalPower, inSteps[0] + inSteps[1] + inSteps[2])
        const reading = readingOf(map, registers, at)
        const expected = inSteps.map((each) => (each < 0 ? -amps : amps) + 0)
        const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1
        return (
          near(reading?.powerW ?? NaN, inSteps[0] + inSteps[1] + inSteps[2]) &&
          expected.every((each, phase) => near(reading?.currentMilliA?.[phase] ?? NaN, each))
        )
      })
    )
    t.pass()
  })

  void test(`${model}: a register that is missing makes no reading`, async (t) => {
    const whole = filled(map, new Map())
    t.not(readingOf(map, whole, at), null)
    for (const { register } of fieldsOf(map)) {
      const holed = new Map(whole)
      holed.delete(register)
      t.equal(readingOf(map, holed, at), null)
    }
  })
}
