import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import {
  decodeRequest,
  encodeAnswer,
  encodeFrame,
  splitFrames,
  writeNumber,
  type Frame
} from '@nova/shared-protocol/codecs/modbus'
import type { Reading } from '@nova/shared-protocol/model'
import { test } from 'tap'
import { openModbusMeter, type MeterDevice, type Needs } from './meter.ts'
import { meterMap } from './maps/index.ts'
import { readingOf } from './reading.ts'

/** What the meter's registers hold: amperes, volts, watts by phase, kWh. */
type Shown = { amps: number[]; volts: number[]; watts: number[]; kWh: number }

const shown = (): Shown => ({
  amps: [10, 11, 12],
  volts: [230, 231, 229],
  watts: [2300, 2541, 2748],
  kWh: 12.5
})

function image({ amps, volts, watts, kWh }: Shown): Map<number, number> {
  const registers = new Map<number, number>()
  for (let at = 0; at < 0x4c; at++) registers.set(at, 0)
  const put = (register: number, value: number): void =>
    writeNumber(value, 'float32').forEach((word, index) => registers.set(register + index, word))
  volts.forEach((value, phase) => put(phase * 2, value))
  amps.forEach((value, phase) => put(6 + phase * 2, value))
  watts.forEach((value, phase) => put(12 + phase * 2, value))
  put(
    0x34,
    watts.reduce((sum, each) => sum + each, 0)
  )
  put(0x48, kWh)
  return registers
}

type Line = (socket: Socket, frame: Frame, answer: Uint8Array) => void
const plain: Line = (socket, _frame, answer) => void socket.write(answer)

/** A meter whose every answer goes through `line`, which a test may replace by a faulty one. */
async function meterServer(state: {
  shown: Shown
  line: Line
}): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    let rest: Uint8Array = new Uint8Array()
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Uint8Array) => {
      const split = splitFrames(Uint8Array.from([...rest, ...chunk]))
      if (!split.ok) throw new Error('the driver speaks no Modbus')
      rest = split.rest
      for (const frame of split.frames) state.line(socket, frame, answerTo(frame, state.shown))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      })
  }
}

function answerTo(frame: Frame, now: Shown): Uint8Array {
  const request = decodeRequest(frame.pdu)
  if (!request.ok || request.value.kind !== 'read') throw new Error('the driver only reads')
  const { from, start, count } = request.value
  const values = Array.from({ length: count }, (_, index) => image(now).get(start + index) ?? 0)
  return encodeFrame({ ...frame, pdu: encodeAnswer({ kind: 'read', from, values }) })
}

type Run = {
  readonly state: { shown: Shown; line: Line }
  readonly samples: Reading[]
  readonly warnings: string[]
  readonly meter: ReturnType<typeof openModbusMeter>
  readonly takenAtMs: () => number
  close(): Promise<void>
}

const needsOf = (samples: Reading[], warnings: string[]): Needs => ({
  clock: { monotonicMs: () => performance.now(), instant: () => new Date().toISOString() },
  sampled: (_id, reading) => samples.push(reading),
  log: { warn: (detail) => warnings.push(JSON.stringify(detail)) }
})

async function run(line: Line = plain): Promise<Run> {
  const state = { shown: shown(), line }
  const server = await meterServer(state)
  const [samples, warnings]: [Reading[], string[]] = [[], []]
  const device: MeterDevice = {
    id: 'm',
    model: 'eastron-sdm630',
    address: `tcp://127.0.0.1:${server.port}`,
    unit: 1
  }
  const meter = openModbusMeter(device, needsOf(samples, warnings))
  return {
    state,
    samples,
    warnings,
    meter,
    takenAtMs: () => meter.latest()?.takenAtMs ?? -1,
    close: async () => {
      await meter.close()
      await server.close()
    }
  }
}

