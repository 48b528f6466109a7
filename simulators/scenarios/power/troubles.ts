import { heldInDoubt, isDoubted, watchClock, type ClockWatch, type Needs } from '@nova/edge-agent/power'
import type { SiteLimit } from '@nova/shared-protocol/model'
import type { Chance } from '../../world/chance.ts'
import { changed, type DaySite } from './site.ts'
import type { Ticker } from './ticker.ts'
import { someWindows, within, type Window } from './windows.ts'

export type MeterFault = 'freeze' | 'silent' | 'tenfold' | 'sign-flip'
type Cloud = NonNullable<ReturnType<Needs['cloud']>>

/** What befalls the site in a day: limits, a cloud that goes away, a meter that fails, an edge that dies. */
export type Troubles = {
  limits(): readonly SiteLimit[]
  site(): DaySite
  cloud(): Cloud
  readonly meterFault: { readonly kind: MeterFault; readonly window: Window } | null
  readonly edgeDown: boolean
  /** Whether the edge holds limits of another time beside those of now, since its clock jumped and nobody can tell it. */
  readonly isTimeDoubted: boolean
  /** How often each kind befalls the day. */
  readonly drawn: Readonly<Record<string, number>>
  /** The limit that truly holds now, worked out apart from the edge: milliamperes per phase and watts. */
  truth(): Truth
}

/** `exportW`: the most that may be fed in at the connection, Infinity when nobody has said. */
export type Truth = { readonly milliA: number; readonly watts: number; readonly exportW: number }

export type Befall = {
  readonly site: DaySite
  readonly clock: Ticker
  readonly chance: Chance
  readonly seconds: number
  readonly meterFaults: boolean
  readonly reconfigured: boolean
  readonly clockJumps: boolean
  readonly feedsInW: number // What the site can feed in at all; 0: nobody limits it.
}

/** Draws the day's troubles. `now` has to be called at the begin of each second: it sets the wall clock. */
export function troubles(plan: Befall): Troubles & { now(): void } {
  const { clock } = plan
  const fate = fateOf(plan)
  const { sites, cutOff } = fate
  const limits = limitsOf(fate)
  let truth: { readonly atMs: number; readonly is: Truth } | null = null
  const nowMs = (): number => clock.monotonicMs()
  const doubt = doubting(clock, () => limits(nowMs()))
  let passed = 0 // Changes of the plan that have come; time only goes forward.
  const site = (): DaySite => {
    while (passed < sites.length && (sites[passed]?.fromMs ?? Infinity) <= nowMs()) passed++
    return sites[passed - 1]?.site ?? plan.site
  }
  return {
    now: () => clock.set(fate.jumps.find(({ window }) => within(nowMs(), window))?.offMs ?? 0),
    limits: doubt.limits,
    site,
    cloud: () => contact(cutOff, nowMs()),
    drawn: kindsOf(fate, plan.seconds * 1000),
    get meterFault() {
      return fate.faults.find(({ window }) => within(nowMs(), window)) ?? null
    },
    get edgeDown() {
      return fate.deaths.some((window) => within(nowMs(), window))
    },
    get isTimeDoubted() {
      return doubt.isHeld()
    },
    truth() {
      const atMs = nowMs()
      if (truth?.atMs !== atMs)
        truth = { atMs, is: truthOf({ site: site(), limits: limits(atMs), clock, cutOff }) }
      return truth.is
    }
  }
}

/** As the edge's limits' desk does: what holds by a time before the wall clock jumped holds on. */
function doubting(clock: Ticker, limits: () => readonly SiteLimit[]) {
  let watch: ClockWatch | null = null
  return {
    isHeld: () => watch !== null && isDoubted(watch),
    limits: (): readonly SiteLimit[] => {
      const nowMs = clock.monotonicMs()
      watch = watchClock(watch, { nowMs, wallMs: clock.shownMs(), checked: null })
      const known = limits()
      return isDoubted(watch) ? [...known, ...heldInDoubt(watch, known, nowMs)] : known
    }
  }
}

/** The same list until an order comes or goes. */
function limitsOf({ events, orders }: Fate): (nowMs: number) => readonly SiteLimit[] {
  let limits: readonly SiteLimit[] = events
  let held = 0
  return (nowMs) => {
    let holding = 0
    orders.forEach(({ window }, at) => {
      if (within(nowMs, window)) holding |= 1 << at
    })
    if (holding !== held)
      limits = [...events, ...orders.filter((_, at) => (holding & (1 << at)) !== 0).map(({ limit }) => limit)]
    held = holding
    return limits
  }
}

type Fate = ReturnType<typeof fateOf>

