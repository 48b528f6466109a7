import { parseArgs } from 'node:util'
import { chanceOf } from '../world/chance.ts'
import { interrupted } from '../world/words.ts'
import { openBehind } from './behind.ts'
import { openMeter, type MeterSimulator } from './meter.ts'
import { faults, type Fault } from './registers.ts'
import { siteLoad, together, wanderingBase } from './site-load.ts'

const help = `meter: a Modbus TCP site meter (Eastron SDM630 registers)
  --port N          where it listens (default 1502)
  --base-w N        base load around which it wanders (default 3000)
  --chargers-a N    current of the chargers behind it, each phase (default 0)
  --pv-w N          a PV inverter of so many watts behind it, SunSpec on port 1503 (default none)
  --battery-w N     a battery of so many watts and two hours behind it, SunSpec on port 1504 (default none)
  --seed N          chance (default 1)
  --fault NAME      fails from the start: ${faults.join(', ')}`

const options = {
  port: { type: 'string', default: '1502' },
  'base-w': { type: 'string', default: '3000' },
  'chargers-a': { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  'pv-w': { type: 'string', default: '0' },
  'battery-w': { type: 'string', default: '0' },
  fault: { type: 'string' }
} as const

const pvPort = 1503
const batteryPort = 1504

/**
 * `npm run simulate -- meter …`: runs until stopped.
 * @throws Error with the option's name when an option is none
 */
export async function runMeter(args: readonly string[]): Promise<MeterSimulator> {
  const { values } = parseArgs({ args: [...args], options })
  const chance = chanceOf(whole('seed', values.seed))
  const nowMs = (): number => performance.now()
  const baseW = whole('base-w', values['base-w'])
  const each = whole('chargers-a', values['chargers-a']) * 1000
  const base = wanderingBase({ leastW: baseW * 0.8, mostW: baseW * 1.2, voltageV: 230 }, chance, nowMs)
  const fault = values.fault === undefined ? null : faultNamed(values.fault)
  const port = whole('port', values.port)
  const behind = await openBehind(
    {
      pv: { ratingW: whole('pv-w', values['pv-w']), port: pvPort },
      battery: { ratingW: whole('battery-w', values['battery-w']), port: batteryPort },
      voltageV: 230,
      hour: localHour,
      nowMs
    },
    chance.fork('sun')
  )
  const draw = together(() => [each, each, each], behind.draw)
  const through = siteLoad({ draw, base, voltageV: 230 }, chance.fork('meter'), nowMs)
  const meter = await openMeter({ port, through })
  meter.fault(fault)
  console.log(`meter on tcp://127.0.0.1:${meter.port}, unit any`)
  const stop = async (): Promise<void> => {
    await meter.stop()
    await behind.stop()
  }
  return { ...meter, stop }
}

function localHour(): number {
  const now = new Date()
  return now.getHours() + now.getMinutes() / 60
}

function whole(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name}: "${text}" is no whole number`)
  return value
}

function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each === name)
  if (fault === undefined) throw new Error(`--fault: "${name}" is none of ${faults.join(', ')}`)
  return fault
}

/** The line of `simulators/main.ts`: runs until the process is stopped. */
export const meter = {
  does: 'a Modbus TCP site meter with a wandering base load, and its faults',
  help,
  run: async (words: readonly string[]): Promise<void> => {
    const running = await runMeter(words)
    await interrupted()
    await running.stop()
  }
}
