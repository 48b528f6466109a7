import type { Needs } from '@nova/edge-agent/power'
import type { SiteLimit } from '@nova/shared-protocol/model'
import type { Chance } from '../../world/chance.ts'
import type { TurnableClock } from '../../world/clock.ts'
import type { DaySite } from './site.ts'

export type MeterFault = 'freeze' | 'silent' | 'tenfold' | 'sign-flip'
type Cloud = NonNullable<ReturnType<Needs['cloud']>>

/** What befalls the site in a day: limits, a cloud that goes away, a meter that fails, an edge that dies. */
export type Troubles = {
  limits(): readonly SiteLimit[]
  cloud(): Cloud
  readonly meterFault: MeterFault | null
  readonly meterFaultSinceMs: number
  readonly edgeDown: boolean
  /** The limit that truly holds now, worked out apart from the edge: milliamperes per phase and watts. */
  truth(): { readonly milliA: number; readonly watts: number }
}

type Window = { readonly fromMs: number; readonly toMs: number }

export type Befall = {
  readonly site: DaySite
  readonly clock: TurnableClock
  readonly chance: Chance
  readonly seconds: number
  readonly meterFaults: boolean
}

export function troubles(plan: Befall): Troubles {
  const { site, clock, chance } = plan
  const dayMs = plan.seconds * 1000
  const cutOff: Window = { fromMs: 0.04 * dayMs, toMs: 0.97 * dayMs } // The cloud is away nearly all day.
  const events = someWindows(chance, 3, dayMs, 7200).map((window) => eventIn(plan, window))
  const orders = someWindows(chance, 6, dayMs, 5400).map((window) => ({ window, limit: orderOf(plan) }))
  const deaths = someWindows(chance, 2, dayMs, 90)
  const faults = plan.meterFaults ? someWindows(chance, 4, dayMs, 400) : []
  const kinds = faults.map(() => chance.pick<MeterFault>(['freeze', 'silent', 'tenfold', 'sign-flip']))
  const within = ({ fromMs, toMs }: Window): boolean =>
    clock.monotonicMs() >= fromMs && clock.monotonicMs() < toMs
  const limits = (): SiteLimit[] => [
    ...events,
    ...orders.filter(({ window }) => within(window)).map(({ limit }) => limit)
  ]
  return {
    limits,
    cloud: () => contact(cutOff, clock.monotonicMs()),
    get meterFault() {
      return kinds[faults.findIndex(within)] ?? null
    },
    get meterFaultSinceMs() {
      return faults.find(within)?.fromMs ?? -Infinity
    },
    get edgeDown() {
      return deaths.some(within)
    },
    truth: () => truthOf(site, limits(), clock, cutOff)
  }
}

const cloudSilentMs = 120_000

function truthOf(
  site: DaySite,
  limits: readonly SiteLimit[],
  clock: TurnableClock,
  cutOff: Window
): { milliA: number; watts: number } {
  const [now, nowMs] = [Date.parse(clock.instant()), clock.monotonicMs()]
  const valid = limits.filter(
    ({ from, until }) =>
      (from === undefined || Date.parse(from) <= now) && (until === undefined || Date.parse(until) > now)
  )
  const failsafe =
    nowMs >= cutOff.fromMs + cloudSilentMs && nowMs < cutOff.toMs ? [site.failsafe.limitW ?? Infinity] : []
  const amps = [
    site.grid.limitA[0],
    ...valid.flatMap(({ limitA }) => (limitA === undefined ? [] : [limitA[0]]))
  ]
  const watts = [...failsafe, ...valid.flatMap(({ limitW }) => (limitW === undefined ? [] : [limitW]))]
  return { milliA: Math.min(...amps) * 1000, watts: Math.min(Infinity, ...watts) }
}

/** Heard every second until it is cut off, and again after. */
function contact({ fromMs, toMs }: Window, nowMs: number): Cloud {
  const heardAtMs = nowMs >= fromMs && nowMs < toMs ? fromMs : nowMs
  return { heardAtMs, limitsHeardAtMs: heardAtMs }
}

function someWindows(chance: Chance, most: number, dayMs: number, longestS: number): Window[] {
  return Array.from({ length: chance.between(1, most) }, () => {
    const fromMs = chance.between(600, Math.floor(dayMs / 1000)) * 1000
    return { fromMs, toMs: fromMs + chance.between(30, longestS) * 1000 }
  })
}

/** A pre-staged event: known from the morning, valid in its window, with or without the cloud. */
function eventIn({ site, clock, chance }: Befall, { fromMs, toMs }: Window): SiteLimit {
  const startMs = Date.parse(clock.instant()) - clock.monotonicMs()
  const gridW = site.grid.limitA[0] * 690
  return {
    source: 'event',
    limitW: Math.round(gridW * (0.15 + chance.next() * 0.6)),
    from: new Date(startMs + fromMs).toISOString(),
    until: new Date(startMs + toMs).toISOString(),
    reason: 'grid operator'
  }
}

/** A person's limit: there at once, gone at once. */
function orderOf({ site, chance }: Befall): SiteLimit {
  const amps = Math.floor(site.grid.limitA[0] * (0.1 + chance.next() * 0.8))
  return { source: 'operator', limitA: [amps, amps, amps], reason: 'operator' }
}
