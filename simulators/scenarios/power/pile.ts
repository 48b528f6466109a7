import type { Needs } from '@nova/edge-agent/power'
import type { Chance } from '../../world/chance.ts'
import type { TurnableClock } from '../../world/clock.ts'

export type ChargerSite = ReturnType<Needs['site']>['chargers'][number]
export type View = ReturnType<Needs['views']>[number]
export type Deed = Awaited<ReturnType<Needs['chargers']['setPoint']>>
export type SetPoint = Parameters<Needs['chargers']['setPoint']>[0]
export type Fallback = Parameters<Needs['chargers']['fallback']>[0]

/** How a charger behaves; one stays as it is all day. */
export type Temper =
  | 'obedient'
  | 'slow' // Answers after seconds.
  | 'forgetful' // Applies set-points, but some answers never come.
  | 'balky' // Rejects every third set-point.
  | 'refusing' // Knows no smart charging: rejects everything, charges at full power.
  | 'silent-keeping' // Falls silent for minutes and keeps its last set-point, lease or no lease.
  | 'silent-losing' // Falls silent for minutes and goes back to its stored fallback when the lease ends.
  | 'rebooting' // Reboots in mid-session and comes back at its stored fallback.
  | 'ignoring' // Confirms, and from some moment on draws what it likes, as its own meter shows.
  | 'lying' // The same, and its own meter shows what it was told: only the site's meter tells.

export type Car = {
  readonly transactionId: string
  readonly maxMilliA: number
  readonly phases: number
  leftMilliAs: number // Milliampere-seconds until it is full.
}

/** A charger with whatever stands at it. One connector. */
export type Pile = {
  readonly site: ChargerSite
  readonly temper: Temper
  readonly phases: readonly (0 | 1 | 2)[]
  readonly ratingMilliA: number
  readonly clock: TurnableClock
  readonly chance: Chance
  readonly voltageV: number
  readonly liesFromMs: number
  connected: boolean
  backAtMs: number
  quietAtMs: number
  stored: number | null // null: full power when nobody guides it.
  profile: { readonly milliA: number; readonly endsMs: number; readonly transactionId: string } | null
  car: Car | null
  known: Car | null // What the edge knows of the car: an event while out of touch comes later.
  flowMilliA: number
  flowSinceMs: number
  reading: View['reading']
  heardAtMs: number | null
  asked: number
  sessions: number
  lyingSinceMs: number | null
  line: Promise<unknown> // One order after the other, as a driver sends them.
}

/** IEC 61851-1: the vehicle follows the pilot within this. */
export const rampMs = 5_000
const readingEveryMs = 5_000
const floorMilliA = 6_000
const accepted: Deed = { kind: 'accepted', answer: { status: 'Accepted' } }
const rejected: Deed = { kind: 'rejected', answer: { status: 'Rejected' } }
const offline: Deed = { kind: 'failed', error: 'not connected' }

type Made = Pick<Pile, 'site' | 'temper' | 'phases' | 'clock' | 'chance' | 'voltageV'>

export function pileOf(made: Made): Pile {
  const { site, temper, phases, clock, chance, voltageV } = made
  const connector = site.evses[0]?.connectors[0]
  if (connector === undefined) throw new Error(`${site.id} has no connector`)
  return {
    ...made,
    ratingMilliA: Math.floor((connector.maxPowerW * 1000) / (voltageV * phases.length)),
    liesFromMs:
      temper === 'ignoring' || temper === 'lying'
        ? clock.monotonicMs() + chance.between(15, 240) * 60_000
        : Infinity,
    connected: false,
    backAtMs: 0,
    quietAtMs: chance.between(60, 7200) * 1000,
    stored: null,
    profile: null,
    car: null,
    known: null,
    flowMilliA: 0,
    flowSinceMs: 0,
    reading: null,
    heardAtMs: null,
    asked: 0,
    sessions: 0,
    lyingSinceMs: null,
    line: Promise.resolve()
  }
}

/** One simulated second: cars come and go, the line breaks and heals, current follows, readings go out. */
export function step(pile: Pile): void {
  const nowMs = pile.clock.monotonicMs()
  live(pile, nowMs)
  if (!pile.connected && nowMs >= pile.backAtMs) pile.connected = true
  follow(pile, nowMs)
  if (pile.car !== null) pile.car.leftMilliAs -= pile.flowMilliA
  if (pile.connected) report(pile, nowMs)
  pile.lyingSinceMs = excess(pile) > 1_000 ? (pile.lyingSinceMs ?? nowMs) : null
}

/** Current per grid phase that really flows. */
export function draw(pile: Pile): [number, number, number] {
  const grid: [number, number, number] = [0, 0, 0]
  for (const phase of pile.phases.slice(0, pile.car?.phases ?? 0)) grid[phase] = pile.flowMilliA
  return grid
}

/** By how much more per phase it draws than it may: 0 but for an ignoring one. */
export function excess(pile: Pile): number {
  if (pile.car === null || pile.clock.monotonicMs() < pile.liesFromMs) return 0
  return Math.max(0, pile.flowMilliA - offered(pile))
}

export function viewOf({ site, connected, known, reading, heardAtMs }: Pile): View {
  const charging = known !== null && known.leftMilliAs > 0
  return {
    chargerId: site.id,
    evseId: 1,
    connectorId: 1,
    connected,
    status: !connected ? 'offline' : known === null ? 'available' : charging ? 'charging' : 'suspended',
    errorCode: null,
    statusAt: null,
    session: known === null ? null : sessionOf(known.transactionId),
    reading,
    readingHeardAtMs: heardAtMs
  }
}

