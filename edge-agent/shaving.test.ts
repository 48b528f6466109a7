import { performance } from 'node:perf_hooks'
import { test, type Test } from 'tap'
import type { PowerPicture } from '@nova/shared-protocol/model'
import { openInverter } from '../simulators/inverters/index.ts'
import { openMeter } from '../simulators/meters/meter.ts'
import { openEdge, until } from './edge.suite.ts'

const volts = 230

type House = {
  readonly loadW: number
  readonly capacityWh: number
  readonly socPercent: number
  readonly power: object
}

/** A house with a battery of 5 kW behind its meter, and the edge that leads it. */
async function house(t: Test, { loadW, capacityWh, socPercent, power }: House) {
  const site = { loadW }
  const ratingW = 5_000
  const battery = await openInverter({
    port: 0,
    kind: 'battery',
    generation: 'classic',
    phases: 3,
    voltageV: volts,
    ratingW,
    capacityWh,
    socPercent,
    lagMs: 200,
    rampWPerS: 50_000,
    nowMs: () => performance.now()
  })
  const meter = await openMeter({
    port: 0,
    through: () => {
      const each = Math.round(((site.loadW + battery.powerW()) / 3 / volts) * 1000)
      return { currentMilliA: [each, each, each], voltageV: [volts, volts, volts], importWh: 0 }
    }
  })
  const at = (port: number) => `tcp://127.0.0.1:${port}`
  const store = { id: 'store', kind: 'battery', driver: 'sunspec', maxPowerW: ratingW, capacityWh }
  const edge = await openEdge({
    grid: { limitA: [100, 100, 100], voltageV: volts, meter: 'grid-meter' },
    devices: [
      { id: 'grid-meter', kind: 'meter', driver: 'modbus', model: 'eastron-sdm630', address: at(meter.port) },
      { ...store, address: at(battery.port) }
    ],
    power
  })
  t.teardown(async () => {
    await edge.close()
    await battery.stop()
    await meter.stop()
  })
  return { site, battery, edge }
}

void test('a running edge leads a battery over SunSpec: the peak holds, and what it may draw is counted', async (t) => {
  const power = { battery: { peakW: 8_000, rechargeBelowW: 0 } }
  const { site, battery, edge } = await house(t, { loadW: 6_000, capacityWh: 10_000, socPercent: 60, power })
  await until(
    async () => (await edge.ask<PowerPicture>('GET', '/power')).body.participants?.[0]?.powerW ?? null,
    (powerW) => powerW !== null,
    'the battery is heard'
  )
  site.loadW = 11_000
  const gives = await until(
    () => battery.powerW(),
    (powerW) => Math.abs(powerW + 3_000) < 150,
    '11 kW less a peak of 8 kW'
  )
  t.ok(gives < 0)
  const { participants } = (await edge.ask<PowerPicture>('GET', '/power')).body
  t.match(participants?.[0]?.because ?? '', /without batteries, peak 8 kW/)
  site.loadW = 6_000
  await until(
    () => battery.powerW(),
    (powerW) => Math.abs(powerW) < 50,
    'it rests below the peak'
  )
})

void test('strategy optimise leads the battery too: in a dear hour it gives what the house draws', async (t) => {
  const now = Temporal.Now.zonedDateTimeISO('Asia/Shanghai')
  const clock = (hours: number) => now.add({ hours }).toPlainTime().toString({ smallestUnit: 'minute' })
  const power = {
    strategy: 'optimise',
    goal: 'cost',
    prices: [
      { start: clock(-1), end: clock(2), buyPerKWh: 1.5 },
      { start: clock(2), end: clock(-1), buyPerKWh: 0.3 }
    ],
    battery: { peakW: 60_000, rechargeBelowW: 0 }
  }
  const { battery, edge } = await house(t, { loadW: 4_000, capacityWh: 20_000, socPercent: 80, power })
  const gives = await until(
    () => battery.powerW(),
    (powerW) => powerW < -3_000,
    'no peak asks for it, the price does'
  )
  t.ok(gives > -4_700, `not more than the house draws, but for the lag of the meter: ${gives}`)
  await until(
    async () => (await edge.ask<PowerPicture>('GET', '/power')).body.participants?.[0]?.because,
    (because) => because === 'as planned',
    'and says why'
  )
})
