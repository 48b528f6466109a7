import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  decodeAnswer,
  encodeFrame,
  encodeRequest,
  splitFrames,
  type Answer,
  type Request
} from '@nova/shared-protocol/codecs/modbus'
import {
  derControls,
  immediateControls,
  inverter,
  storage,
  survey,
  valuesOf,
  writesOf,
  type Block
} from '@nova/shared-protocol/codecs/sunspec'
import fc from 'fast-check'
import { test } from 'tap'
import { openBehind } from '../meters/behind.ts'
import { siteLoad, together } from '../meters/site-load.ts'
import { chanceOf } from '../world/chance.ts'
import { bodyAt, socPercent, stepBody, type Plate } from './body.ts'
import { clearSky, openInverter, sunOver, tempers, type InverterPlan, type Temper } from './index.ts'

async function asked(socket: Socket, request: Request): Promise<Answer> {
  socket.write(encodeFrame({ transaction: 1, unit: 1, pdu: encodeRequest(request) }))
  const [bytes] = (await once(socket, 'data', { signal: AbortSignal.timeout(5000) })) as [Uint8Array]
  const split = splitFrames(bytes)
  const answer = decodeAnswer(
    split.ok ? (split.frames[0]?.pdu ?? new Uint8Array()) : new Uint8Array(),
    request
  )
  if (!answer.ok) throw new Error('no answer to what was asked')
  return answer.value
}

const read = async (socket: Socket, start: number, count: number): Promise<readonly number[]> => {
  const answer = await asked(socket, { kind: 'read', from: 'holding', start, count })
  return answer.kind === 'read' ? answer.values : []
}

/** A device on a socket, seen as a client of SunSpec sees it; its time is turned by hand. */
async function device(plan: Partial<InverterPlan> & Pick<InverterPlan, 'kind'>) {
  let nowMs = 0
  const simulator = await openInverter({
    port: 0,
    generation: 'classic',
    phases: 3,
    ratingW: 10_000,
    capacityWh: 10_000,
    voltageV: 230,
    nowMs: () => nowMs,
    ...plan
  })
  const socket = connect(simulator.port, '127.0.0.1')
  const walk = survey()
  let step = walk.next()
  while (step.done !== true) {
    const words = await read(socket, step.value.start, step.value.count)
    step = walk.next(words.length > 0 ? words : null)
  }
  const found = step.value.ok ? step.value.blocks : []
  const place = (id: number): Block => {
    const block = found.find((each) => each.id === id)
    if (block === undefined) throw new Error(`no model ${id}`)
    return block
  }
  return {
    simulator,
    socket,
    ids: found.map(({ id }) => id),
    lengths: found.map(({ length }) => length),
    registers: (id: number) => read(socket, place(id).start, Math.min(125, place(id).length + 2)),
    write: (id: number, at: number, values: readonly number[]) =>
      asked(socket, { kind: 'write', start: place(id).start + at, values }),
    turn: (milliseconds: number) => {
      nowMs += milliseconds
    },
    close: async () => {
      socket.destroy()
      await simulator.stop()
    }
  }
}

void test('each kind has its models, found by their own lengths', async (t) => {
  const kinds = [
    [{ kind: 'pv' }, [1, 103, 120, 121, 122, 123], 65],
    [{ kind: 'pv', phases: 1 }, [1, 101, 120, 121, 122, 123], 65],
    [{ kind: 'battery' }, [1, 103, 120, 121, 122, 123, 124], 65],
    [{ kind: 'pv', generation: 'der' }, [1, 701, 702, 704], 66],
    [{ kind: 'battery', generation: 'der' }, [1, 701, 702, 713, 704], 66]
  ] as const
  for (const [plan, ids, length] of kinds) {
    const each = await device(plan)
    t.strictSame(each.ids, ids)
    t.equal(each.lengths[0], length)
    await each.close()
  }
})

