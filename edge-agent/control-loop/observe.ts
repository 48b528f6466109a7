import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import { leaseMs, levelOf, lookedAt, newCar, onGrid, type Look, type Place } from '../core/allocator/index.ts'
import { allowing, drawsTooMuch, forgetLiar, trusted, watchConduct } from '../core/guard/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import { grainSeen } from './grain.ts'
import { onLines, voltsAcross } from './lines.ts'
import { unasked, type Draw, type Entry, type LoopState, type Post } from './entry.ts'

const zero: PerPhase = [0, 0, 0]
const agreeTimes = 1.3 // Power may be this much above voltage times the currents shown: rounding, sampling.
const drawsMilliA = 3_000
const followMs = 3_000 // A reading heard sooner after a set-point may have been taken before the car followed.

/** Brings one cycle's views into the entries. @returns transactions that must be stopped now */
export function observe(
  state: LoopState,
  views: readonly ConnectorView[],
  isConnected: (chargerId: string) => boolean,
  nowMs: number
): { readonly entry: Entry; readonly transactionId: string }[] {
  const byKey = keyed(views)
  for (const post of state.posts.values()) meet(state, post, isConnected(post.chargerId))
  const stops: { readonly entry: Entry; readonly transactionId: string }[] = []
  for (const entry of state.entries.values()) {
    const connected = state.posts.get(entry.place.chargerId)?.connected ?? false
    if (connected !== entry.connected) {
      entry.reached = false
      entry.touchedAtMs = nowMs
      entry.tryAgainAtMs = 0
      entry.allowed = [{ milliA: entry.place.ratingMilliA, sinceMs: nowMs }] // It takes up our word anew.
    }
    entry.connected = connected
    entry.refusesAll = isRefusing(state.posts.get(entry.place.chargerId))
    const transactionId = look(state, entry, byKey.get(entry.place.key), nowMs)
    if (transactionId !== null) stops.push({ entry, transactionId })
  }
  return stops
}

const keys = new WeakMap<ConnectorView, string>()

/** Put into words once for each view: most are the same as a moment before. */
function keyOf(view: ConnectorView): string {
  const before = keys.get(view)
  if (before !== undefined) return before
  const key = `${view.chargerId}:${view.evseId}:${view.connectorId}`
  keys.set(view, key)
  return key
}

const known = new WeakMap<readonly ConnectorView[], ReadonlyMap<string, ConnectorView>>()

/** By key; put together once for each list. */
export function keyed(views: readonly ConnectorView[]): ReadonlyMap<string, ConnectorView> {
  const before = known.get(views)
  if (before !== undefined) return before
  const now = new Map<string, ConnectorView>()
  for (const view of views) now.set(keyOf(view), view)
  known.set(views, now)
  return now
}

const refusalsBorne = 3

/** As the alarm for it says: its full rating stays reserved until it takes a fallback. */
const isRefusing = (post: Post | undefined): boolean =>
  post !== undefined && post.connected && !post.told && post.refusals >= refusalsBorne

/** A charger that is met for the first time has confirmed nothing: from now on only its word counts. */
function meet(state: LoopState, post: Post, connected: boolean): void {
  const arrives = connected && !post.connected
  post.connected = connected
  if (!arrives) return
  post.told = false
  post.failures = 0
  post.refusals = 0
  post.asked = unasked
  post.tryAgainAtMs = 0
  if (post.seen) return
  post.seen = true
  for (const entry of entriesOf(state, post.chargerId))
    entry.account = { ...entry.account, storedMilliA: null }
}

export const entriesOf = (state: LoopState, chargerId: string): Entry[] =>
  [...state.entries.values()].filter(({ place }) => place.chargerId === chargerId)

/** A person says that it was repaired, or taken off its wire. */
export function forgive(state: LoopState, chargerId: string): void {
  state.removed = state.removed.filter((each) => each.chargerId !== chargerId)
  for (const entry of entriesOf(state, chargerId)) {
    entry.conduct = trusted
    entry.refusals = 0
    state.steps = forgetLiar(state.steps, entry.place.key)
  }
}

