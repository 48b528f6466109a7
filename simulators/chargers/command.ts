import { parseArgs } from 'node:util'
import { interrupted, numberOf } from '../world/words.ts'
import { openChargePoint } from './charge-point.ts'
import type { ChargePoint, ChargePointOptions } from './options.ts'
import { isTemperName, tempers } from './tempers.ts'
import { usualVehicle, type Vehicle } from './vehicle.ts'

const help = `npm run simulate -- charger [options]

An OCPP 1.6 charge point with a car at each outlet. Ctrl-C switches it off.

  --url URL            where the edge listens          (ws://127.0.0.1:9220/ocpp)
  --identity NAME      the charge point's identity     (SIM-1)
  --password TEXT      for basic auth                  (none)
  --outlets N          how many outlets                (1)
  --max-a A            per phase and outlet            (32)
  --phases 1|3         of the outlets and the cars     (3)
  --tag UID            a card that is swiped at once at every outlet; without it cars wait for a remote start
  --battery-kwh N      of the car                      (50)
  --soc PERCENT        of the car at the beginning     (30)
  --sample-s N         seconds between meter values    (10)
  --temper NAME        ${Object.keys(tempers).join(', ')}   (obedient)
  --speed N            how fast the station's clock runs (1)
  --state FILE         registers and backlog are kept in it
  --no-car             outlets stay empty`

const options = {
  url: { type: 'string', default: 'ws://127.0.0.1:9220/ocpp' },
  identity: { type: 'string', default: 'SIM-1' },
  password: { type: 'string' },
  outlets: { type: 'string', default: '1' },
  'max-a': { type: 'string', default: '32' },
  phases: { type: 'string', default: '3' },
  tag: { type: 'string' },
  'battery-kwh': { type: 'string', default: '50' },
  soc: { type: 'string', default: '30' },
  'sample-s': { type: 'string', default: '10' },
  temper: { type: 'string', default: 'obedient' },
  speed: { type: 'string', default: '1' },
  state: { type: 'string' },
  'no-car': { type: 'boolean', default: false }
} as const

const sayEveryMs = 5_000

export const charger = { does: 'an OCPP 1.6 charge point with a car at each outlet', help, run }

async function run(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...words], options })
  const phases = numberOf('phases', values.phases, 1, 3) === 1 ? 1 : 3
  const point = openChargePoint(chargePointOptions(values, phases))
  if (!values['no-car']) {
    const capacityWh = 1000 * numberOf('battery-kwh', values['battery-kwh'], 1, 1000)
    const storedWh = (capacityWh * numberOf('soc', values.soc, 0, 100)) / 100
    for (const { number } of point.outlets())
      point.plugIn(number, { ...usualVehicle, phases, capacityWh, storedWh })
  }
  point.switchOn()
  point.run(numberOf('speed', values.speed, 0.1, 3600))
  if (values.tag !== undefined)
    swipeAll(point, values.tag).catch((cause: unknown) =>
      console.error(cause instanceof Error ? cause.message : cause)
    )
  const saying = setInterval(() => console.log(sentence(point)), sayEveryMs)
  await interrupted()
  clearInterval(saying)
  await point.close()
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

function chargePointOptions(values: Values, phases: Vehicle['phases']): ChargePointOptions {
  const { temper } = values
  if (!isTemperName(temper))
    throw new Error(`--temper: one of ${Object.keys(tempers).join(', ')}, not ${temper}`)
  const outlet = { maxMilliA: 1000 * numberOf('max-a', values['max-a'], 1, 1000), phases }
  return {
    url: values.url,
    identity: values.identity,
    password: values.password ?? null,
    outlets: Array.from({ length: numberOf('outlets', values.outlets, 1, 16) }, () => outlet),
    temper: tempers[temper],
    stateFile: values.state ?? null,
    configuration: { MeterValueSampleInterval: String(numberOf('sample-s', values['sample-s'], 1, 3600)) }
  }
}

const patienceMs = 60_000

async function swipeAll(point: ChargePoint, tag: string): Promise<void> {
  await point.settled(patienceMs).catch((cause: unknown) => {
    throw new Error(`no card was swiped: ${point.whyOffline() ?? 'the charge point is not accepted'}`, {
      cause
    })
  })
  for (const { number } of point.outlets())
    console.log(`outlet ${number}: ${tag} ${await point.swipe(number, tag)}`)
}

function sentence(point: ChargePoint): string {
  const outlets = point
    .outlets()
    .map((each) => `${each.number} ${each.status} ${each.powerW} W ${each.registerWh} Wh`)
    .join(' · ')
  const why = point.whyOffline()
  const state = point.isOnline() ? 'online' : why === null ? 'not accepted yet' : `offline (${why})`
  return `${point.identity} ${state} · ${outlets}`
}