void test('a limit of 123 holds until its timer has run out, to the second, and each write starts it anew', async (t) => {
  const pv = await device({ kind: 'pv', wishW: () => -8000 })
  t.teardown(pv.close)
  const known = valuesOf(immediateControls, await pv.registers(123))
  const [write] = writesOf(immediateControls, { WMaxLimPct: 30, WMaxLimPct_WinTms: 0, WMaxLimPct_RvrtTms: 20, WMaxLimPct_RmpTms: 0, WMaxLim_Ena: 1 }, known) // prettier-ignore
  const put = () => pv.write(123, write?.at ?? 0, write?.values ?? [])
  const enabled = async () => valuesOf(immediateControls, await pv.registers(123)).WMaxLim_Ena
  pv.turn(10_000)
  t.equal(pv.simulator.powerW(), -8000)
  await put()
  pv.turn(15_000)
  t.equal(pv.simulator.powerW(), -3000)
  await put()
  pv.turn(19_999)
  t.equal(pv.simulator.powerW(), -3000)
  t.equal(await enabled(), 1)
  pv.turn(1)
  t.equal(await enabled(), 0)
  pv.turn(10_000)
  t.equal(pv.simulator.powerW(), -8000)
})

void test('704 falls back to its reversion values; a write without a timer holds', async (t) => {
  const store = await device({ kind: 'battery', generation: 'der', wishW: () => 700 })
  t.teardown(store.close)
  const known = valuesOf(derControls, await store.registers(704))
  const say = async (seconds: number, rvrt: number) => {
    const wanted = {
      WSetMod: 1,
      WSet: -4000,
      WSetRvrt: rvrt,
      WSetEnaRvrt: 1,
      WSetRvrtTms: seconds,
      WSetEna: 1
    }
    for (const { at, values } of writesOf(derControls, wanted, known)) await store.write(704, at, values)
  }
  await say(10, -1000)
  store.turn(9000)
  t.equal(store.simulator.powerW(), 4000)
  store.turn(11_000)
  t.equal(store.simulator.powerW(), 1000)
  await say(0, 0)
  store.turn(3_600_000)
  t.equal(store.simulator.powerW(), 4000)
})

void test('what may not be written is refused, and nothing has changed', async (t) => {
  const pv = await device({ kind: 'pv' })
  t.teardown(pv.close)
  const before = await pv.registers(123)
  t.match(await pv.write(123, 23, [0]), { kind: 'exception', code: 2 }, 'a scale factor')
  t.match(await pv.write(103, 14, [0]), { kind: 'exception', code: 2 }, 'a measurement')
  t.match(await pv.write(123, 22, [0, 0]), { kind: 'exception', code: 2 }, 'half of it')
  t.match(await asked(pv.socket, { kind: 'read-bits', from: 'coils', start: 0, count: 1 }), { code: 1 })
  t.match(await asked(pv.socket, { kind: 'read', from: 'holding', start: 39_999, count: 2 }), { code: 2 })
  t.strictSame(await pv.registers(123), before)
})

const shown: readonly (readonly [temper: Temper, real: number, says: number])[] = [
  ['obedient', -2000, 2000],
  ['ignoring', -6000, 6000],
  ['lying', -6000, 2000],
  ['forgetful', -6000, 6000],
  ['timerless', -2000, 2000]
]

for (const [temper, real, says] of shown)
  void test(`${temper}: ${tempers[temper]}`, async (t) => {
    const pv = await device({ kind: 'pv', wishW: () => -6000 })
    t.teardown(pv.close)
    pv.simulator.temper(temper)
    t.match(await pv.write(123, 5, [2000, 0, 60, 0, 1]), { kind: 'write' })
    pv.turn(20_000)
    t.equal(pv.simulator.powerW(), real)
    t.equal(valuesOf(inverter, await pv.registers(103)).W, says)
    pv.turn(60_000)
    t.equal(pv.simulator.powerW(), temper === 'timerless' ? -2000 : -6000)
  })

void test('a refusing device refuses writes only, a silent one says nothing', async (t) => {
  const pv = await device({ kind: 'pv' })
  t.teardown(pv.close)
  pv.simulator.temper('refusing')
  t.match(await pv.write(123, 9, [0]), { kind: 'exception', code: 4 })
  t.equal((await pv.registers(123)).length, 26)
  pv.simulator.temper('silent')
  pv.socket.write(encodeFrame({ transaction: 1, unit: 1, pdu: encodeRequest({ kind: 'read', from: 'holding', start: 40_000, count: 2 }) })) // prettier-ignore
  await t.rejects(once(pv.socket, 'data', { signal: AbortSignal.timeout(100) }), { name: 'AbortError' })
})