/** @returns the session that has to be stopped now; null: none */
function look(state: LoopState, entry: Entry, view: ConnectorView | undefined, nowMs: number): string | null {
  const transactionId = view?.session?.transactionId ?? null
  const { voltageV } = state.site.grid
  if (entry.connected) turnPage(entry, { view, transactionId, voltageV })
  const heard = drawOf(entry, view, voltageV)
  if (heard !== null) {
    entry.draw = heard
    entry.grain = grainSeen(entry.grain, entry, transactionId)
  }
  if (transactionId !== null) entry.car = carOf(entry, transactionId, nowMs)
  entry.allowed = allowing(entry.allowed, allowedNow(entry, transactionId, state.startedAtMs, nowMs), nowMs)
  return entry.place.managed && judge(state, entry, transactionId, nowMs) ? transactionId : null
}

type Page = {
  readonly view: ConnectorView | undefined
  readonly transactionId: string | null
  readonly voltageV: number
}

/** Chargers tell what they draw only while they charge: the last word of one session says nothing after it. */
function turnPage(entry: Entry, page: Page): void {
  const { view, transactionId } = page
  if (transactionId === (entry.car?.transactionId ?? null)) return
  if (!betrays(entry, page)) entry.voidUpToMs = view?.readingHeardAtMs ?? entry.voidUpToMs
  entry.draw = null
  entry.tryAgainAtMs = 0 // What was refused in the session before says nothing of this one.
  entry.failures = 0
  if (transactionId === null) entry.car = null
}

/** A word that comes with its session says nothing yet of what a car will draw; what it may not draw it shows (seed 1000989). */
function betrays(entry: Entry, { view, voltageV }: Page): boolean {
  const first = view !== undefined && isOfSession(view) ? drawOf(entry, view, voltageV) : null
  if (first === null) return false
  const { milliA: drawMilliA, heardAtMs } = first
  return drawsTooMuch({ allowed: entry.allowed, drawMilliA, heardAtMs })
}

/** By the station's own time, of both. */
const isOfSession = ({ session, reading }: ConnectorView): boolean =>
  session !== null && reading !== null && Date.parse(reading.at) >= Date.parse(session.startedAt)

/** @returns whether the session has to be stopped now because no set-point holds it */
function judge(state: LoopState, entry: Entry, transactionId: string | null, nowMs: number): boolean {
  const { conduct, stop } = watchConduct(entry.conduct, {
    nowMs,
    allowed: entry.allowed,
    isSiteOver: state.insistAtMs !== null,
    drawMilliA: entry.draw === null ? null : entry.draw.milliA,
    heardAtMs: entry.draw === null ? null : entry.draw.heardAtMs,
    transactionId,
    refusedLowers: entry.refusals
  })
  entry.conduct = conduct
  return stop
}

/** Sum of what the chargers' own meters show by grid phase, of readings no older than `maxAgeMs`. */
export function chargersSum(entries: Iterable<Entry>, nowMs: number, maxAgeMs: number): PerPhase {
  let [l1, l2, l3]: PerPhase = zero
  for (const { draw, place } of entries) {
    if (draw === null || nowMs - draw.heardAtMs > maxAgeMs) continue
    const lines = onLines(place, draw.currents)
    l1 += lines[0]
    l2 += lines[1]
    l3 += lines[2]
  }
  return [l1, l2, l3]
}

/**
 * A reading that comes right after a set-point still answers the one before, also one that no reading was heard under:
 * a car that was paused meanwhile does not leave some of what it was told before the pause.
 */
function answered({ account, draw, told }: Entry, transactionId: string | null, heardAtMs: number): number {
  const isOld = account.confirmed !== null && heardAtMs - account.confirmed.atMs >= followMs
  if (isOld) return levelOf(account, transactionId) ?? 0
  const before = told.findLast(({ atMs }) => heardAtMs - atMs >= followMs)
  return before?.milliA ?? draw?.levelMilliA ?? 0
}

