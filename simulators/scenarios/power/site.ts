import { checkSite, type PowerSite } from '@nova/edge-agent/power'
import { Charger, phasesOf, type PhaseRotation } from '@nova/shared-protocol/model'
import type { Chance } from '../../world/chance.ts'

const rotations = ['RST', 'STR', 'TRS', 'RTS', 'R', 'S', 'T'] as const satisfies readonly PhaseRotation[]

export type DaySite = PowerSite & { readonly baseLeastW: number; readonly baseMostW: number }

/**
 * A site whose fallbacks fit, whose limit binds: 4 to 12 chargers, up to two feeders, all phase rotations. The
 * reserve for the base load is what the base load may reach, as an electrician would choose it.
 */
export function siteOf(chance: Chance): DaySite {
  const count = chance.between(4, 12)
  const baseMostW = chance.between(2, 12) * 1000
  const reserveA = baseMostW / 690
  const gridA = Math.ceil(count * chance.between(7, 14) + reserveA * 1.3)
  const feeders = chance.between(0, 2)
  const circuits = Array.from({ length: feeders }, (_, index) => {
    const limitA = Math.ceil((count * 9) / feeders + 10)
    return { id: `feeder-${index + 1}`, parent: 'grid', limitA: even(limitA) }
  })
  return {
    grid: {
      limitA: even(gridA),
      voltageV: 230,
      meter: 'grid-meter',
      baseLoadReserveW: Math.ceil(baseMostW * 1.2)
    },
    circuits,
    chargers: Array.from({ length: count }, (_, index) => chargerOf(index, circuits, chance)),
    failsafe: { cloudSilentSeconds: 120, limitW: Math.round(gridA * 690 * 0.7), meterSilentSeconds: 5 },
    timeZone: 'Asia/Shanghai',
    baseLeastW: baseMostW * 0.2,
    baseMostW
  }
}

/** The wiring plan as somebody changes it in mid-flight: a fuse, a feeder, a charger gone. Never one that is refused. */
export function changed(site: DaySite, whole: DaySite, chance: Chance): DaySite {
  const times = 0.7 + chance.next() * 0.5
  const next: DaySite = chance.pick<() => DaySite>([
    () => ({ ...site, grid: { ...site.grid, limitA: even(Math.ceil(whole.grid.limitA[0] * times)) } }),
    () => ({
      ...site,
      circuits: site.circuits.map((circuit, at) => ({
        ...circuit,
        limitA: even(Math.ceil((whole.circuits[at]?.limitA[0] ?? 0) * times))
      }))
    }),
    () => ({ ...site, chargers: site.chargers.length > 1 ? site.chargers.slice(1) : site.chargers }),
    () => ({ ...site, chargers: whole.chargers }),
    () => ({ ...site, failsafe: { ...site.failsafe, limitW: Math.round(site.grid.limitA[0] * 690 * 0.5) } })
  ])()
  return checkSite(next).length === 0 ? next : { ...site }
}

const even = (amps: number): [number, number, number] => [amps, amps, amps]

function chargerOf(index: number, circuits: readonly { readonly id: string }[], chance: Chance): Charger {
  const phaseRotation = chance.pick(rotations)
  const id = `CP-${index + 1}`
  return Charger.parse({
    id,
    identity: id,
    protocol: 'ocpp1.6',
    phaseRotation,
    ...(circuits.length > 0 ? { circuit: circuits[index % circuits.length]?.id } : {}),
    managed: true,
    fallbackA: 6,
    evses: [
      {
        id: 1,
        connectors: [
          { id: 1, type: 'type2', maxPowerW: phasesOf(phaseRotation).length === 1 ? 7360 : 22_080 }
        ]
      }
    ]
  })
}
