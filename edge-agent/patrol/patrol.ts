import { connectorKey, type AlarmCode, type Severity } from '@nova/shared-protocol/model'
import type { ChargerDriver, Difference, ReadBack } from '../drivers/contract.ts'
import { nextOf, paceMs, seen, strikesOut, visited, type Rounds, type Verdict } from './rounds.ts'

const beatMs = 1_000
const visitPatienceMs = 60_000 // A probe asks up to nine questions, each with the driver's own patience.

type Alarm = {
  readonly code: AlarmCode
  readonly severity: Severity
  readonly subject: string
  readonly detail: string
  readonly advice: string
}

export type Needs = {
  readonly clock: { monotonicMs(): number; after(milliseconds: number, work: () => void): { cancel(): void } }
  /** All chargers as configured now. */
  chargerIds(): readonly string[]
  readonly chargers: Pick<ChargerDriver, 'isConnected'> & Required<Pick<ChargerDriver, 'readBack' | 'probe'>>
  /** The loop stores the fallback anew and renews its leases. */
  again(chargerId: string): void
  readonly alarms: { raise(alarm: Alarm): void; clear(code: AlarmCode, subject: string): void }
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

export type Patrol = {
  /** By connector key: milliamperes per phase that a charger allows by its own words beyond what it was told. */
  said(): ReadonlyMap<string, number | null>
  stop(): void
}

/** Begins the round at once. Never throws; a visit that fails is logged and the next one is made. */
export function openPatrol(needs: Needs): Patrol {
  const { clock } = needs
  const ended = new AbortController()
  const walk: Walk = { rounds: new Map(), standing: new Map(), busy: false, lastMs: -Infinity }
  const beat = (): void => {
    if (ended.signal.aborted) return
    timer = clock.after(beatMs, beat)
    step(needs, walk, ended.signal)
  }
  let timer = clock.after(0, beat)
  return {
    said: () =>
      new Map(
        [...walk.standing.values()].flat().map((each) => [connectorKey(each), each.saysMilliA] as const)
      ),
    stop() {
      ended.abort()
      timer.cancel()
    }
  }
}

type Standing = Map<string, readonly Difference[]> // Alarms, by charger.
type Walk = { rounds: Rounds; readonly standing: Standing; busy: boolean; lastMs: number }

function step(needs: Needs, walk: Walk, stopped: AbortSignal): void {
  const { clock, chargers, log } = needs
  const nowMs = clock.monotonicMs()
  walk.rounds = seen(walk.rounds, needs.chargerIds(), (id) => chargers.isConnected(id), nowMs)
  for (const gone of [...walk.standing.keys()].filter((id) => !walk.rounds.has(id)))
    calm(needs, walk.standing, gone)
  const chargerId = walk.busy || nowMs - walk.lastMs < paceMs ? null : nextOf(walk.rounds, nowMs)
  if (chargerId === null) return
  walk.busy = true
  walk.lastMs = nowMs
  visit(needs, chargerId, walk.rounds.get(chargerId)?.fresh ?? true, stopped)
    .then((found) => {
      walk.rounds = visited(walk.rounds, chargerId, verdictOf(found), clock.monotonicMs())
      const strikes = walk.rounds.get(chargerId)?.strikes ?? 0
      judge(needs, walk.standing, { chargerId, found, strikes })
    })
    .catch((cause: unknown) => {
      walk.rounds = visited(walk.rounds, chargerId, 'failed', clock.monotonicMs())
      log.warn({ err: cause, chargerId }, 'a charger could not be read back')
    })
    .finally(() => {
      walk.busy = false
    })
    .catch((cause: unknown) => log.warn({ err: cause, chargerId }, 'a visit was lost'))
}

async function visit(
  { chargers, clock }: Needs,
  chargerId: string,
  fresh: boolean,
  stopped: AbortSignal
): Promise<ReadBack> {
  const patience = new AbortController()
  const timer = clock.after(visitPatienceMs, () => patience.abort())
  const signal = AbortSignal.any([stopped, patience.signal])
  try {
    if (fresh && (await chargers.probe(chargerId, signal)) === null) return silent
    return await chargers.readBack(chargerId, signal)
  } finally {
    timer.cancel()
  }
}

const silent = { kind: 'failed', error: 'it is not led, or does not answer' } as const

const verdictOf = ({ kind }: ReadBack): Verdict => (kind === 'as-told' ? 'same' : kind)

type Visited = { readonly chargerId: string; readonly found: ReadBack; readonly strikes: number }

/** A difference is told again first; one that stays becomes an alarm, once. */
function judge(needs: Needs, standing: Standing, { chargerId, found, strikes }: Visited): void {
  if (found.kind === 'as-told') return calm(needs, standing, chargerId)
  if (found.kind !== 'differs') return
  needs.again(chargerId)
  if (strikes < strikesOut) return
  if (!standing.has(chargerId)) needs.alarms.raise(alarmOf(chargerId, found.differences))
  standing.set(chargerId, found.differences)
}

function calm({ alarms }: Needs, standing: Standing, chargerId: string): void {
  if (standing.delete(chargerId)) alarms.clear('charger-forgets-limit', chargerId)
}

const amps = (milliA: number | null): string => (milliA === null ? 'no limit' : `${milliA / 1000} A`)

const alarmOf = (chargerId: string, differences: readonly Difference[]): Alarm => ({
  code: 'charger-forgets-limit',
  severity: 'warning',
  subject: chargerId,
  detail: differences
    .map(
      (each) => `${connectorKey(each)} was told ${amps(each.toldMilliA)} and says ${amps(each.saysMilliA)}`
    )
    .join('; '),
  advice: 'Look at its clock and firmware, and clear profiles that others have set.'
})
