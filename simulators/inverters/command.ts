import { parseArgs } from 'node:util'
import { chanceOf } from '../world/chance.ts'
import { interrupted, numberOf } from '../world/words.ts'
import { openInverter, type InverterPlan, type InverterSimulator } from './inverter.ts'
import { sunOver } from './sun.ts'
import { isTemper, tempers } from './tempers.ts'

const common = `
  --models NAME     classic (103, 120 to 124) or der (701 to 713)   (classic)
  --phases 1|3                                                      (3)
  --temper NAME     ${Object.keys(tempers).join(', ')}   (obedient)`

const inverterHelp = `npm run simulate -- inverter [options]

A PV inverter that speaks SunSpec over Modbus TCP, under a sun with clouds. Ctrl-C switches it off.

  --port N          where it listens                                (1503)
  --rating-w N      what it can feed in                             (10000)
  --hour H          of the local day at the beginning; without it the sun follows the clock
  --speed N         how fast the sun moves                          (1)
  --seed N          chance of the clouds                            (1)${common}`

const batteryHelp = `npm run simulate -- battery [options]

A battery that speaks SunSpec over Modbus TCP. Left alone it rests. Ctrl-C switches it off.

  --port N          where it listens                                (1504)
  --rating-w N      charging and discharging                        (5000)
  --capacity-wh N                                                   (10000)
  --soc PERCENT     at the beginning                                (50)${common}`

const options = {
  port: { type: 'string' },
  'rating-w': { type: 'string' },
  models: { type: 'string', default: 'classic' },
  phases: { type: 'string', default: '3' },
  temper: { type: 'string', default: 'obedient' },
  hour: { type: 'string' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  'capacity-wh': { type: 'string', default: '10000' },
  soc: { type: 'string', default: '50' }
} as const

type Words = ReturnType<typeof read>
const read = (words: readonly string[]) => parseArgs({ args: [...words], options }).values

const sayEveryMs = 5_000
const nowMs = (): number => performance.now()

export const inverter = {
  does: 'a PV inverter that speaks SunSpec, under a sun with clouds',
  help: inverterHelp,
  run: async (words: readonly string[]): Promise<void> => {
    const values = read(words)
    const ratingW = numberOf('rating-w', values['rating-w'] ?? '10000', 1, 1_000_000)
    const port = numberOf('port', values.port ?? '1503', 0, 65_535)
    const sun = sunOver(ratingW, chanceOf(numberOf('seed', values.seed, 0, 2 ** 31)), hourBy(values), nowMs)
    await runUntilStopped(
      { ...spoken(values), kind: 'pv', port, ratingW, wishW: () => -sun() },
      values.temper
    )
  }
}

export const battery = {
  does: 'a battery that speaks SunSpec',
  help: batteryHelp,
  run: async (words: readonly string[]): Promise<void> => {
    const values = read(words)
    await runUntilStopped(
      {
        ...spoken(values),
        kind: 'battery',
        port: numberOf('port', values.port ?? '1504', 0, 65_535),
        ratingW: numberOf('rating-w', values['rating-w'] ?? '5000', 1, 1_000_000),
        capacityWh: numberOf('capacity-wh', values['capacity-wh'], 1, 1e9),
        socPercent: numberOf('soc', values.soc, 0, 100)
      },
      values.temper
    )
  }
}

function spoken({
  models,
  phases
}: Words): Pick<InverterPlan, 'generation' | 'phases' | 'voltageV' | 'nowMs'> {
  if (models !== 'classic' && models !== 'der')
    throw new Error(`--models: "${models}" is neither classic nor der`)
  return { generation: models, phases: numberOf('phases', phases, 1, 3) === 1 ? 1 : 3, voltageV: 230, nowMs }
}

/** @returns the hour of the local day, 0 to 24 */
function hourBy({ hour, speed }: Words): () => number {
  const fast = numberOf('speed', speed, 0.1, 86_400)
  const now = new Date()
  const start = hour === undefined ? now.getHours() + now.getMinutes() / 60 : numberOf('hour', hour, 0, 24)
  const begunMs = nowMs()
  return () => (start + ((nowMs() - begunMs) * fast) / 3_600_000) % 24
}

async function runUntilStopped(plan: InverterPlan, temper: string): Promise<void> {
  if (!isTemper(temper))
    throw new Error(`--temper: "${temper}" is none of ${Object.keys(tempers).join(', ')}`)
  const device = await openInverter(plan)
  device.temper(temper)
  console.log(`${plan.kind} on tcp://127.0.0.1:${device.port}, unit any`)
  const saying = setInterval(() => console.log(stateOf(device, plan.kind)), sayEveryMs)
  await interrupted()
  clearInterval(saying)
  await device.stop()
}

const stateOf = (device: InverterSimulator, kind: InverterPlan['kind']): string =>
  `${Math.round(device.powerW())} W${kind === 'battery' ? `, ${device.socPercent().toFixed(1)} %` : ''}`