function fateOf(plan: Befall) {
  const { chance, site } = plan
  const dayMs = plan.seconds * 1000
  const cutOff: Window = { fromMs: 0.04 * dayMs, toMs: 0.97 * dayMs } // The cloud is away nearly all day.
  const windows = (most: number, longestS: number) => someWindows(chance, { most, dayMs, longestS })
  const events = [...windows(3, 7200).map((window) => eventIn(plan, window)), ...exportsIn(plan, dayMs)]
  const orders = windows(6, 5400).map((window) => ({ window, limit: orderOf(plan) }))
  const jumps = windows(plan.clockJumps ? 2 : 0, 7200).map((window) => ({
    window,
    offMs: chance.pick([-3, -0.1, 0.1, 3]) * 3_600_000
  }))
  // An edge that starts while its clock is wrong, with nobody to ask, cannot know it: no such day is drawn.
  const deaths = windows(2, 90).filter(({ fromMs, toMs }) =>
    jumps.every(({ window }) => toMs < window.fromMs || fromMs > window.toMs)
  )
  const faults = windows(plan.meterFaults ? 4 : 0, 400).map((window) => ({
    window,
    kind: chance.pick<MeterFault>(['freeze', 'silent', 'tenfold', 'sign-flip'])
  }))
  const changes = windows(plan.reconfigured ? 3 : 0, 60).toSorted((a, b) => a.fromMs - b.fromMs)
  let last = site
  const sites = changes.map(({ fromMs }) => ({ fromMs, site: (last = changed(last, site, chance)) }))
  return { cutOff, events, orders, deaths, faults, sites, jumps }
}

/** Those that begin within the day. */
function kindsOf(
  { events, orders, deaths, faults, sites, jumps }: Fate,
  dayMs: number
): Record<string, number> {
  const among = (windows: readonly Window[]): number => windows.filter(({ fromMs }) => fromMs < dayMs).length
  const meters = (kind: MeterFault): number =>
    among(faults.filter((fault) => fault.kind === kind).map(({ window }) => window))
  return {
    'cloud cut off': 1,
    'limit event': events.filter(({ limitW }) => limitW !== undefined).length,
    'feed-in event': events.filter(({ exportLimitW }) => exportLimitW !== undefined).length,
    'limit by hand': among(orders.map(({ window }) => window)),
    'edge killed': among(deaths),
    'clock jump': among(jumps.map(({ window }) => window)),
    'plan changed': sites.filter(({ fromMs }) => fromMs < dayMs).length,
    'meter frozen': meters('freeze'),
    'meter silent': meters('silent'),
    'meter tenfold': meters('tenfold'),
    'meter sign turned': meters('sign-flip')
  }
}

const cloudSilentMs = 120_000

function truthOf({
  site,
  limits,
  clock,
  cutOff
}: {
  readonly site: DaySite
  readonly limits: readonly SiteLimit[]
  readonly clock: Ticker
  readonly cutOff: Fate['cutOff']
}): Truth {
  const [now, nowMs] = [clock.trueMs(), clock.monotonicMs()]
  let milliA = site.grid.limitA[0] * 1000
  let watts = Infinity
  let exportW = site.grid.exportLimitW ?? Infinity
  for (const limit of limits) {
    const { limitA, limitW, exportLimitW } = limit
    if (!holds(limit, now)) continue
    if (limitA !== undefined) milliA = Math.min(milliA, limitA[0] * 1000)
    if (limitW !== undefined) watts = Math.min(watts, limitW)
    if (exportLimitW !== undefined) exportW = Math.min(exportW, exportLimitW)
  }
  const failsafe = nowMs >= cutOff.fromMs + cloudSilentMs && nowMs < cutOff.toMs
  return { milliA, watts: failsafe ? Math.min(watts, site.failsafe.limitW ?? Infinity) : watts, exportW }
}

const times = new WeakMap<SiteLimit, Window>()

function holds(limit: SiteLimit, now: number): boolean {
  const { from, until } = limit
  const known = times.get(limit) ?? {
    fromMs: from === undefined ? -Infinity : Date.parse(from),
    toMs: until === undefined ? Infinity : Date.parse(until)
  }
  times.set(limit, known)
  return within(now, known)
}

/** Heard every second until it is cut off, and again after. */
function contact({ fromMs, toMs }: Window, nowMs: number): Cloud {
  const heardAtMs = nowMs >= fromMs && nowMs < toMs ? fromMs : nowMs
  return { heardAtMs, limitsHeardAtMs: heardAtMs }
}

/** A pre-staged event: known from the morning, valid in its window, with or without the cloud. */
function eventIn({ site, clock, chance }: Befall, { fromMs, toMs }: Window): SiteLimit {
  const startMs = clock.trueMs() - clock.monotonicMs()
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

/** The grid operator cuts what may be fed in, as pre-staged as every event. Chance of its own: days without sun stay as they are. */
function exportsIn({ clock, chance, feedsInW }: Befall, dayMs: number): SiteLimit[] {
  const startMs = clock.trueMs() - clock.monotonicMs()
  const sky = chance.fork('export')
  return someWindows(sky, { most: feedsInW > 0 ? 3 : 0, dayMs, longestS: 7200 }).map(({ fromMs, toMs }) => ({
    source: 'event',
    exportLimitW: Math.round(feedsInW * sky.pick([0, 0.1, 0.3, 0.6])),
    from: new Date(startMs + fromMs).toISOString(),
    until: new Date(startMs + toMs).toISOString(),
    reason: 'grid operator, feed-in'
  }))
}
