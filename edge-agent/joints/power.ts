import type { Allocation } from '@nova/shared-protocol/model'
import type { Needs as LoopNeeds, Removed } from '../control-loop/index.ts'
import type { Fallback } from '../drivers/contract.ts'
import { capsKeeper } from './parts.ts'
import { phasesKeeper } from './phases.ts'
import { saidKeeper, termsKeeper, type Sources } from './terms.ts'
import type { Rooms } from './rooms.ts'
import { powerSiteKeeper } from './site.ts'

const shelf = 'fallbacks'
const removedShelf = 'removed-chargers'
const nobody = { grid: [0, 0, 0], circuits: new Map() } as const

export function loopNeeds(rooms: Rooms): LoopNeeds {
  const { settings, intake, desk, caps, clock, metrics, log } = rooms
  return {
    clock,
    site: powerSiteKeeper(rooms),
    views: () => intake.views(),
    limits: () => desk.limits(),
    caps: capsKeeper(
      () => caps.all(),
      () => rooms.parts
    ),
    meter: rooms.meters.find((meter) => meter.id === settings.grid.meter)?.driver ?? null,
    cloud: () =>
      settings.cloud === null
        ? null
        : {
            heardAtMs: rooms.uplink?.cloudHeardAtMs() ?? null,
            limitsHeardAtMs: rooms.uplink?.welcomedAtMs() ?? null
          },
    terms: termsKeeper(termSources(rooms), clock.now),
    phases: phasesKeeper(rooms),
    strategy: () => rooms.plans?.following() ?? null,
    said: saidKeeper(() => rooms.patrol?.said() ?? new Map()),
    beyondMeter: () => rooms.parts?.beyondMeter() ?? nobody,
    devices: () => rooms.parts?.show() ?? null,
    chargers: {
      isConnected: (chargerId) => rooms.driver?.isConnected(chargerId) ?? false,
      setPoint: async (point, signal) => rooms.driver?.setPoint(point, signal) ?? notYet,
      fallback: async (fallback, signal) => rooms.driver?.fallback(fallback, signal) ?? notYet,
      perform: async (chargerId, order, signal) => rooms.driver?.perform(chargerId, order, signal) ?? notYet
    },
    memory: memoryOf(rooms),
    alarms: intake.alarms,
    allocated: limitWatch(clock, metrics.loop),
    limitChanged: (allocation) => noteLimit(rooms, allocation),
    metrics: metrics.loop,
    log
  }
}

const termSources = (rooms: Rooms): Sources => ({
  views: () => rooms.intake.views(),
  wishes: () => rooms.wishes.all(),
  chargers: () => rooms.intake.chargers(),
  capabilities: (chargerId) => rooms.driver?.capabilities?.(chargerId) ?? null,
  departureMinutes: rooms.settings.power.departureMinutes,
  ramp: rampOf(rooms.settings.power)
})

/** The site's word in milliamperes and milliseconds; null: set-points rise in one step. */
export function rampOf({ ramp }: Pick<Rooms['settings']['power'], 'ramp'>): Sources['ramp'] {
  if (ramp === undefined) return null
  if ('percentPerSecond' in ramp) return { kind: 'share', perSecond: ramp.percentPerSecond / 100 }
  return { kind: 'step', step: ramp.stepA * 1000, everyMs: ramp.everySeconds * 1000 }
}

const longestStepS = 2 // A gap in the loop is counted as missed cycles, not as energy.

/** Adds up what the site meter shows above the limit, allocation by allocation. */
export function overLimitMeter(
  clock: Pick<Rooms['clock'], 'monotonicMs'>,
  add: (joules: number) => void
): (allocation: Pick<Allocation, 'siteW' | 'limitW'>) => void {
  let lastMs = clock.monotonicMs()
  return ({ siteW, limitW }) => {
    const nowMs = clock.monotonicMs()
    const seconds = Math.min(longestStepS, (nowMs - lastMs) / 1000)
    lastMs = nowMs
    if (siteW !== null && siteW > limitW) add((siteW - limitW) * seconds)
  }
}

type Flow = Pick<Allocation, 'siteW' | 'limitW' | 'baseLoadW'> & {
  readonly connectors: readonly { readonly powerW: number | null; readonly limitW: number }[]
}

/**
 * Tells how long it took from a limit that fell below what flows until less flows; by the site's meter, without one
 * by what the chargers say. A limit that rises again before that is no enforcement.
 */
export function enforcementWatch(
  clock: Pick<Rooms['clock'], 'monotonicMs'>,
  enforced: (seconds: number) => void
): (flow: Flow) => void {
  let limitBefore = Infinity // At the start cars may charge already: their first limit is one that fell.
  let sinceMs: number | null = null
  return (flow) => {
    const { limitW } = flow
    const isAbove = flowsW(flow) > limitW
    if (limitW > limitBefore) sinceMs = null
    if (limitW < limitBefore && isAbove) sinceMs ??= clock.monotonicMs()
    limitBefore = limitW
    if (sinceMs === null || isAbove) return
    enforced((clock.monotonicMs() - sinceMs) / 1000)
    sinceMs = null
  }
}

/** Who does not say what it draws may draw its share. */
const flowsW = ({ siteW, baseLoadW, connectors }: Flow): number =>
  siteW ?? connectors.reduce((sum, { powerW, limitW }) => sum + (powerW ?? limitW), baseLoadW)

/** What every allocation is looked at for. */
function limitWatch(
  clock: Rooms['clock'],
  { overLimit, enforced }: Rooms['metrics']['loop']
): (allocation: Allocation) => void {
  const over = overLimitMeter(clock, overLimit)
  const enforcement = enforcementWatch(clock, enforced)
  return (allocation) => {
    over(allocation)
    enforcement(allocation)
  }
}

const notYet = { kind: 'failed', error: 'the edge is starting' } as const

function memoryOf({ store, log }: Rooms): LoopNeeds['memory'] {
  const kept = new Map(
    (JSON.parse(store.meta.get(shelf) ?? '[]') as Fallback[]).map((fallback) => [
      fallback.chargerId,
      fallback
    ])
  )
  return {
    ...removedMemory(store),
    fallbacks: () => [...kept.values()],
    remember: async (fallback) => {
      kept.set(fallback.chargerId, fallback)
      try {
        await store.commit(() => store.meta.put(shelf, JSON.stringify([...kept.values()])))
      } catch (cause) {
        log.error({ chargerId: fallback.chargerId, cause: String(cause) }, 'a fallback could not be kept')
        throw cause
      }
    }
  }
}

/** Read once: the loop keeps them while it runs. */
const removedMemory = (store: Rooms['store']): Pick<LoopNeeds['memory'], 'removed' | 'keepRemoved'> => ({
  removed: () => JSON.parse(store.meta.get(removedShelf) ?? '[]') as readonly Removed[],
  keepRemoved: async (all) => {
    await store.commit(() => store.meta.put(removedShelf, JSON.stringify(all)))
  }
})

function noteLimit({ intake, log }: Rooms, allocation: Allocation): void {
  const { at, limitW, limitMilliA, limitReason: reason, limits: valid } = allocation
  intake
    .fact(`limit:${at}`, { kind: 'limit.changed.v1', at, limitW, limitMilliA, reason, valid })
    .catch((cause: unknown) => log.error({ cause: String(cause) }, 'a changed limit could not be recorded'))
}
