import { writeNumber } from '@nova/shared-protocol/codecs/modbus'
import {
  blockOf,
  common,
  immediateControls,
  inverter,
  nameplate,
  status,
  storage
} from '@nova/shared-protocol/codecs/sunspec'
import { test, type Test } from 'tap'
import { openForeign } from '../../../simulators/meters/foreign.suite.ts'
import type { Participant, ParticipantDriver } from '../contract.ts'
import { openModbusMeter } from './meter.ts'
import { never, until } from './sunspec/device.suite.ts'
import { openSunSpec } from './sunspec/participant.ts'

/*
 * Our drivers against a Modbus server that others wrote (jsmodbus): frames, function codes and the order of words are
 * read and written as somebody else understands the standard. Its registers are bytes in two buffers, by address.
 */
type Foreign = Awaited<ReturnType<typeof openForeign>>

async function foreign(t: Test): Promise<Foreign> {
  const server = await openForeign()
  t.teardown(() => server.close())
  return server
}

const put = (buffer: Buffer, register: number, words: readonly number[]): void =>
  words.forEach((word, at) => buffer.writeUInt16BE(word, (register + at) * 2))

const clock = { monotonicMs: () => performance.now(), instant: () => new Date().toISOString() }
void test('a meter of Eastron’s map behind a foreign server is read: input registers, floats, high word first', async (t) => {
  const { port, input } = await foreign(t)
  const float = (register: number, value: number): void => put(input, register, writeNumber(value, 'float32'))
  ;[230, 231, 229].forEach((volts, phase) => float(phase * 2, volts))
  ;[10, 11, 12].forEach((amps, phase) => float(6 + phase * 2, amps))
  ;[2_300, -2_541, 2_748].forEach((watts, phase) => float(12 + phase * 2, watts))
  float(0x34, 2_507)
  float(0x48, 12.5)
  const warned: string[] = []
  const meter = openModbusMeter(
    { id: 'm', model: 'eastron-sdm630', address: `tcp://127.0.0.1:${port}`, unit: 1 },
    {
      clock,
      sampled: () => undefined,
      log: { warn: (detail, message) => warned.push(`${message} ${JSON.stringify(detail)}`) }
    }
  )
  t.teardown(async () => meter.close())
  await until('a reading', () => meter.latest() !== null)
  t.match(meter.latest()?.reading, {
    powerW: 2_507,
    registerWh: 12_500,
    currentMilliA: [10_000, -11_000, 12_000],
    voltageV: [230, 231, 229]
  })
  t.strictSame(warned, [])
})

const kWh10 = {
  WHRtg: 1_000,
  WHRtg_SF: 1,
  MaxChaRte: 5_000,
  MaxChaRte_SF: 0,
  MaxDisChaRte: 5_000,
  MaxDisChaRte_SF: 0
}

/** The device's models one after the other from 40,000 on. */
function layOut({ holding }: Foreign, blocks: readonly (readonly number[])[]): void {
  put(holding, 40_000, [0x5375, 0x6e53, ...blockOf(common, { Mn: 'Foreign' }), ...blocks.flat(), 0xffff, 0])
}

const running = (watts: number): number[] =>
  blockOf(inverter, { W: watts, W_SF: 0, St: 4, A: 10, AphA: 3, AphB: 3, AphC: 3, A_SF: 0 }, { id: 103 })

/** Where a model's block begins. */
function placeOf({ holding }: Foreign, model: number): number {
  for (let at = 40_002; ; at += 2 + holding.readUInt16BE((at + 1) * 2)) {
    const id = holding.readUInt16BE(at * 2)
    if (id === model) return at
    if (id === 0xffff) throw new Error(`no model ${model}`)
  }
}

const point = (device: Foreign, model: number, offset: number): number =>
  device.holding.readInt16BE((placeOf(device, model) + offset) * 2)

function driverOf(
  t: Test,
  { port }: Foreign,
  part: Pick<Participant, 'kind' | 'rating' | 'capacityWh'>
): ParticipantDriver {
  const participant: Participant = {
    id: 'f',
    circuit: 'grid',
    phaseRotation: 'RST',
    minSocPercent: null,
    ...part
  }
  const driver = openSunSpec(
    { participant, address: `tcp://127.0.0.1:${port}`, unit: 1, pollMs: 20 },
    { clock, log: { warn: () => undefined } }
  )
  t.teardown(async () => driver.close())
  return driver
}

void test('an inverter behind a foreign server is found, read and limited, with its own timer', async (t) => {
  const device = await foreign(t)
  const controls = { WMaxLimPct: 100, WMaxLimPct_RvrtTms: 0, WMaxLim_Ena: 0, WMaxLimPct_SF: 0 }
  layOut(device, [
    running(5_000),
    blockOf(status, { WAval: 6_000, WAval_SF: 0 }),
    blockOf(immediateControls, controls)
  ])
  const driver = driverOf(t, device, { kind: 'pv', rating: { leastW: -10_000, mostW: 0 }, capacityWh: null })
  await until('a reading', () => driver.latest() !== null)
  t.match(driver.latest()?.reading, { totalW: -5_000, available: { leastW: -6_000 }, state: 'running' })
  const deed = await driver.setPoint({ kind: 'limits', importW: null, exportW: 3_000, reversionS: 40 }, never)
  t.equal(deed.kind, 'accepted', JSON.stringify(deed))
  t.strictSame(
    [point(device, 123, 5), point(device, 123, 7), point(device, 123, 9)],
    [30, 40, 1],
    '30 %, 40 s, enabled'
  )
})

void test('a battery behind a foreign server holds a power by two bounds that meet', async (t) => {
  const device = await foreign(t)
  layOut(device, [
    running(0),
    blockOf(nameplate, { DERTyp: 82, WRtg: 5_000, WRtg_SF: 0, ...kWh10 }),
    blockOf(storage, {
      WChaMax: 5_000,
      WChaMax_SF: 0,
      StorCtl_Mod: 0,
      ChaState: 55,
      ChaState_SF: 0,
      InWRte: 100,
      OutWRte: 100,
      InOutWRte_SF: 0,
      InOutWRte_RvrtTms: 0,
      ChaGriSet: 0
    })
  ])
  const driver = driverOf(t, device, {
    kind: 'battery',
    rating: { leastW: -5_000, mostW: 5_000 },
    capacityWh: 10_000
  })
  await until('a reading', () => driver.latest() !== null)
  t.equal(driver.latest()?.reading.socPercent, 55)
  const deed = await driver.setPoint({ kind: 'power', powerW: -2_000, reversionS: 40 }, never)
  t.equal(deed.kind, 'accepted', JSON.stringify(deed))
  t.equal(point(device, 124, 5), 3, 'both bounds hold')
  t.strictSame(
    [point(device, 124, 12), point(device, 124, 13)],
    [40, -40],
    'out at most 40 %, in at least: -40 %'
  )
  t.equal(point(device, 124, 15), 40, 'its own timer')
})
