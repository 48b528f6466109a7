import { phasesOf, type PhaseRotation } from '@nova/shared-protocol/model'
import type { Chance } from '../../../world/chance.ts'
import { sunOver } from '../../../inverters/sun.ts'
import type { DaySite } from '../site.ts'
import type { Weather } from '../temper.ts'
import type { Ticker } from '../ticker.ts'
import { partFrom, type Part, type PartTemper } from './device.ts'

export type Ground = {
  readonly site: DaySite
  readonly clock: Ticker
  readonly weather: Weather
  readonly seconds: number
  readonly fromS: number // Second of the day at which it begins.
}

// Half of them do as they are told.
const tempers: readonly [PartTemper, ...PartTemper[]] = [
  'obedient',
  ...Array.from({ length: 7 }, (): PartTemper => 'obedient'),
  'slow',
  'silent',
  'silent',
  'ignoring',
  'lying',
  'turned',
  'forgetful',
  'refusing'
]

/** What hangs at the site today beside its chargers: up to two roofs and a battery, or nothing. */
export function partsOf(ground: Ground, chance: Chance): Part[] {
  const kinds = [
    ...(chance.happens(0.7) ? ['pv' as const] : []),
    ...(chance.happens(0.2) ? ['pv' as const] : []),
    ...(chance.happens(0.6) ? ['battery' as const] : [])
  ]
  return kinds.map((kind, at) => partAt(ground, chance.fork(`${kind} ${at}`), `${kind}-${at + 1}`))
}

function partAt(ground: Ground, chance: Chance, id: string): Part {
  const { clock, weather, seconds } = ground
  const kind = id.startsWith('pv') ? ('pv' as const) : ('battery' as const)
  const phaseRotation: PhaseRotation = chance.happens(0.7) ? 'RST' : chance.pick(['R', 'S', 'T'])
  const ratingW = phaseRotation === 'RST' ? chance.pick([5_000, 10_000, 20_000]) : 4_600
  const drawn = chance.pick(tempers)
  const temper = kind === 'pv' ? sunTemper(drawn) : drawn
  const isFree = kind === 'pv' || chance.happens(0.3)
  const circuit = circuitFor(ground.site, temper, chance)
  const made = { clock, chance, weather, temper, isFree, phases: phasesOf(phaseRotation) }
  const sleeps = chance.happens(0.5)
  const wrongInS = chance.between(900, Math.max(900, Math.floor(seconds * 0.6)))
  const common = { id, circuit, phaseRotation }
  return partFrom({
    ...made,
    ...(kind === 'pv' ? roofOf(ground, ratingW, chance) : batteryOf(ground, ratingW, chance)),
    participant: kind === 'pv' ? sunPart(common, ratingW) : batteryPart(common, ratingW),
    plate: plateOf(kind, ratingW, temper === 'slow'),
    sleeps,
    wrongFromMs: clock.monotonicMs() + wrongInS * 1000
  })
}

type Common = Pick<Part['participant'], 'id' | 'circuit' | 'phaseRotation'>

const sunPart = (common: Common, ratingW: number): Part['participant'] => ({
  ...common,
  kind: 'pv',
  rating: { leastW: -ratingW, mostW: 0 },
  capacityWh: null,
  minSocPercent: null
})

const hours = 2 // Of full power in a battery.

const batteryPart = (common: Common, ratingW: number): Part['participant'] => ({
  ...common,
  kind: 'battery',
  rating: { leastW: -ratingW, mostW: ratingW },
  capacityWh: ratingW * hours,
  minSocPercent: 10
})

function plateOf(kind: 'pv' | 'battery', ratingW: number, isSlow: boolean): Part['plate'] {
  const [lagMs, seconds] = isSlow ? [2_000, 4] : [500, 2]
  return {
    kind,
    ratingW,
    capacityWh: kind === 'pv' ? 0 : ratingW * hours,
    lagMs,
    rampWPerS: ratingW / seconds
  }
}

const roofOf = (ground: Ground, ratingW: number, chance: Chance) => ({
  wishW: sun(ground, ratingW, chance.fork('sky')),
  storedWh: 0
})

const batteryOf = (ground: Ground, ratingW: number, chance: Chance) => ({
  wishW: mood(ground, ratingW, chance.fork('mood')),
  storedWh: (ratingW * hours * chance.between(20, 90)) / 100
})

/** The sun cannot be drawn from: an inverter that is turned is one that ignores. */
const sunTemper = (temper: PartTemper): PartTemper => (temper === 'turned' ? 'ignoring' : temper)

/** Behind a feeder without a meter nobody could know of a device that lies. */
function circuitFor({ circuits }: DaySite, temper: PartTemper, chance: Chance): string {
  const at = chance.between(0, circuits.length + 1)
  return temper === 'lying' ? 'grid' : (circuits[at]?.id ?? 'grid')
}

function sun({ clock, fromS }: Ground, peakW: number, chance: Chance): () => number {
  const nowMs = (): number => clock.monotonicMs()
  const hour = (): number => ((fromS + nowMs() / 1000) / 3600) % 24
  const gives = sunOver(peakW, chance, hour, nowMs)
  return () => -gives() + 0
}

/** What a battery would do by itself: charges, discharges or rests, for minutes or an hour each. */
function mood({ clock }: Ground, ratingW: number, chance: Chance): () => number {
  let [watts, untilMs] = [0, 0]
  return () => {
    for (; clock.monotonicMs() >= untilMs; untilMs += chance.between(300, 3_600) * 1000)
      watts = chance.pick([0, 1, -1]) * Math.round(ratingW * chance.next())
    return watts
  }
}