export async function takeSetPoint(pile: Pile, point: SetPoint): Promise<Deed> {
  const { limitMilliA, transactionId, leaseS } = point
  if (!pile.connected) return offline
  const refuses = pile.temper === 'refusing' || (pile.temper === 'balky' && ++pile.asked % 3 === 0)
  return answer(pile, refuses ? rejected : accepted, () => {
    if (transactionId === null || pile.car?.transactionId !== transactionId) return
    const endsMs = pile.clock.monotonicMs() + leaseS * 1000
    pile.profile = { milliA: limitMilliA, endsMs, transactionId }
  })
}

export async function takeFallback(pile: Pile, { connectors }: Fallback): Promise<Deed> {
  if (!pile.connected) return offline
  return answer(pile, pile.temper === 'refusing' ? rejected : accepted, () => {
    pile.stored = connectors[0]?.defaultMilliA ?? pile.stored
  })
}

export function takeStop(pile: Pile, transactionId: string): Deed {
  if (!pile.connected || pile.car?.transactionId !== transactionId) return rejected
  pile.car = null
  return accepted
}

/** The line breaks and comes back after this long: the network was gone, or the edge was restarted. */
export function cut(pile: Pile, milliseconds: number): void {
  pile.connected = false
  pile.backAtMs = pile.clock.monotonicMs() + milliseconds
  pile.quietAtMs = pile.backAtMs + pile.chance.between(600, 14_400) * 1000
}

function offered({ clock, temper, connected, profile, car, stored, ratingMilliA }: Pile): number {
  const keeps = temper === 'silent-keeping' && !connected
  const leased = profile !== null && profile.transactionId === car?.transactionId
  if (leased && (keeps || clock.monotonicMs() < profile.endsMs)) return profile.milliA
  return stored ?? ratingMilliA
}

function wanted(pile: Pile, nowMs: number): number {
  if (pile.car === null || pile.car.leftMilliAs <= 0) return 0
  const free = nowMs >= pile.liesFromMs ? pile.ratingMilliA : offered(pile)
  return free < floorMilliA ? 0 : Math.min(free, pile.car.maxMilliA, pile.ratingMilliA)
}

/** Falls linearly within the ramp; rises at once, which is the worse case for the fuse. */
function follow(pile: Pile, nowMs: number): void {
  const target = wanted(pile, nowMs)
  const fall = (pile.ratingMilliA * (nowMs - pile.flowSinceMs)) / rampMs
  pile.flowMilliA = Math.max(target, pile.car === null ? 0 : pile.flowMilliA - fall)
  pile.flowSinceMs = nowMs
}

function live(pile: Pile, nowMs: number): void {
  const { chance, temper } = pile
  if (pile.car === null) {
    if (chance.happens(1 / 2400)) pile.car = newCar(pile)
  } else if (chance.happens(pile.car.leftMilliAs <= 0 ? 1 / 900 : 1 / 14_400)) pile.car = null
  if (!pile.connected || nowMs < pile.quietAtMs) return
  if (temper === 'rebooting') {
    pile.profile = null
    cut(pile, chance.between(5, 60) * 1000)
  } else if (temper.startsWith('silent')) cut(pile, chance.between(60, 1800) * 1000)
}

function newCar(pile: Pile): Car {
  const { chance, phases, site } = pile
  return {
    transactionId: `${site.id}-${++pile.sessions}`,
    maxMilliA: chance.pick([16_000, 32_000, 10_000]),
    phases: phases.length === 1 || chance.happens(0.3) ? 1 : phases.length,
    leftMilliAs: chance.between(10, 240) * 60 * chance.pick([6_000, 16_000, 32_000])
  }
}

function report(pile: Pile, nowMs: number): void {
  pile.known = pile.car
  if (pile.heardAtMs !== null && nowMs - pile.heardAtMs < readingEveryMs) return
  const shown = pile.temper === 'lying' ? Math.min(pile.flowMilliA, offered(pile)) : pile.flowMilliA
  const each = (phase: number): number => (phase < (pile.car?.phases ?? 0) ? Math.round(shown) : 0)
  const currentMilliA: [number, number, number] = [each(0), each(1), each(2)]
  const sum = currentMilliA.reduce((all, one) => all + one, 0)
  pile.reading = { at: pile.clock.instant(), powerW: Math.round((sum * pile.voltageV) / 1000), currentMilliA }
  pile.heardAtMs = nowMs
}

function answer(pile: Pile, deed: Deed, apply: () => void): Promise<Deed> {
  const answered = pile.line.then(() => carryOut(pile, deed, apply))
  pile.line = answered
  return answered
}

async function carryOut(pile: Pile, deed: Deed, apply: () => void): Promise<Deed> {
  const { chance, clock, temper } = pile
  if (!pile.connected) return offline
  await clock.wait(temper === 'slow' ? chance.between(1000, 2500) : chance.between(30, 300))
  if (!pile.connected) return offline
  if (deed.kind === 'accepted') apply()
  if (temper !== 'forgetful' || !chance.happens(0.2)) return deed
  await clock.wait(10_000)
  return { kind: 'failed', error: 'no answer in time' }
}

const sessionOf = (transactionId: string): View['session'] => ({
  sessionId: transactionId,
  transactionId,
  tokenUid: 'TAG',
  startedAt: '2026-03-01T00:00:00Z',
  meterStartWh: 0,
  energyWh: null,
  suspendedBy: null
})