function carOf(entry: Entry, transactionId: string, nowMs: number): Entry['car'] {
  const { account, place, draw } = entry
  const level = levelOf(account, transactionId)
  const car = entry.car ?? newCar(place, transactionId, nowMs)
  const look: Look = {
    transactionId,
    currents: draw?.sure === true ? draw.currents : null,
    drawMilliA: draw === null ? null : draw.milliA,
    heardAtMs: draw === null ? null : draw.heardAtMs,
    levelMilliA: level ?? account.storedMilliA,
    levelSinceMs: level === null ? -Infinity : (account.confirmed?.atMs ?? -Infinity)
  }
  return lookedAt(car, place, look, nowMs)
}

/** The most that it may draw now. A session that was there before our start may run on a lease that nobody remembers. */
function allowedNow(
  { account, place }: Entry,
  transactionId: string | null,
  startedAtMs: number,
  nowMs: number
): number {
  const stored = account.storedMilliA ?? place.ratingMilliA
  const level = levelOf(account, transactionId)
  const lapsed = account.confirmed !== null && nowMs > account.confirmed.leaseEndsMs
  const inherited = account.confirmed === null && nowMs - startedAtMs < leaseMs
  return Math.max(
    inherited ? place.ratingMilliA : (level ?? stored),
    lapsed ? stored : 0,
    ...account.storing,
    ...account.sent.map((each) => each.milliA)
  )
}

function drawOf(entry: Entry, view: ConnectorView | undefined, voltageV: number): Draw | null {
  const reading = freshReading(entry, view)
  const currents = reading && currentsOf(entry.place, reading.value, voltageV)
  if (reading === null || currents === null) return null
  const { heardAtMs, value } = reading
  const sum = currents[0] + currents[1] + currents[2]
  const volts = voltsAcross(entry.place, voltageV)
  const sure = value.powerW !== undefined && value.powerW * 1000 <= sum * volts * agreeTimes
  const levelMilliA = answered(entry, view?.session?.transactionId ?? null, heardAtMs)
  return { currents, milliA: Math.max(...currents), sure, heardAtMs, levelMilliA }
}

/** One that has not been looked at yet and belongs to the session that runs now. */
function freshReading(
  { draw, voidUpToMs }: Entry,
  view: ConnectorView | undefined
): { readonly value: Reading; readonly heardAtMs: number } | null {
  const { reading: value = null, readingHeardAtMs } = view ?? {}
  const heardAtMs = readingHeardAtMs ?? -Infinity
  return value === null || heardAtMs <= voidUpToMs || heardAtMs === draw?.heardAtMs
    ? null
    : { value, heardAtMs }
}

/** By grid phase. A charger that tells only its power draws it evenly, as far as anyone can know. */
function currentsOf(place: Place, reading: Reading, voltageV: number): PerPhase | null {
  const { currentMilliA, powerW } = reading
  if (!place.dc && currentMilliA !== undefined && isPlausible(currentMilliA, powerW, voltageV))
    return onGrid(place, [Math.abs(currentMilliA[0]), Math.abs(currentMilliA[1]), Math.abs(currentMilliA[2])])
  if (powerW === undefined) return null
  const volts = voltsAcross(place, voltageV)
  const each = Math.round((Math.abs(powerW) * 1000) / (volts * place.phases.length))
  return onGrid(place, [each, each, each])
}

/** A charger that shows power but no current measures only one of them: then power is the word to take. */
const isPlausible = (currents: PerPhase, powerW: number | undefined, voltageV: number): boolean =>
  powerW === undefined ||
  Math.max(...currents.map(Math.abs)) >= drawsMilliA ||
  Math.abs(powerW) * 1000 < 3 * drawsMilliA * voltageV
