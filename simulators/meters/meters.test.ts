import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import {
  decodeAnswer,
  encodeFrame,
  encodeRequest,
  readNumber,
  splitFrames,
  type Answer,
  type Request
} from '@nova/shared-protocol/codecs/modbus'
import type { PerPhase } from '@nova/shared-protocol/units'
import { test } from 'tap'
import { chanceOf } from '../world/chance.ts'
import { runMeter } from './command.ts'
import { openMeter } from './meter.ts'
import { registersOf, type Fault, type Through } from './registers.ts'
import { siteLoad, wanderingBase } from './site-load.ts'

const through = (amps = 10): Through => ({
  currentMilliA: [amps * 1000, amps * 1000, amps * 1000],
  voltageV: [230, 230, 230],
  importWh: 1500
})

async function asked(socket: Socket, request: Request): Promise<Answer> {
  socket.write(encodeFrame({ transaction: 7, unit: 1, pdu: encodeRequest(request) }))
  const [bytes] = (await once(socket, 'data', { signal: AbortSignal.timeout(5000) })) as [Uint8Array]
  const split = splitFrames(bytes)
  const frame = split.ok ? split.frames[0] : undefined
  if (frame?.transaction !== 7) throw new Error('not the answer')
  const answer = decodeAnswer(frame.pdu, request)
  if (!answer.ok) throw new Error(answer.fault)
  return answer.value
}

const power: Request = { kind: 'read', from: 'input', start: 0x34, count: 2 }

async function watts(socket: Socket): Promise<number> {
  const answer = await asked(socket, power)
  return answer.kind === 'read' ? readNumber(answer.values, 'float32') : NaN
}

void test('the meter shows what runs through it, and fails as it is told', async (t) => {
  let amps = 10
  const meter = await openMeter({ port: 0, through: () => through(amps) })
  const socket = connect(meter.port, '127.0.0.1')
  t.equal(await watts(socket), 6900)
  meter.fault('freeze')
  t.equal(await watts(socket), 6900)
  amps = 20
  t.equal(await watts(socket), 6900, 'frozen')
  meter.fault(null)
  t.equal(await watts(socket), 13_800)
  for (const [fault, shows] of [
    ['tenfold', 138_000],
    ['sign-flip', -13_800],
    ['nan', NaN]
  ] as const) {
    meter.fault(fault)
    t.strictSame(await watts(socket), shows, fault)
  }
  meter.fault('exception')
  t.match(await asked(socket, power), { kind: 'exception', code: 4 })
  meter.fault(null)
  t.match(await asked(socket, { kind: 'read', from: 'input', start: 0x4b, count: 4 }), {
    kind: 'exception',
    code: 2
  })
  t.match(await asked(socket, { kind: 'write-one', register: 1, value: 1 }), { kind: 'exception', code: 1 })
  socket.destroy()
  await meter.stop()
})

void test('a silent meter gives no answer, and a line that is no Modbus is closed', async (t) => {
  const meter = await openMeter({ port: 0, through })
  meter.fault('silent')
  const socket = connect(meter.port, '127.0.0.1')
  await t.rejects(
    async () => {
      socket.write(encodeFrame({ transaction: 1, unit: 1, pdu: encodeRequest(power) }))
      await once(socket, 'data', { signal: AbortSignal.timeout(200) })
    },
    { name: 'AbortError' }
  )
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await once(socket, 'close', { signal: AbortSignal.timeout(5000) })
  await meter.stop()
})

void test('each fault changes the registers in its own way', async (t) => {
  const well = registersOf(through(), null)
  t.equal(readNumber(well.slice(0x48, 0x4a), 'float32'), 1.5, 'kWh')
  for (const fault of ['tenfold', 'nan', 'word-swap', 'sign-flip'] satisfies Fault[])
    t.notSame(registersOf(through(), fault), well, fault)
  t.equal(readNumber(registersOf(through(), 'word-swap').slice(6, 8), 'float32', true), 10)
})

void test('chargers and base load add up, tremble a little, and the register counts on', async (t) => {
  let nowMs = 0
  const load = {
    draw: (): PerPhase => [16_000, 0, 0],
    base: (): PerPhase => [4000, 4000, 4000],
    voltageV: 230
  }
  const look = siteLoad(load, chanceOf(1), () => nowMs)
  const first = look()
  nowMs = 3_600_000
  const second = look()
  t.ok(Math.abs(second.currentMilliA[0] - 20_000) < 100 && Math.abs(second.currentMilliA[2] - 4000) < 20)
  t.notSame(first.currentMilliA, second.currentMilliA)
  t.ok(Math.abs(second.importWh - 28 * 230) < 100, `${second.importWh} Wh in an hour`)
})

void test('a wandering base load stays between its bounds and is the same for the same seed', async (t) => {
  const walk = (seed: number): number[] => {
    let nowMs = 0
    const base = wanderingBase({ leastW: 2000, mostW: 8000, voltageV: 230 }, chanceOf(seed), () => nowMs)
    return Array.from({ length: 2000 }, () => {
      nowMs += 1000
      return base().reduce((sum, each) => sum + each, 0)
    })
  }
  const sums = walk(3)
  t.ok(sums.every((sum) => sum * 0.23 > 1700 && sum * 0.23 < 9000))
  t.strictSame(sums, walk(3))
})

void test('from the command line: a meter with its options, and a clear word for a wrong one', async (t) => {
  const meter = await runMeter([
    '--port',
    '0',
    '--base-w',
    '6900',
    '--chargers-a',
    '20',
    '--fault',
    'sign-flip'
  ])
  const socket = connect(meter.port, '127.0.0.1')
  const shows = await watts(socket)
  t.ok(shows < -17_000 && shows > -24_000, `${shows} W`)
  socket.destroy()
  await meter.stop()
  await t.rejects(runMeter(['--port', 'x']), { message: '--port: "x" is no whole number' })
  await t.rejects(runMeter(['--port', '0', '--fault', 'melt']), {
    message: /--fault: "melt" is none of freeze/
  })
})
