import type { Needs } from '@nova/edge-agent/power'
import { leave, type Line, type Pile } from './charger.ts'
import { passage, type Passage } from './temper.ts'

export type Deed = Awaited<ReturnType<Needs['chargers']['setPoint']>>
export type SetPoint = Parameters<Needs['chargers']['setPoint']>[0]
export type Fallback = Parameters<Needs['chargers']['fallback']>[0]

export const lineOf = (): Line => ({
  waiting: [],
  busy: false,
  asked: 0,
  befell: { lost: 0, unanswered: 0, twice: 0, late: 0 }
})

const accepted: Deed = { kind: 'accepted', answer: { status: 'Accepted' } }
const rejected: Deed = { kind: 'rejected', answer: { status: 'Rejected' } }
const offline: Deed = { kind: 'failed', error: 'not connected' }
const unheard: Deed = { kind: 'failed', error: 'no answer in time' }
const patienceMs = 10_000 // Of the driver for one answer.

export function takeSetPoint(pile: Pile, point: SetPoint): Promise<Deed> {
  const { limitMilliA: milliA, transactionId, leaseS } = point
  const isRefused = () =>
    pile.temper === 'refusing' || (pile.temper === 'balky' && ++pile.line.asked % 3 === 0)
  return ask(pile, isRefused, () => {
    if (transactionId === null || pile.car?.transactionId !== transactionId) return
    pile.profile = { milliA, endsMs: pile.clock.monotonicMs() + leaseS * 1000, transactionId }
  })
}

export const takeFallback = (pile: Pile, { connectors }: Fallback): Promise<Deed> =>
  ask(
    pile,
    () => pile.temper === 'refusing',
    () => {
      pile.stored = connectors[0]?.defaultMilliA ?? pile.stored
    }
  )

export function takeStop(pile: Pile, transactionId: string): Deed {
  pile.clock.touch()
  if (!pile.connected || pile.car?.transactionId !== transactionId) return rejected
  leave(pile)
  return accepted
}

const knowsQuestions = 0.9 // OCPP 1.6 leaves the Remote Trigger profile to the station.

/** Asked for a reading out of turn. Chance of its own: whoever is asked behaves as whoever is not. */
export async function takeQuestion(pile: Pile): Promise<Deed> {
  const { clock, connected, chance, temper, weather, hearing } = pile
  const { promise, resolve } = Promise.withResolvers<Deed>()
  const answer = (deed: Deed, inMs: number): void => {
    clock.after(inMs, () => {
      clock.touch()
      resolve(deed)
    })
  }
  clock.touch()
  if (!connected) answer(offline, 0)
  else if (!chance.fork('knows questions').happens(knowsQuestions)) answer(rejected, 50)
  else {
    const way = passage(chance.fork(`question at ${clock.monotonicMs()}`), temper, weather)
    if (way.arrives)
      clock.after(way.outMs, () => {
        hearing.nextMs = Math.min(hearing.nextMs, clock.monotonicMs())
      })
    if (way.arrives && way.answered) answer(accepted, way.outMs + way.backMs)
    else answer(unheard, patienceMs)
  }
  return promise
}

function ask(pile: Pile, isRefused: () => boolean, apply: () => void): Promise<Deed> {
  const { promise, resolve } = Promise.withResolvers<Deed>()
  const { line, clock } = pile
  const answer = (deed: Deed): void => {
    clock.touch()
    resolve(deed)
    line.busy = false
    line.waiting.shift()?.()
  }
  const begin = (): void => {
    line.busy = true
    carry(pile, { isRefused, apply, answer })
  }
  clock.touch()
  if (line.busy) line.waiting.push(begin)
  else begin()
  return promise
}

type Order = {
  readonly isRefused: () => boolean
  readonly apply: () => void
  readonly answer: (deed: Deed) => void
}

function carry(pile: Pile, order: Order): void {
  const { chance, clock, temper, weather } = pile
  if (!pile.connected) {
    clock.after(0, () => order.answer(offline))
    return
  }
  const way = passage(chance, temper, weather)
  const sentAtMs = clock.monotonicMs()
  note(pile.line, way)
  clock.after(way.outMs, () => {
    const deed = arrive(pile, way, order, sentAtMs)
    if (deed === offline || (way.arrives && way.answered)) clock.after(way.backMs, () => order.answer(deed))
    else clock.after(patienceMs, () => order.answer(unheard))
  })
}

function note({ befell }: Line, { arrives, answered, twice, isLate }: Passage): void {
  if (!arrives) befell.lost++
  else if (!answered) befell.unanswered++
  if (twice) befell.twice++
  if (isLate) befell.late++
}

function arrive(pile: Pile, way: Passage, { isRefused, apply }: Order, sentAtMs: number): Deed {
  if (!pile.connected) return offline
  if (!way.arrives || isRefused()) return lost(pile, way, sentAtMs)
  apply()
  if (way.twice) apply()
  pile.deafSinceMs = null
  pile.isUnanswered = !way.answered
  pile.dueMs = 0
  return accepted
}

/** The edge knows no better than before; but a no to everything that was heard is an answer: it has to be stopped. */
function lost(pile: Pile, { arrives, answered }: Passage, sentAtMs: number): Deed {
  const isHeard = arrives && answered && pile.temper === 'refusing'
  pile.deafSinceMs = isHeard ? null : (pile.deafSinceMs ?? sentAtMs)
  return arrives ? rejected : unheard
}
