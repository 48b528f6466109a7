import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import {
  decodeRequest,
  encodeAnswer,
  encodeFrame,
  splitFrames,
  type Answer
} from '@nova/shared-protocol/codecs/modbus'
import fc from 'fast-check'
import { test } from 'tap'
import { contactClosedDims, contactOpenDims } from './boxes/contacts.ts'
import { knownBoxes } from './boxes/index.ts'
import { limitWatts } from './boxes/limit-watts.ts'
import { after, contactSays, openGridSignal, registersSay } from './grid-signal.ts'

const registers: readonly [words: readonly number[], says: ReturnType<typeof registersSay>][] = [
  [[0x0000, 0x1068, 7], { limitW: 4200, heartbeat: 7 }],
  [[0x0001, 0x0000, 8], { limitW: 65_536, heartbeat: 8 }],
  [[0, 0, 9], { limitW: 0, heartbeat: 9 }], // Nothing is not "no limit".
  [[0xffff, 0xffff, 9], { limitW: null, heartbeat: 9 }],
  [[0xffff, 0xfffe, 9], null], // 4 GW: absurd, so it says nothing.
  [[0, 0], null],
  [[], null]
]

for (const [words, says] of registers)
  void test(`registers ${words.map((word) => word.toString(16)).join(' ')} say ${JSON.stringify(says)}`, async (t) => {
    t.strictSame(registersSay(limitWatts, words), says)
  })

void test('a contact dims when it is closed, or when it is open: as the wiring is; one that says nothing is no answer', async (t) => {
  t.equal(contactSays(contactClosedDims, [1], 4200)?.limitW, 4200)
  t.equal(contactSays(contactClosedDims, [0], 4200)?.limitW, null)
  t.equal(contactSays(contactOpenDims, [0], 4200)?.limitW, 4200)
  t.equal(contactSays(contactOpenDims, [1], 4200)?.limitW, null)
  t.equal(contactSays(contactOpenDims, [], 4200), null)
})

void test('no registers at all become a limit that is no magnitude', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { maxLength: 4 }), (words) => {
      const limitW = registersSay(limitWatts, words)?.limitW
      return limitW === undefined || limitW === null || (limitW >= 0 && limitW <= 100_000_000)
    })
  )
  t.pass()
})

void test('a counter that stands still is no heartbeat; one that moves, or a limit that changed, is', async (t) => {
  const first = after(null, { limitW: 4200, heartbeat: 1 }, 1000)
  t.equal(first.beatAtMs, 1000)
  const still = after(first, { limitW: 4200, heartbeat: 1 }, 2000)
  t.match(still, { beatAtMs: 1000, takenAtMs: 2000 })
  t.equal(after(still, { limitW: 4200, heartbeat: 2 }, 3000).beatAtMs, 3000)
  t.equal(after(still, { limitW: 4000, heartbeat: 1 }, 3000).beatAtMs, 3000)
  t.equal(after(still, { limitW: null, heartbeat: 1 }, 3000).beatAtMs, 3000)
  const mute = after(null, { limitW: null, heartbeat: null }, 1000)
  t.equal(
    after(mute, { limitW: null, heartbeat: null }, 2000).beatAtMs,
    2000,
    'without a counter: it answered'
  )
})

/** A box whose registers and first contact a test sets by hand. */
async function boxServer() {
  const state = { registers: [0xffff, 0xffff, 0], contact: false, mute: false }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let rest: Uint8Array = new Uint8Array()
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Uint8Array) => {
      const split = splitFrames(Uint8Array.from([...rest, ...chunk]))
      if (!split.ok) throw new Error('the driver speaks no Modbus')
      rest = split.rest
      for (const frame of split.frames) {
        const request = decodeRequest(frame.pdu)
        if (!request.ok || state.mute) continue
        const answer: Answer =
          request.value.kind === 'read'
            ? { kind: 'read', from: request.value.from, values: state.registers }
            : { kind: 'read-bits', from: 'discrete', values: [state.contact] }
        socket.write(encodeFrame({ ...frame, pdu: encodeAnswer(answer) }))
      }
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  return { state, close, address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const heard: string[] = []
const needs = {
  clock: { monotonicMs: () => performance.now() },
  log: { warn: (detail: Readonly<Record<string, unknown>>) => heard.push(String(detail['why'])) }
}
const told = (why: string) => () => heard.some((each) => each.includes(why))

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('not within a minute')
    await wait(5)
  }
}

void test('a box on a socket: its limit and its heartbeat are seen; silent, its signal grows old and stays', async (t) => {
  const box = await boxServer()
  const driver = openGridSignal({ model: 'limit-watts', address: box.address, unit: 1, dimmedW: 0, pollMs: 10 }, needs) // prettier-ignore
  t.teardown(async () => {
    await driver.close()
    await box.close()
  })
  const limitW = () => driver.latest()?.limitW
  t.equal(driver.latest(), null, 'not connected is neither 0 nor no limit')
  await until(() => limitW() === null)
  box.state.registers = [0, 4200, 0]
  await until(() => limitW() === 4200)
  box.state.registers = [0xffff, 0xfffe, 1]
  await until(told('a limit that is none'))
  t.equal(limitW(), 4200)
  box.state.mute = true
  await until(told('no-answer'))
  const last = driver.latest()
  t.equal(last?.limitW, 4200)
  box.state.registers = [0, 0, 2]
  box.state.mute = false
  await until(() => limitW() === 0)
  t.ok(Number(driver.latest()?.beatAtMs) > Number(last?.takenAtMs))
})

void test('a relay behind a coupler dims to what is configured', async (t) => {
  const box = await boxServer()
  const driver = openGridSignal({ model: 'contact-closed-dims', address: box.address, unit: 1, dimmedW: 4200, pollMs: 10 }, needs) // prettier-ignore
  t.teardown(async () => {
    await driver.close()
    await box.close()
  })
  await until(() => driver.latest() !== null)
  t.equal(driver.latest()?.limitW, null)
  box.state.contact = true
  await until(() => driver.latest()?.limitW === 4200)
})

void test('an unknown box and an address that is none are faults of the site file', async (t) => {
  const box = { model: 'no-such', address: 'tcp://127.0.0.1:1', unit: 1, dimmedW: 0, pollMs: 10 }
  t.throws(() => openGridSignal(box, needs), { message: /known are limit-watts, contact-open-dims/ })
  t.throws(() => openGridSignal({ ...box, model: 'limit-watts', address: 'x' }, needs), RangeError)
  t.equal(new Set(knownBoxes).size, knownBoxes.length)
})
