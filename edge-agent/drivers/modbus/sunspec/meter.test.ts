import { decodeRequest, encodeAnswer, exceptions } from '@nova/shared-protocol/codecs/modbus'
import {
  blockOf,
  common,
  meter,
  meterFloat,
  valuesOf,
  type Values
} from '@nova/shared-protocol/codecs/sunspec'
import { test } from 'tap'
import { serveModbus } from '../../../../simulators/meters/modbus-server.ts'
import { knownMeters, openModbusMeter } from '../meter.ts'
import { until } from './device.suite.ts'
import { meterReadingOf } from './meter.ts'

const at = '2026-03-01T10:00:00Z'

const three: Partial<Values<typeof meter>> = {
  A: 22.5,
  AphA: 10,
  AphB: -2.5, // Some makers sign currents, some do not: the power says which way it flows.
  AphC: 10,
  A_SF: -1,
  PhVphA: 230.5,
  PhVphB: 231,
  PhVphC: 229.5,
  V_SF: -1,
  W: 4030,
  WphA: 2300,
  WphB: -570,
  WphC: 2300,
  W_SF: 1,
  TotWhImp: 1_234_000,
  TotWh_SF: 3
}
const said = (values: Partial<Values<typeof meter>>) => ({ meter: valuesOf(meter, blockOf(meter, values)) })

void test('a three-phase meter (203) in our units', async (t) => {
  t.strictSame(meterReadingOf(said(three), at), {
    at,
    registerWh: 1_234_000,
    powerW: 4030,
    currentMilliA: [10_000, -2500, 10_000],
    voltageV: [230.5, 231, 229.5]
  })
})

void test('a meter by floats (213) says the same', async (t) => {
  const { A_SF: _a, V_SF: _v, W_SF: _w, TotWh_SF: _e, ...values } = three
  const float = { meterFloat: valuesOf(meterFloat, blockOf(meterFloat, values)) }
  t.strictSame(meterReadingOf(float, at), meterReadingOf(said(three), at))
})

void test('a single-phase meter (201) has 0 A on phases that are not there, and no voltages of three', async (t) => {
  const one = { AphA: 10, A_SF: -1, PhVphA: 230, V_SF: 0, W: 2300, W_SF: 0 }
  t.strictSame(meterReadingOf(said(one), at), { at, powerW: 2300, currentMilliA: [10_000, 0, 0] })
})

void test('without its power, or a current of a phase that is there, a meter says nothing', async (t) => {
  t.equal(meterReadingOf(said({ ...three, W: null }), at), null)
  t.equal(meterReadingOf(said({ ...three, AphB: null }), at), null)
  t.equal(
    meterReadingOf(said({ ...three, A_SF: null, A: null, AphA: null, AphB: null, AphC: null }), at),
    null
  )
  t.equal(meterReadingOf({}, at), null)
})

void test('on a socket it is found by itself, wherever it lies', async (t) => {
  const base = 50_000
  const image = [0x5375, 0x6e53, ...blockOf(common, { Mn: 'Nova' }, { length: 65 }), ...blockOf(meter, three, { id: 203 }), 0xffff, 0] // prettier-ignore
  const server = await serveModbus({ port: 0 }, ({ pdu }) => {
    const request = decodeRequest(pdu)
    const refused = encodeAnswer({ kind: 'exception', function: 3, code: exceptions.illegalAddress })
    if (!request.ok || request.value.kind !== 'read') return refused
    const { start, count, from } = request.value
    if (start < base || start + count > base + image.length) return refused
    return encodeAnswer({ kind: 'read', from, values: image.slice(start - base, start - base + count) })
  })
  t.ok(knownMeters.includes('sunspec'))
  const driver = openModbusMeter(
    { id: 'm', model: 'sunspec', address: `tcp://127.0.0.1:${server.port}`, unit: 1 },
    {
      clock: { monotonicMs: () => performance.now(), instant: () => at },
      sampled: () => undefined,
      log: { warn: (detail) => t.comment(detail) }
    }
  )
  t.teardown(async () => {
    await driver.close()
    await server.stop()
  })
  await until('a sample', () => driver.latest() !== null)
  t.equal(driver.latest()?.reading.powerW, 4030)
})
