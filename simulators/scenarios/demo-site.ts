import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Charger, phasesOf } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import { type ChargePoint, openChargePoint } from '../chargers/index.ts'
import { openBehind, type Behind } from '../meters/behind.ts'
import { type MeterSimulator, openMeter } from '../meters/meter.ts'
import { siteLoad, together, wanderingBase } from '../meters/site-load.ts'
import type { Chance } from '../world/chance.ts'

/** A site's hardware: charge points and the meter at the grid connection that sees what they really draw. */
export type DemoSite = {
  readonly stations: readonly ChargePoint[]
  readonly meter: MeterSimulator
  /** Current by grid phase that the chargers draw at this moment. */
  draw(): PerPhase
  close(): Promise<void>
}

export type DemoSiteOptions = {
  readonly chargers: readonly Charger[]
  readonly ocppUrl: string
  readonly meterPort: number
  readonly voltageV: number
  /** Inverter and battery in the meter's sum. */
  readonly behind?: Pick<Behind, 'pv' | 'battery' | 'hour'>
  readonly baseW: { readonly leastW: number; readonly mostW: number }
  /** Registers and backlogs live here, so that a restart of the demo goes on where it was. */
  readonly stateDir: string
  readonly chance: Chance
}

export async function openDemoSite(options: DemoSiteOptions): Promise<DemoSite> {
  const { chargers, voltageV, chance } = options
  mkdirSync(options.stateDir, { recursive: true })
  const wired = chargers.map((charger) => ({ station: stationOf(charger, options), charger }))
  const draw = (): PerPhase => sumOf(wired.map(({ station, charger }) => onGrid(station, charger)))
  const nowMs = () => performance.now()
  const base = wanderingBase({ ...options.baseW, voltageV }, chance.fork('base'), nowMs)
  const none = { pv: { ratingW: 0, port: 0 }, battery: { ratingW: 0, port: 0 }, hour: () => 0 }
  const behind = await openBehind({ ...(options.behind ?? none), voltageV, nowMs }, chance.fork('sun'))
  const load = { draw: together(draw, behind.draw), base, voltageV }
  const through = siteLoad(load, chance.fork('meter'), nowMs)
  const meter = await openMeter({ port: options.meterPort, through })
  const rests = wired.map(({ station }) => station.run(1))
  for (const { station } of wired) station.switchOn()
  return {
    stations: wired.map(({ station }) => station),
    meter,
    draw,
    close: async () => {
      for (const rest of rests) rest()
      await Promise.all(wired.map(({ station }) => station.close()))
      await meter.stop()
      await behind.stop()
    }
  }
}

function stationOf(charger: Charger, { ocppUrl, stateDir, voltageV }: DemoSiteOptions): ChargePoint {
  const phases = charger.phaseRotation.length === 1 ? 1 : 3
  return openChargePoint({
    url: ocppUrl,
    identity: charger.identity,
    password: charger.security.password ?? null,
    voltageV,
    outlets: charger.evses.flatMap((evse) =>
      evse.connectors.map(({ maxPowerW }) => ({
        maxMilliA: Math.floor(maxPowerW / voltageV / phases) * 1_000,
        phases
      }))
    ),
    configuration: { MeterValueSampleInterval: '5' },
    stateFile: path.join(stateDir, `${charger.id}.json`)
  })
}

/** The station's L1, L2, L3 on the grid phases that its rotation says. */
function onGrid(station: ChargePoint, { phaseRotation }: Charger): PerPhase {
  const drawn = station.drawnMilliA()
  const onPhase: [number, number, number] = [0, 0, 0]
  phasesOf(phaseRotation).forEach((phase, index) => {
    onPhase[phase] += drawn[index] ?? 0
  })
  return onPhase
}

const sumOf = (currents: readonly PerPhase[]): PerPhase =>
  currents.reduce<PerPhase>((sum, each) => [sum[0] + each[0], sum[1] + each[1], sum[2] + each[2]], [0, 0, 0])