const patienceMs = 60_000

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within ${patienceMs} ms: ${what}`)
    await wait(10)
  }
}

void test('an SDM630 is read in our units, and each sample says when it was taken', async (t) => {
  const at = await run()
  await until('a sample', () => at.meter.latest() !== null)
  const { at: instant, ...reading } = at.meter.latest()?.reading ?? { at: '' }
  t.match(instant, /Z$/)
  t.strictSame(reading, {
    registerWh: 12_500,
    powerW: 7589,
    currentMilliA: [10_000, 11_000, 12_000],
    voltageV: [230, 231, 229]
  })
  const first = at.takenAtMs()
  await until('the next sample', () => at.takenAtMs() > first)
  t.ok(at.samples.length >= 1)
  await at.close()
})

void test('a phase that feeds the grid has a negative current', async (t) => {
  const map = meterMap('eastron-sdm630')!
  const reading = readingOf(map, image({ ...shown(), watts: [-2300, 2541, 2748] }), '2026-03-01T10:00:00Z')
  t.strictSame(reading?.currentMilliA, [-10_000, 11_000, 12_000])
})

void test('what is no number or beyond counting is no reading; a wiring without neutral has no voltages', async (t) => {
  const map = meterMap('eastron-sdm630')!
  const at = '2026-03-01T10:00:00Z'
  t.equal(readingOf(map, image({ ...shown(), amps: [NaN, 1, 1] }), at), null)
  t.equal(readingOf(map, image({ ...shown(), amps: [1e9, 1, 1] }), at), null)
  t.equal(readingOf(map, new Map(), at), null)
  t.notOk('voltageV' in readingOf(map, image({ ...shown(), volts: [0, 0, 0] }), at)!)
})

const halves: Line = (socket, _frame, answer) => {
  socket.write(answer.slice(0, 5))
  setTimeout(() => socket.write(answer.slice(5)), 20)
}

void test('an answer that comes in pieces is one answer', async (t) => {
  const at = await run(halves)
  await until('a sample', () => at.meter.latest() !== null)
  t.equal(at.meter.latest()?.reading.powerW, 7589)
  await at.close()
})

const exceptional: Line = (socket, frame) =>
  void socket.write(encodeFrame({ ...frame, pdu: encodeAnswer({ kind: 'exception', function: 4, code: 4 }) }))
const mute: Line = () => undefined
const foreign: Line = (socket, frame, answer) => {
  socket.write(
    encodeFrame({ ...frame, transaction: (frame.transaction + 7) % 0x10000, pdu: answer.slice(7) })
  )
}
const babble: Line = (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
const hangUp: Line = (socket) => void socket.destroy()
const cases: [what: string, line: Line, says: RegExp][] = [
  ['an exception', exceptional, /exception: code 4/],
  ['silence', mute, /no-answer/],
  ["another request's answer", foreign, /no-answer/],
  ['something that is no Modbus', babble, /no Modbus/],
  ['a broken line', hangUp, /closed/]
]

for (const [what, line, says] of cases)
  void test(`${what} is no sample, is told once, and is forgotten when the meter is well again`, async (t) => {
    const at = await run()
    await until('a sample', () => at.meter.latest() !== null)
    at.state.line = line
    await until('a warning', () => at.warnings.length > 0)
    const last = at.takenAtMs()
    t.match(at.warnings[0], says)
    at.state.line = plain
    at.state.shown.kWh = 13
    await until(
      'a new sample',
      () => at.takenAtMs() > last && at.meter.latest()?.reading.registerWh === 13_000
    )
    t.equal(at.meter.latest()?.reading.powerW, 7589)
    await at.close()
  })

void test('a meter that is not there keeps nobody waiting at the end', async (t) => {
  const [samples, warnings]: [Reading[], string[]] = [[], []]
  const device: MeterDevice = { id: 'm', model: 'eastron-sdm630', address: 'tcp://127.0.0.1:1', unit: 1 }
  const meter = openModbusMeter(device, needsOf(samples, warnings))
  await until('a warning', () => warnings.length > 0)
  t.equal(meter.latest(), null)
  await meter.close()
})

void test('an unknown model and an address that is none are faults of the site file', async (t) => {
  const device: MeterDevice = { id: 'm', model: 'no-such', address: 'tcp://127.0.0.1:1502', unit: 1 }
  t.throws(() => openModbusMeter(device, needsOf([], [])), { message: /known are eastron-sdm630/ })
  const elsewhere = { ...device, model: 'eastron-sdm630', address: 'http://x' }
  t.throws(() => openModbusMeter(elsewhere, needsOf([], [])), { message: /not tcp:\/\/host:port/ })
})
