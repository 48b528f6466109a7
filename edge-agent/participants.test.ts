import { setTimeout as wait } from 'node:timers/promises'
import { decodeRequest, encodeAnswer, exceptions } from '@nova/shared-protocol/codecs/modbus'
import { PowerPicture } from '@nova/shared-protocol/model'
import { test } from 'tap'
import { openInverter } from '../simulators/inverters/index.ts'
import { serveModbus } from '../simulators/meters/modbus-server.ts'
import { openEdge, type TestEdge } from './edge.suite.ts'

const patienceMs = 60_000

async function pictureWhen(edge: TestEdge, holds: (picture: PowerPicture) => boolean): Promise<PowerPicture> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    const { status, body } = await edge.ask('GET', '/power')
    const picture = status === 200 ? PowerPicture.parse(body) : null
    if (picture !== null && holds(picture)) return picture
    if (performance.now() > endMs) throw new Error(`not within ${patienceMs} ms: ${JSON.stringify(body)}`)
    await wait(50)
  }
}

const plan = {
  port: 0,
  generation: 'classic',
  phases: 3,
  voltageV: 230,
  nowMs: () => performance.now()
} as const
const at = (port: number) => `tcp://127.0.0.1:${port}`

void test('an inverter and a battery of site.yaml are seen in the picture of the power', async (t) => {
  const pv = await openInverter({
    ...plan,
    kind: 'pv',
    ratingW: 6000,
    wishW: () => -3300,
    rampWPerS: 1e6,
    lagMs: 0
  })
  const store = await openInverter({
    ...plan,
    kind: 'battery',
    ratingW: 5000,
    capacityWh: 10_000,
    socPercent: 40
  })
  const edge = await openEdge({
    devices: [
      { id: 'roof', kind: 'pv', driver: 'sunspec', address: at(pv.port), maxPowerW: 6000 },
      {
        id: 'store',
        kind: 'battery',
        driver: 'sunspec',
        address: at(store.port),
        maxPowerW: 5000,
        capacityWh: 10_000
      }
    ]
  })
  t.teardown(async () => {
    await edge.close()
    await pv.stop()
    await store.stop()
  })
  const { participants } = await pictureWhen(
    edge,
    (picture) => picture.participants?.every(({ powerW }) => powerW !== null) === true
  )
  t.strictSame(
    participants?.map(({ id, kind, socPercent }) => ({ id, kind, socPercent })),
    [
      { id: 'roof', kind: 'pv', socPercent: null },
      { id: 'store', kind: 'battery', socPercent: 40 }
    ]
  )
  t.ok(participants?.some(({ id, powerW }) => id === 'roof' && powerW === -3300))
  await store.stop()
  t.equal((await edge.ask('GET', '/power')).status, 200, 'a device that goes is no reason to fall')
})

void test('the limit that a grid operator’s box holds in its registers rules the site', async (t) => {
  const state = { registers: [0, 20_000, 1] }
  const box = await serveModbus({ port: 0 }, ({ pdu }) => {
    const request = decodeRequest(pdu)
    state.registers[2] = (Number(state.registers[2]) + 1) % 0x1_0000 // Alive.
    return request.ok && request.value.kind === 'read'
      ? encodeAnswer({ kind: 'read', from: 'holding', values: state.registers })
      : encodeAnswer({ kind: 'exception', function: pdu[0] ?? 0, code: exceptions.illegalFunction })
  })
  const edge = await openEdge({
    gridOperator: { kind: 'modbus', model: 'limit-watts', address: at(box.port) }
  })
  t.teardown(async () => {
    await edge.close()
    await box.stop()
  })
  const ruledBy = (watts: number) => (picture: PowerPicture) =>
    picture.limits.some(({ source, limitW }) => source === 'grid-operator' && limitW === watts)
  await pictureWhen(edge, ruledBy(20_000))
  state.registers = [0, 4200, 1]
  t.ok(await pictureWhen(edge, ruledBy(4200)))
})
