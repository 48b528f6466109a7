import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import { directionFor, directionOf, isIdle, type Car } from './car.ts'
import { commitmentOf, falling, levelOf, reserveOf, type Account, type Standing } from './commitment.ts'
import { floorMilliA, type Claim, type Share, type Strategy } from './claim.ts'
import { loadOf, pullUp, roomFor, weightsOf, type Direction, type Load, type Network } from './network.ts'
import { atMost } from './pilots.ts'
import { risen, type Ramp } from './ramp.ts'
import type { Place, Tree } from './tree.ts'
import { turns } from './turns.ts'

/** A bound on one connector that is no fuse: its rating, a person's order, the guard's pause. */
export type Ceiling = { readonly milliA: MilliAmps; readonly because: string }

/** One connector as the cycle sees it. `car` null: no session that could be guided. */
export type Seat = {
  readonly place: Place
  readonly account: Account
  readonly standing: Standing
  readonly car: Car | null
  readonly ceiling: Ceiling
  /** What the pile understands and what is known of the car's plans; left out: 6 A and any current above. */
  readonly terms?: Terms
  /** The account as it will be once a lower fallback, just asked for, is stored; else the account itself. */
  readonly expected: Account
}

export type Terms = Partial<
  Pick<
    Claim,
    'floorMilliA' | 'pilots' | 'fullMilliA' | 'fullW' | 'arrivedMs' | 'departMs' | 'energyLeftWh' | 'priority'
  >
> & {
  readonly ramp?: Ramp // How fast it may rise once it charges; in one step when left out.
  readonly tillFullWh?: number // What the car will take at most, as its state of charge has shown: only to look ahead.
  readonly sleepsAtZero?: boolean // Does not wake up again: once served it goes before all others.
}

export type Scene = {
  readonly tree: Tree
  readonly network: Network
  readonly base: PerPhase
  readonly baseAtMost?: PerPhase // As large as it may turn out to be: whoever rises leaves room for that. Left out: the base.
  readonly seats: readonly Seat[] // In the order of `tree.places`.
  readonly nowMs: number
  // After our own start set-points nobody remembers may still run: nobody rises above its fallback.
  readonly settling: boolean
  readonly strategy: Strategy
}

/** What binds a connector: the row's index, its own ceiling, or the account that forbids to rise just now. */
export type Binding = { readonly kind: 'row'; readonly row: number } | { readonly kind: 'ceiling' }

export type Decision = {
  readonly target: MilliAmps // What it is to have once everyone has followed.
  readonly level: MilliAmps // What it is told from this cycle on.
  readonly committed: MilliAmps
  readonly binding: Binding
  readonly guided: boolean // Has a session that follows set-points.
}

const answerMs = 3_000 // Chargers in order answer within this; behind an unanswered call a set-point may wait longer.
const stepMilliA = 100 // OCPP limits have one decimal.
export const leastRiseMilliA = 500 // A smaller gain is not worth a message to the charger.

/** Whether a set-point reaches it: managed, in touch, and something runs that a TxProfile can hold. */
export const isGuided = ({ standing, car }: Seat): boolean =>
  standing.managed && standing.connected && standing.transactionId !== null && car !== null

/**
 * Who gets what, in two layers. The strategy shares what there is when everyone follows. The account then says
 * how far each may go at once: lower at any time, rise only into room that nobody may draw on any more.
 * @returns one decision for every seat, in order
 */
export function plan(scene: Scene): Decision[] {
  const directions = scene.seats.map((seat) => directionAt(seat, scene.nowMs))
  const shares = sharesOf(scene, directions)
  const committed = scene.seats.map((seat) => commitmentOf(seat.account, seat.standing, scene.nowMs))
  const load = loaded(loadOf(scene.network, scene.base, 'firm'), directions, committed)
  const doubted = loaded(loadOf(scene.network, scene.baseAtMost ?? scene.base, 'firm'), directions, committed)
  const levels = levelsNow(scene, shares, { committed, load, doubted, directions })
  return scene.seats.map((seat, index) => {
    const share = shares[index]
    const binding: Binding =
      share?.row === null || share === undefined ? { kind: 'ceiling' } : { kind: 'row', row: share.row }
    return {
      target: share?.milliA ?? 0,
      level: levels[index] ?? 0,
      committed: committed[index] ?? 0,
      binding,
      guided: isGuided(seat)
    }
  })
}

/** Grid phases on which a seat's current runs. A connector out of touch may have another car by now. */
export function directionAt({ place, standing, car }: Seat, nowMs: number): Direction {
  return car === null || !standing.connected ? directionOf(place) : directionFor(car, place, nowMs)
}

/** Base load and everything that may be drawn: the sum that must never pass a limit. */
export function committedLoad(scene: Scene, committed: readonly MilliAmps[]): Load {
  const directions = scene.seats.map((seat) => directionAt(seat, scene.nowMs))
  return loaded(loadOf(scene.network, scene.base, 'firm'), directions, committed)
}

function loaded(load: Load, directions: readonly Direction[], milliA: readonly MilliAmps[]): Load {
  directions.forEach((direction, place) => {
    pullUp(load, weightsOf(load.network, place, direction), milliA[place] ?? 0)
  })
  return load
}

function sharesOf(scene: Scene, directions: readonly Direction[]): (Share | undefined)[] {
  const counted = scene.seats.map((seat) => countedFor(seat, scene.nowMs))
  const load = loaded(loadOf(scene.network, scene.base), directions, counted)
  const claims = inTurn(scene).map(({ seat, index }): Claim => {
    const capMilliA = Math.min(seat.ceiling.milliA, overdue(seat, scene.nowMs) ?? Infinity)
    return {
      fullMilliA: seat.place.ratingMilliA,
      ...seat.terms,
      place: index,
      direction: directions[index] ?? [1, 1, 1],
      reservedMilliA: counted[index] ?? 0,
      capMilliA
    }
  })
  const shares: (Share | undefined)[] = scene.seats.map(() => undefined)
  scene.strategy(load, claims).forEach((share, at) => {
    const index = claims[at]?.place
    if (index !== undefined) shares[index] = { ...share, milliA: whole(share.milliA) }
  })
  return shares
}

