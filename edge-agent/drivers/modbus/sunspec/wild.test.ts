import { decodeRequest, encodeAnswer, type Request } from '@nova/shared-protocol/codecs/modbus'
import { blockOf, common, immediateControls, inverter, status } from '@nova/shared-protocol/codecs/sunspec'
import { test } from 'tap'
import { serveModbus } from '../../../../simulators/meters/modbus-server.ts'
import { chanceOf } from '../../../../simulators/world/chance.ts'
import type { Participant } from '../../contract.ts'
import { never, until } from './device.suite.ts'
import { openSunSpec } from './participant.ts'

const participant: Participant = {
  id: 'wild',
  kind: 'pv',
  circuit: 'grid',
  phaseRotation: 'RST',
  rating: { leastW: -10_000, mostW: 0 },
  capacityWh: null,
  minSocPercent: null
}
const well = [
  0x5375,
  0x6e53,
  ...blockOf(common, { Mn: 'Wild' }),
  ...blockOf(inverter, { W: 5000, W_SF: 0, St: 4 }, { id: 103 }),
  ...blockOf(status, { WAval: 6000, WAval_SF: 0 }),
  ...blockOf(immediateControls, { WMaxLimPct: 100, WMaxLimPct_RvrtTms: 0, WMaxLim_Ena: 0, WMaxLimPct_SF: 0 }),
  0xffff,
  0
]

type Garble = (words: readonly number[]) => readonly number[]

/** Takes every write and keeps none. Heads are left alone: a device that is not met is another test's. */
function served(request: Request, garble: Garble): Uint8Array | null {
  if (request.kind === 'write')
    return encodeAnswer({ kind: 'write', start: request.start, count: request.values.length })
  if (request.kind !== 'read') return null
  const { from, start, count } = request
  const words = Array.from({ length: count }, (_, index) => well[start - 40_000 + index] ?? 0xffff)
  return encodeAnswer({ kind: 'read', from, values: count > 2 ? garble(words) : words })
}

const seeds = [1, 2, 4]

for (const seed of seeds)
  void test(`a device gone wild (seed ${seed}) brings no reading that it cannot have, and throws nothing`, async (t) => {
    const chance = chanceOf(seed)
    let [answered, isWild] = [0, false]
    const garbled: Garble = (words) =>
      words.map((word) => (chance.happens(0.2) ? chance.between(0, 0xffff) : word))
    const server = await serveModbus({ port: 0 }, ({ pdu }) => {
      answered++
      const request = decodeRequest(pdu)
      const roll = isWild ? chance.next() : 1
      if (roll < 0.03) return Uint8Array.from({ length: chance.between(1, 9) }, () => chance.between(0, 255))
      if (roll < 0.06) return encodeAnswer({ kind: 'exception', function: pdu[0] ?? 0, code: 6 })
      if (!request.ok) throw new Error('the driver speaks no Modbus')
      return served(request.value, roll < 0.6 ? garbled : (words) => words)
    })
    const driver = openSunSpec(
      { participant, address: `tcp://127.0.0.1:${server.port}`, unit: 1, pollMs: 1 },
      {
        clock: { monotonicMs: () => performance.now(), instant: () => new Date().toISOString() },
        log: { warn: () => undefined }
      }
    )
    t.teardown(async () => {
      await driver.close()
      await server.stop()
    })
    await until('a reading', () => driver.latest() !== null)
    isWild = true
    const endAt = answered + 300
    while (answered < endAt) {
      const before = answered
      const deed = await driver.setPoint(
        { kind: 'limits', importW: null, exportW: 1000, reversionS: 5 },
        never
      )
      t.match(deed.kind, /accepted|rejected|failed/)
      await until('it goes on', () => answered > before)
      const { totalW = 0, available } = driver.latest()?.reading ?? {}
      if (Math.abs(totalW) > 15_200 || (available?.leastW ?? 0) < -10_000) t.fail(`${totalW} W`)
    }
    isWild = false
    await until('it is well again', () => driver.latest()?.reading.totalW === -5000)
  })
