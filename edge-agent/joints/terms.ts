import { connectorKey, type Charger } from '@nova/shared-protocol/model'
import type { Needs as LoopNeeds } from '../control-loop/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Capabilities } from '../drivers/contract.ts'
import type { Wish } from '../orders/index.ts'
import { openFills } from './fill.ts'

type Terms = NonNullable<ReturnType<ReturnType<NonNullable<LoopNeeds['terms']>>['get']>>

export type Sources = {
  views(): readonly ConnectorView[]
  wishes(): ReadonlyMap<string, Wish>
  chargers(): readonly Charger[]
  capabilities(chargerId: string): Capabilities | null
  readonly departureMinutes: number
  readonly ramp: NonNullable<Terms['ramp']> | null // How fast set-points may rise at this site; null: in one step.
}

const finestMilliA = 100 // A charger that follows this needs no pilots: set-points are no finer.
const energyStepWh = 500 // A reading that brings a few watt-hours is no reason to share anew.
const hardlyMs = 5_000 // Capabilities are found by the minute.

/**
 * What is known of each connector's pile and of its car's plans; times are Unix milliseconds, as people say them. The
 * same map for as long as nothing in it has changed.
 */
export function termsKeeper(sources: Sources, nowMs: () => number): () => ReadonlyMap<string, Terms> {
  let terms: ReadonlyMap<string, Terms> = new Map()
  const fills = openFills()
  let [views, wishes, atMs]: [unknown, unknown, number] = [null, null, -Infinity]
  return () => {
    const isOld = nowMs() - atMs >= hardlyMs
    if (!isOld && sources.views() === views && sources.wishes() === wishes) return terms
    ;[views, wishes, atMs] = [sources.views(), sources.wishes(), nowMs()]
    const next = termsOf(sources, nowMs(), fills)
    if (!isSame(terms, next)) terms = next
    return terms
  }
}

type Fills = ReturnType<typeof openFills>

function termsOf(sources: Sources, nowMs: number, fills: Fills): ReadonlyMap<string, Terms> {
  fills.keep(new Set(sources.views().flatMap(({ session }) => session?.sessionId ?? [])))
  const byId = new Map(sources.chargers().map((charger) => [charger.id, charger]))
  const steps = new Map([...byId.keys()].map((id) => [id, sources.capabilities(id)?.stepMilliA ?? 0]))
  return new Map(
    sources.views().flatMap((view) => {
      const charger = byId.get(view.chargerId)
      const stepMilliA = steps.get(view.chargerId) ?? 0
      const terms: Terms = {
        ...(sources.ramp === null ? {} : { ramp: sources.ramp }),
        ...(stepMilliA > finestMilliA ? { pilots: { kind: 'steps', stepMilliA } } : {}),
        ...(charger === undefined ? {} : pileOf(connectorOf(charger, view))),
        ...(charger === undefined || view.session === null ? {} : plansOf(view, charger, sources, nowMs)),
        ...fillOf(fills.leftWh(view))
      }
      return Object.keys(terms).length === 0 ? [] : [[connectorKey(view), terms] as const]
    })
  )
}

function plansOf(view: ConnectorView, charger: Charger, sources: Sources, nowMs: number): Terms {
  if (view.session === null) return {}
  const { sessionId, startedAt, energyWh: hasWh } = view.session
  const arrivedMs = Date.parse(startedAt)
  const { energyWh, departAt } = sources.wishes().get(sessionId) ?? {}
  const usual = arrivedMs + sources.departureMinutes * 60_000
  const departMs = departAt === undefined ? usual : Date.parse(departAt)
  const fullW = connectorOf(charger, view)?.maxPowerW
  return {
    arrivedMs,
    // Who stays longer than said, or than cars usually do, has said nothing about when it goes.
    ...(departMs > nowMs ? { departMs } : {}),
    ...(energyWh === undefined ? {} : { energyLeftWh: leftOf(energyWh, hasWh ?? 0) }),
    ...(fullW === undefined ? {} : { fullW })
  }
}

const fillOf = (tillFullWh: number | null): Terms => (tillFullWh === null ? {} : { tillFullWh })

type Connector = Charger['evses'][number]['connectors'][number]

const connectorOf = (charger: Charger, { evseId, connectorId }: ConnectorView): Connector | undefined =>
  charger.evses.find(({ id }) => id === evseId)?.connectors.find(({ id }) => id === connectorId)

/** What is configured of its pile and of the cars that come to it. */
function pileOf(connector: Connector | undefined): Terms {
  const { priority, leastA, wakes } = connector ?? {}
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(leastA === undefined ? {} : { floorMilliA: leastA * 1000 }),
    ...(wakes === false ? { sleepsAtZero: true } : {})
  }
}

const leftOf = (wantedWh: number, hasWh: number): number =>
  Math.max(0, wantedWh - Math.floor(hasWh / energyStepWh) * energyStepWh)

function isSame(before: ReadonlyMap<string, Terms>, now: ReadonlyMap<string, Terms>): boolean {
  if (before.size !== now.size) return false
  for (const [key, terms] of now) if (!isSameTerms(terms, before.get(key))) return false
  return true
}

/** Field by field: asked for every connector each second. */
const isSameTerms = (now: Terms, before: Terms | undefined): boolean =>
  before !== undefined &&
  now.departMs === before.departMs &&
  now.energyLeftWh === before.energyLeftWh &&
  now.tillFullWh === before.tillFullWh &&
  now.arrivedMs === before.arrivedMs &&
  now.fullW === before.fullW &&
  now.priority === before.priority &&
  now.floorMilliA === before.floorMilliA &&
  now.sleepsAtZero === before.sleepsAtZero &&
  stepOf(now) === stepOf(before)

const stepOf = ({ pilots }: Terms): number => (pilots?.kind === 'steps' ? pilots.stepMilliA : 0)

type Said = ReadonlyMap<string, number | null>

/** What chargers allow by their own words; the same map for as long as they say the same. */
export function saidKeeper(said: () => Said): () => Said {
  let before: Said = new Map()
  return () => {
    const now = said()
    const isSameAs = now.size === before.size && [...now].every(([key, each]) => before.get(key) === each)
    if (!isSameAs) before = now
    return before
  }
}