type Asking = { readonly seat: Seat; readonly index: number; readonly car: Car }

/** Who asks, in the order in which minimums are given; who would not wake up again is not put to sleep for others. */
function inTurn({ seats, nowMs }: Scene): Asking[] {
  const guided = seats.flatMap((seat, index): Asking[] =>
    isGuided(seat) && seat.car !== null ? [{ seat, index, car: seat.car }] : []
  )
  const order = turns(
    guided.map(({ car }) => car),
    nowMs
  ).flatMap((at) => guided[at] ?? [])
  const stays = ({ seat, car }: Asking): boolean =>
    seat.terms?.sleepsAtZero === true && car.servedSinceMs !== null && !isIdle(car, nowMs)
  return order.some(stays) ? [...order.filter(stays), ...order.filter((each) => !stays(each))] : order
}

/**
 * What a seat is counted with while power is shared: its reserve, because its set-point will follow. One that
 * cannot be guided counts in full, and so does one that owes an answer: the others make room for it meanwhile.
 */
function countedFor(seat: Seat, nowMs: number): MilliAmps {
  const follows = isGuided(seat) && overdue(seat, nowMs) === null
  return follows ? reserveOf(seat.expected, seat.standing) : commitmentOf(seat.expected, seat.standing, nowMs)
}

/** The set-point on its way that nobody has answered in time; null when none is. */
function overdue({ account }: Seat, nowMs: number): MilliAmps | null {
  const first = account.sent[0]
  if (first === undefined || nowMs - first.atMs < answerMs) return null
  return account.sent.at(-1)?.milliA ?? null
}

type Accounts = {
  readonly committed: readonly MilliAmps[]
  readonly load: Load
  readonly doubted: Load // The same with the base load as large as it may turn out to be.
  readonly directions: readonly Direction[]
}

/** Lower at once; rise lowest first, each by what the account leaves, down to the step of the wire. */
function levelsNow(scene: Scene, shares: readonly (Share | undefined)[], accounts: Accounts): MilliAmps[] {
  const now = scene.seats.map((seat) => currentLevel(scene, seat))
  const levels = now.map((level, index) => Math.min(level, shares[index]?.milliA ?? level))
  const rising = scene.seats
    .map((seat, index) => ({ seat, index, target: shares[index]?.milliA ?? 0, level: now[index] ?? 0 }))
    .filter(({ seat, target, level }) => isGuided(seat) && target > level)
    .toSorted((a, b) => a.level - b.level || a.index - b.index)
  for (const { seat, index, target, level } of rising) {
    const pull = weightsOf(scene.network, index, accounts.directions[index] ?? [1, 1, 1])
    const committed = accounts.committed[index] ?? 0
    const room = roomFor(accounts.load, pull).milliA
    const most =
      room < 0
        ? level
        : Math.min(
            target,
            committed + Math.max(0, Math.min(room, roomFor(accounts.doubted, pull).milliA)),
            settled(scene, seat),
            unshown(seat, scene.nowMs),
            ramped(seat, { level, target, nowMs: scene.nowMs })
          )
    const to = whole(atMost(seat.terms?.pilots, most))
    if (to < level + leastRiseMilliA || to < floorOf(seat)) continue
    levels[index] = to
    for (const load of [accounts.load, accounts.doubted]) pullUp(load, pull, Math.max(0, to - committed))
  }
  return levels
}

/**
 * What it does now without another word from us: its set-point, or its fallback when it has none yet. Where
 * nobody knows its fallback it is told that first; more is a rise, for which there has to be room.
 */
function currentLevel(scene: Scene, seat: Seat): MilliAmps {
  const { account, standing } = seat
  const level = levelOf(account, standing.transactionId)
  if (level !== null) return level
  const unguided = account.sent.at(-1)?.milliA ?? account.storedMilliA ?? seat.place.fallbackMilliA
  return Math.min(unguided, settled(scene, seat))
}

/** The least that its pile can say. */
export const floorOf = ({ terms }: Seat): MilliAmps => terms?.floorMilliA ?? floorMilliA

type Rise = { readonly level: MilliAmps; readonly target: MilliAmps; readonly nowMs: number }

/** A start may go to the minimum at once. Who has not confirmed its level yet does not rise above that. */
function ramped(seat: Seat, { level, target, nowMs }: Rise): MilliAmps {
  const { terms, account, standing } = seat
  if (terms?.ramp === undefined) return target
  const holds = levelOf(account, standing.transactionId) === level ? account.confirmed : null
  const forMs = holds === null ? 0 : nowMs - holds.sinceMs
  return risen({ value: level, forMs }, target, floorOf(seat), terms.ramp)
}

/**
 * Who was told to fall and has not shown it yet may have fallen all the same, and somebody's lie or a new load is what its old
 * current is taken for: it rises no further than where it came from (seed 800074).
 */
function unshown({ account, standing }: Seat, nowMs: number): MilliAmps {
  const fromMilliA = falling(account, standing, nowMs)
  return fromMilliA > 0 ? fromMilliA : Infinity
}

const settled = (scene: Scene, { account, place }: Seat): MilliAmps =>
  scene.settling ? (account.storedMilliA ?? place.fallbackMilliA) : Infinity

const whole = (milliA: MilliAmps): MilliAmps => Math.max(0, Math.floor(milliA / stepMilliA) * stepMilliA)
