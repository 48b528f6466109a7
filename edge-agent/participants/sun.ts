import { directionAt, floorMilliA, isGuided, type Seat } from '../core/allocator/index.ts'
import type { Sight } from '../core/picture/index.ts'
import { followSun, type Follower, type FollowerCap, type FollowState } from '../core/schedule/index.ts'
import type { Needs, SunCap } from './needs.ts'

/** Between two looks each charger's meter has spoken: or else its own rise would look like less sun. */
const apartMs = 15_000
const meterPatienceMs = 5_000
const nearMilliA = 500

export type SunWatch = {
  states: readonly FollowState[]
  caps: ReadonlyMap<string, SunCap>
  lookedAtMs: number
}

export const freshSun = (): SunWatch => ({ states: [], caps: new Map(), lookedAtMs: -Infinity })

/** @returns whether the caps have changed: they are another map then */
export function watchSun(sun: SunWatch, needs: Needs): boolean {
  const nowMs = needs.clock.monotonicMs()
  const sight = needs.sight()
  if (needs.wish.sun === 'force' || sight === null || nowMs - sun.lookedAtMs < apartMs) return false
  sun.lookedAtMs = nowMs
  const cars = sight.scene.seats.filter(isGuided)
  const latest = needs.meter?.latest() ?? null
  const fresh = latest !== null && nowMs - latest.takenAtMs <= meterPatienceMs
  const gridW = fresh ? (latest.reading.powerW ?? null) : null
  const followers = cars.map((seat) => followerOf(seat, sight, needs))
  const [states, told] = followSun(sun.states, { nowMs, gridW, batteryFirstW: 0, followers })
  sun.states = states
  const caps = new Map(cars.map((seat, at) => [seat.place.key, capOf(seat, told[at], sight)]))
  const isNews = !isNear(sun.caps, caps)
  if (isNews) sun.caps = caps
  return isNews
}

function followerOf(seat: Seat, sight: Sight, needs: Needs): Follower {
  const perMilliA = wattsPerMilliA(seat, sight)
  return {
    id: seat.place.key,
    mode: needs.wish.sun,
    leastW: (seat.terms?.floorMilliA ?? floorMilliA) * perMilliA,
    mostW: seat.place.ratingMilliA * perMilliA,
    drawsW: (seat.standing.drawMilliA ?? 0) * perMilliA
  }
}

function capOf(seat: Seat, told: FollowerCap | undefined, sight: Sight): SunCap {
  const { capW = 0, because = 'waits for the sun' } = told ?? {}
  return { limitMilliA: Math.floor(capW / wattsPerMilliA(seat, sight) + 1e-6), reason: because }
}

function wattsPerMilliA(seat: Seat, { scene, voltageV }: Sight): number {
  const phases = directionAt(seat, scene.nowMs).reduce((sum, each) => sum + each, 0)
  return (Math.max(1, phases) * voltageV) / 1000
}

/** A smaller change is worth no message, but where a car is switched on or off. */
function isNear(before: ReadonlyMap<string, SunCap>, now: ReadonlyMap<string, SunCap>): boolean {
  if (before.size !== now.size) return false
  return [...now].every(([key, { limitMilliA }]) => {
    const was = before.get(key)?.limitMilliA
    if (was === undefined || (was === 0) !== (limitMilliA === 0)) return false
    return Math.abs(was - limitMilliA) < nearMilliA
  })
}
