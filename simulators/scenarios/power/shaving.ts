import { openParticipants, type Needs as PartsNeeds } from '@nova/edge-agent/participants'
import { openControlLoop, type ControlLoop, type Needs } from '@nova/edge-agent/power'
import { tickerFrom, type Ticker } from './ticker.ts'

type Driver = PartsNeeds['drivers'][number]
type Told = Parameters<Driver['setPoint']>[0]

export type ShavingRun = {
  readonly overshoot: number // Of what the battery had to give: how much more it gave at the most.
  readonly settledCycles: number // Until the grid connection stays within 2 % of the step's need.
  readonly gridW: readonly number[] // Cycle by cycle, from the one that hears of the step on.
}

const loadW = 120_000
const limitW = 100_000
const needW = loadW - limitW
const warmUpS = 30
const follows = 1 - Math.exp(-1) // Of the way to its set-point in a second, as the peer's battery.
const volts = 230

/**
 * A site that draws 120 kW; from one second to the next no more than 100 kW may be drawn. The real loop leads a battery
 * that follows with a lag, over a site meter that trembles by nothing.
 */
export async function shaveStep(seconds = 60): Promise<ShavingRun> {
  const clock = tickerFrom('2026-03-01T16:00:00Z')
  const battery = { actualW: 0, toldW: 0 }
  const late: { loop?: ControlLoop } = {}
  const parts = openParticipants(partsOf(clock, battery, () => late.loop))
  const loop = openControlLoop({ ...needsOf(clock, battery), beyondMeter: () => parts.beyondMeter() })
  late.loop = loop
  const gridW: number[] = []
  for (let second = 0; second < warmUpS + seconds; second++) {
    battery.actualW += follows * (battery.toldW - battery.actualW)
    await clock.turn(1000)
    if (second >= warmUpS - 1) gridW.push(loadW + battery.actualW)
  }
  await loop.stop()
  parts.stop()
  const given = gridW.map((watts) => loadW - watts)
  const outside = gridW.findLastIndex((watts) => Math.abs(watts - limitW) > 0.02 * needW)
  return { overshoot: Math.max(0, Math.max(...given) / needW - 1), settledCycles: outside + 1, gridW }
}

type Battery = { actualW: number; toldW: number }

function needsOf(clock: Ticker, battery: Battery): Needs {
  const amps: [number, number, number] = [250, 250, 250]
  const site: ReturnType<Needs['site']> = {
    grid: { limitA: amps, voltageV: volts, meter: 'grid-meter', baseLoadReserveW: 0 },
    circuits: [],
    chargers: [],
    failsafe: { cloudSilentSeconds: 120, limitW: null, meterSilentSeconds: 5 },
    timeZone: 'Asia/Shanghai',
    feedsIn: true
  }
  const step = new Date(clock.trueMs() + warmUpS * 1000).toISOString()
  const limits = [{ source: 'event', limitW, from: step, reason: 'grid operator' }]
  return {
    clock,
    site: () => site,
    views: () => [],
    limits: () => limits,
    caps: () => noCaps,
    meter: { latest: () => meterOf(clock, loadW + battery.actualW) },
    cloud: () => null,
    chargers: { isConnected: () => false, setPoint: none, fallback: none, perform: none },
    memory: { fallbacks: () => [], remember: async () => undefined },
    alarms: noAlarms,
    allocated: () => undefined,
    limitChanged: () => undefined,
    metrics: { cycle: () => undefined, missed: () => undefined, setPoint: () => undefined },
    log: { warn }
  }
}

const noAlarms = { raise: () => undefined, clear: () => undefined }

function partsOf(clock: Ticker, battery: Battery, loop: () => ControlLoop | undefined): PartsNeeds {
  return {
    clock,
    drivers: [driverOf(clock, battery)],
    meter: { latest: () => meterOf(clock, loadW + battery.actualW) },
    voltageV: volts,
    limitA: [250, 250, 250],
    circuits: [],
    wish: { battery: { peakW: mostW, rechargeBelowW: 0 }, sun: 'force' },
    trip: () => null,
    planned: () => null,
    sight: () => loop()?.sight() ?? null,
    exportLimitW: () => null,
    limitW: () => loop()?.allocation()?.limitW ?? null,
    alarms: noAlarms,
    changed: () => loop()?.wake(),
    log: { warn }
  }
}

const mostW = 172_500 // The connection: 3 · 230 V · 250 A. What is to be shaved is what the limit says.

const warn = (detail: unknown, message: string): void => {
  process.stderr.write(`${message} ${JSON.stringify(detail)}\n`)
}

const noCaps = new Map()
const none = async () => ({ kind: 'failed', error: 'no charger here' }) as const

function meterOf(clock: Ticker, powerW: number): ReturnType<NonNullable<Needs['meter']>['latest']> {
  const each = Math.round((powerW / 3 / volts) * 1000)
  const reading = {
    at: clock.instant(),
    powerW: Math.round(powerW),
    currentMilliA: threeOf(each),
    voltageV: threeOf(volts)
  }
  return { reading, takenAtMs: clock.monotonicMs() }
}

const threeOf = (each: number): [number, number, number] => [each, each, each]
const rating = { leastW: -50_000, mostW: 50_000 }

function driverOf(clock: Ticker, battery: Battery): Driver {
  return {
    participant: {
      id: 'battery',
      kind: 'battery',
      circuit: 'grid',
      phaseRotation: 'RST',
      rating,
      capacityWh: 100_000,
      minSocPercent: 10
    },
    abilities: () => ({
      follows: ['power'],
      reversion: { leastS: 1, mostS: 3_600 },
      afterReversion: { leastW: 0, mostW: 0 }
    }),
    latest: () => ({ reading: readingOf(clock, battery), takenAtMs: clock.monotonicMs() }),
    setPoint: async (point: Told) => {
      clock.touch()
      battery.toldW = point.kind === 'power' ? point.powerW : 0
      return { kind: 'accepted', answer: null }
    }
  }
}

const readingOf = (
  clock: Ticker,
  { actualW }: Battery
): NonNullable<ReturnType<Driver['latest']>>['reading'] => ({
  at: clock.instant(),
  powerW: threeOf(actualW / 3),
  totalW: actualW,
  socPercent: 60,
  available: { leastW: rating.leastW, mostW: 0 }, // Full enough: what it had been charging would be part of the step.
  inForce: null,
  state: 'running'
})
