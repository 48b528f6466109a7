import { performance } from 'node:perf_hooks'
import { test } from 'tap'
import type { PowerPicture } from '@nova/shared-protocol/model'
import { openInverter } from '../simulators/inverters/index.ts'
import { openMeter } from '../simulators/meters/meter.ts'
import { openEdge, until } from './edge.suite.ts'

const volts = 230
const at = (port: number) => `tcp://127.0.0.1:${port}`

void test('a running edge leads a battery over SunSpec: the peak holds, and what it may draw is counted', async (t) => {
  const site = { loadW: 6_000 }
  const battery = await openInverter({
    port: 0,
    kind: 'battery',
    generation: 'classic',
    phases: 3,
    voltageV: volts,
    ratingW: 5_000,
    capacityWh: 10_000,
    socPercent: 60,
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
  const edge = await openEdge({
    grid: { limitA: [100, 100, 100], voltageV: volts, meter: 'grid-meter' },
    devices: [
      { id: 'grid-meter', kind: 'meter', driver: 'modbus', model: 'eastron-sdm630', address: at(meter.port) },
      {
        id: 'store',
        kind: 'battery',
        driver: 'sunspec',
        address: at(battery.port),
        maxPowerW: 5_000,
        capacityWh: 10_000
      }
    ],
    power: { battery: { peakW: 8_000, rechargeBelowW: 0 } }
  })
  t.teardown(async () => {
    await edge.close()
    await battery.stop()
    await meter.stop()
  })
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
  const site = { loadW: 4_000 }
  const battery = await openInverter({
    port: 0,
    kind: 'battery',
    generation: 'classic',
    phases: 3,
    voltageV: volts,
    ratingW: 5_000,
    capacityWh: 20_000,
    socPercent: 80,
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
  const now = Temporal.Now.zonedDateTimeISO('Asia/Shanghai')
  const clock = (hours: number) => now.add({ hours }).toPlainTime().toString({ smallestUnit: 'minute' })
  const edge = await openEdge({
    grid: { limitA: [100, 100, 100], voltageV: volts, meter: 'grid-meter' },
    devices: [
      { id: 'grid-meter', kind: 'meter', driver: 'modbus', model: 'eastron-sdm630', address: at(meter.port) },
      {
        id: 'store',
        kind: 'battery',
        driver: 'sunspec',
        address: at(battery.port),
        maxPowerW: 5_000,
        capacityWh: 20_000
      }
    ],
    power: {
      strategy: 'optimise',
      goal: 'cost',
      prices: [
        { start: clock(-1), end: clock(2), buyPerKWh: 1.5 },
        { start: clock(2), end: clock(-1), buyPerKWh: 0.3 }
      ],
      battery: { peakW: 60_000, rechargeBelowW: 0 }
    }
  })
  t.teardown(async () => {
    await edge.close()
    await battery.stop()
    await meter.stop()
  })
  const gives = await until(
    () => battery.powerW(),
    (powerW) => powerW < -3_000,
    'no peak asks for it, the price does'
  )
  t.ok(gives > -4_700, `not more than the house draws, but for the lag of the meter: ${gives}`)
  const { participants } = (await edge.ask<PowerPicture>('GET', '/power')).body
  t.equal(participants?.[0]?.because, 'as planned')
})
