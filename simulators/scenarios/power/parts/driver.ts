import { passage, type Passage } from '../temper.ts'
import { chargeOf, shownW, type Driver, type Part, type Point } from './device.ts'

type Deed = Awaited<ReturnType<Driver['setPoint']>>
type Latest = ReturnType<Driver['latest']>

const accepted: Deed = { kind: 'accepted', answer: null }
const rejected: Deed = { kind: 'rejected', answer: 'illegal function' }
const offline: Deed = { kind: 'failed', error: 'not connected' }
const unheard: Deed = { kind: 'failed', error: 'no answer in time' }
const patienceMs = 400 // Of the Modbus driver for one answer.
const longestLeaseS = 600

/** The device as its driver shows it: polled once a second, written and read back, its lease in its own timer. */
export function driverOf(part: Part): Driver {
  const { participant, plate, isFree } = part
  let latest: Latest = null
  const abilities: ReturnType<Driver['abilities']> = {
    follows: plate.kind === 'pv' ? ['limits'] : ['power', 'limits'],
    reversion: { leastS: 1, mostS: longestLeaseS },
    afterReversion: isFree ? participant.rating : { leastW: 0, mostW: 0 }
  }
  return {
    participant,
    abilities: () => abilities,
    latest: () => {
      const nowMs = part.clock.monotonicMs()
      const atMs = nowMs - (nowMs % 1000) // Of the poll.
      if (part.connected && (latest === null || latest.takenAtMs !== atMs))
        latest = { reading: readingOf(part, nowMs), takenAtMs: atMs }
      return latest
    },
    setPoint: (point) => ask(part, point)
  }
}

function readingOf(part: Part, nowMs: number): NonNullable<Latest>['reading'] {
  const { phases, plate, order, clock, wishW } = part
  const totalW = Math.round(shownW(part, nowMs))
  const powerW: [number, number, number] = [0, 0, 0]
  for (const phase of phases) powerW[phase] = totalW / phases.length
  const soc = plate.kind === 'pv' ? null : chargeOf(part)
  const available =
    soc === null
      ? { leastW: Math.round(wishW()) + 0, mostW: 0 }
      : { leastW: soc > 0 ? -plate.ratingW : 0, mostW: soc < 100 ? plate.ratingW : 0 }
  return {
    at: clock.instant(),
    powerW,
    totalW,
    socPercent: soc,
    available,
    inForce: order?.point ?? null,
    state: 'running'
  }
}

/** One question at a time comes from above; what is lost on the way back may have been taken all the same. */
function ask(part: Part, point: Point): Promise<Deed> {
  const { clock, chance, weather } = part
  const { promise, resolve } = Promise.withResolvers<Deed>()
  const answer = (deed: Deed): void => {
    clock.touch()
    resolve(deed)
  }
  clock.touch()
  const sentAtMs = clock.monotonicMs()
  const way = passage(chance, 'obedient', weather)
  clock.after(part.connected ? way.outMs : 0, () => {
    const deed = arrive(part, point, way, sentAtMs)
    if (deed === unheard || !way.answered) clock.after(patienceMs, () => answer(unheard))
    else clock.after(way.backMs, () => answer(deed))
  })
  return promise
}

function arrive(part: Part, point: Point, way: Passage, sentAtMs: number): Deed {
  const { temper, chance, clock } = part
  if (!part.connected) return offline
  if (temper === 'refusing' || !way.arrives) {
    part.deafSinceMs ??= sentAtMs
    return way.arrives ? rejected : unheard
  }
  const nowMs = clock.monotonicMs()
  const forgets = temper === 'forgetful' && chance.happens(0.05)
  const lostAtMs = forgets ? nowMs + chance.between(2, 30) * 1000 : Infinity // Until the driver puts it right.
  part.order = { point, endsMs: nowMs + point.reversionS * 1000, lostAtMs }
  part.deafSinceMs = null
  return accepted
}