const plate: Plate = { kind: 'battery', ratingW: 5000, capacityWh: 10_000, lagMs: 500, rampWPerS: 2500 }
const free = { leastW: -Infinity, mostW: Infinity }

void test('a battery is full with what went in less what was lost, and never beyond', async (t) => {
  const body = bodyAt(5000, 0)
  let [nowMs, inWh] = [0, 0]
  while (socPercent(body, plate) < 100 && nowMs < 7_200_000) {
    nowMs += 1000
    stepBody(body, plate, { wishW: 5000, window: free, nowMs, stepMs: 1000 })
    inWh += body.powerW / 3600
  }
  t.equal(body.storedWh, 10_000)
  t.ok(Math.abs(inWh * 0.96 - 5000) < 5, `${inWh} Wh`)
  t.equal(body.powerW, 0)
})

void test('whatever it is told, a body stays within its rating, its ramp and its store', async (t) => {
  const step = fc.record({ wishW: fc.integer({ min: -9000, max: 9000 }), leastW: fc.integer({ min: -9000, max: 0 }), mostW: fc.nat(9000) }) // prettier-ignore
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(10_000), (steps, storedWh) => {
      const body = bodyAt(storedWh, 0)
      return steps.every(({ wishW, ...window }, index) => {
        const before = body.powerW
        stepBody(body, plate, { wishW, window, nowMs: (index + 1) * 1000, stepMs: 1000 })
        const ramped = body.powerW === 0 || Math.abs(body.powerW - before) <= plate.rampWPerS
        const stored = body.storedWh >= 0 && body.storedWh <= plate.capacityWh
        return ramped && stored && Math.abs(body.powerW) <= plate.ratingW
      })
    })
  )
  t.pass()
})

void test('the sun rises, has clouds by its seed, and sets', async (t) => {
  t.equal(clearSky(3), 0)
  t.equal(clearSky(23), 0)
  t.equal(clearSky(13), 1)
  const day = (seed: number): number[] => {
    let nowMs = 0
    const sun = sunOver(8000, chanceOf(seed), () => (nowMs / 3_600_000) % 24, () => nowMs) // prettier-ignore
    return Array.from({ length: 288 }, () => {
      nowMs += 300_000
      return sun()
    })
  }
  t.strictSame(day(1), day(1))
  t.notSame(day(1), day(2))
  t.ok(day(3).every((watts) => watts >= 0 && watts <= 8000))
  t.ok(Math.max(...day(1)) > 4000)
})

void test('what feeds in behind the meter is taken from its sum', async (t) => {
  let nowMs = 0
  const behind = await openBehind(
    {
      pv: { ratingW: 6900, port: 0 },
      battery: { ratingW: 0, port: 0 },
      voltageV: 230,
      hour: () => 13,
      nowMs: () => nowMs
    },
    { ...chanceOf(1), happens: () => false } // No cloud comes.
  )
  t.teardown(() => behind.stop())
  const draw = together(() => [20_000, 20_000, 0], behind.draw)
  const look = siteLoad({ draw, base: () => [0, 0, 0], voltageV: 230 }, chanceOf(1), () => nowMs)
  nowMs = 20_000
  const { currentMilliA } = look()
  const near = (value: number, wanted: number) => Math.abs(value - wanted) < 50
  t.ok(near(currentMilliA[0], 10_000) && near(currentMilliA[2], -10_000), currentMilliA.join(' '))
})

void test('a battery shows its state of charge in its own models', async (t) => {
  const store = await device({ kind: 'battery', socPercent: 37.5 })
  t.teardown(store.close)
  const { ChaState, ChaSt, WChaMax } = valuesOf(storage, await store.registers(124))
  t.strictSame({ ChaState, ChaSt, WChaMax }, { ChaState: 37.5, ChaSt: 6, WChaMax: 10_000 })
})
