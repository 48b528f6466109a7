import type { PerPhase } from '@nova/shared-protocol/units'
import {
  freshAccount,
  type Account,
  type Car,
  type EffectiveLimit,
  type Place,
  type Scarcity,
  type Tree,
  type PowerSite
} from '../core/allocator/index.ts'
import {
  freshCloud,
  freshMeter,
  freshSteps,
  freshUnfollowed,
  noBaseLoad,
  trusted,
  type Allowance,
  type BaseLoad,
  type CloudWatch,
  type Conduct,
  type MeterWatch,
  type StepWatch,
  type UnfollowedWatch
} from '../core/guard/index.ts'
import type { SiteLimit } from '@nova/shared-protocol/model'
import type { PhaseState } from '../core/schedule/index.ts'
import type { Fallback } from '../drivers/contract.ts'
import { unknown, type Grain } from './grain.ts'
import type { Removed } from './needs.ts'

/** What a connector's meter showed last, by grid phase. */
export type Draw = {
  readonly currents: PerPhase
  readonly milliA: number // The largest phase.
  readonly sure: boolean // Power and currents agree, so that a phase without current is one.
  readonly heardAtMs: number
  readonly levelMilliA: number // The set-point that it answers: the one in force a moment before it was heard.
}

/** What the site drew beside all chargers' last words when this one spoke last, and how far that has fallen since. */
export type Quiet = { readonly heardAtMs: number; readonly from: PerPhase; readonly fell: PerPhase }

/** All that the loop remembers of one connector from cycle to cycle. */
export type Entry = {
  readonly place: Place
  account: Account
  car: Car | null
  conduct: Conduct
  draw: Draw | null
  voidUpToMs: number // Readings heard until then belong to a session that is over.
  connected: boolean
  touchedAtMs: number // Since when it has been in touch, or out of it.
  reached: boolean // Since it connected it has confirmed the set-point it has.
  allowed: readonly Allowance[] // What it may draw at the most, and could of late.
  refusals: number
  loweringSinceMs: number | null // Since when its stored fallback is above what is wanted.
  tryAgainAtMs: number
  failures: number
  refusesAll: boolean // Connected, and has refused to store a fallback time and again.
  grain: Grain
  quiet: Quiet | null // Since its last word.
  told: readonly { readonly milliA: number; readonly atMs: number }[] // The set-points of the last seconds.
}

/** Of one charger: its stored profiles are sent as a whole. */
export type Post = {
  readonly chargerId: string
  connected: boolean
  readonly inherited: boolean // Known from an earlier run, which may have left it a lease.
  seen: boolean // Ever: by this run or, by its memory, an earlier one.
  told: boolean // Since it connected it has confirmed its stored fallback.
  busy: boolean
  failures: number
  refusals: number // Of its fallback, since it connected: a lost answer is none.
  asked: { readonly nextMs: number; readonly refusals: number } // For readings out of turn, since it connected.
  tryAgainAtMs: number
}

/** The limit that rules, with what it was worked out from and how long it stays true on the wall clock. */
export type Ruling = {
  readonly limit: EffectiveLimit
  readonly refused: readonly string[]
  readonly site: PowerSite
  readonly limits: readonly SiteLimit[]
  readonly failsafe: boolean
  readonly fromInstant: string
  readonly beforeInstant: string // The next begin or end of a limit, or of the minute that a reason names.
}

export type LoopState = {
  site: PowerSite
  tree: Tree
  readonly entries: Map<string, Entry>
  readonly posts: Map<string, Post>
  meter: MeterWatch
  base: BaseLoad
  rest: PerPhase | null // Site less chargers, as known last.
  restAtMost: PerPhase | null // The same, should what looks like a rise on its way be somebody else's; null: nobody looked.
  fed: PerPhase // What devices at the most fed in at the last look that was believed: `rest` has it in it.
  rests: readonly PerPhase[] // Site less all chargers' last words, at the last looks.
  look: { readonly site: PerPhase; readonly shown: PerPhase } | null // The last one at the meter: site, and chargers' own.
  steps: StepWatch // Looks for chargers whose own meter lies.
  unfollowed: UnfollowedWatch // The same above the limit, when nobody says that he could make room.
  cloud: CloudWatch
  scarce: Scarcity
  lastSound: ReadonlyMap<string, SiteLimit>
  ruling: Ruling | null
  voltage: { readonly volts: number; readonly sinceMs: number }
  overrunSinceMs: number | null
  insists: number // How often in a row it was made room for in vain.
  over: PerPhase | null // By how much the site's meter shows more than the limit; null: it holds, or nobody knows.
  insistAtMs: number | null // When the site's meter will have shown more than the limit for too long.
  readonly phases: Map<string, { readonly transactionId: string; state: PhaseState }> // Of sessions that may switch.
  removed: readonly Removed[] // Out of the wiring plan, and maybe on their wires all the same.
  readonly startedAtMs: number
}

export function freshState(site: PowerSite, tree: Tree, nowMs: number): LoopState {
  return {
    site,
    tree,
    entries: new Map(),
    posts: new Map(),
    meter: freshMeter(nowMs),
    base: noBaseLoad,
    rest: null,
    restAtMost: null,
    fed: [0, 0, 0],
    rests: [],
    look: null,
    steps: freshSteps,
    unfollowed: freshUnfollowed,
    cloud: freshCloud(nowMs),
    scarce: new Map(),
    lastSound: new Map(),
    ruling: null,
    voltage: { volts: site.grid.voltageV, sinceMs: nowMs },
    overrunSinceMs: null,
    insists: 0,
    over: null,
    insistAtMs: null,
    phases: new Map(),
    removed: [],
    startedAtMs: nowMs
  }
}

/**
 * Takes over a changed wiring plan: what is known of a connector stays, what is gone goes. A charger that was
 * never seen counts with the fallback that somebody stated, and with nothing when nobody did: it is not
 * commissioned yet, and what it draws all the same the site's meter shows as base load. Once met it counts in
 * full until it has confirmed something; then only that counts.
 */
export function adopt(state: LoopState, remembered: readonly Fallback[], nowMs: number): void {
  const kept = new Map(remembered.map((each) => [each.chargerId, each]))
  const keys = new Set(state.tree.places.map(({ key }) => key))
  for (const key of state.entries.keys()) if (!keys.has(key)) state.entries.delete(key)
  for (const place of state.tree.places) {
    const known = state.entries.get(place.key)
    const fallback = kept.get(place.chargerId)
    state.entries.set(place.key, known ? { ...known, place } : freshEntry(place, fallback, nowMs))
    if (!state.posts.has(place.chargerId))
      state.posts.set(place.chargerId, freshPost(place.chargerId, fallback !== undefined))
  }
  const chargers = new Set(state.tree.places.map(({ chargerId }) => chargerId))
  for (const id of state.posts.keys()) if (!chargers.has(id)) state.posts.delete(id)
}

export const unasked: Post['asked'] = { nextMs: 0, refusals: 0 }

const freshPost = (chargerId: string, seen: boolean): Post => ({
  chargerId,
  connected: false,
  inherited: seen,
  seen,
  told: false,
  busy: false,
  failures: 0,
  refusals: 0,
  asked: unasked,
  tryAgainAtMs: 0
})

const unseenMilliA = (place: Place): number => (place.automatic ? 0 : place.fallbackMilliA)

function freshEntry(place: Place, remembered: Fallback | undefined, nowMs: number): Entry {
  const own = remembered?.connectors.find(
    ({ evseId, connectorId }) => evseId === place.evseId && connectorId === place.connectorId
  )
  const stored = own?.defaultMilliA ?? (remembered === undefined ? unseenMilliA(place) : null)
  return {
    place,
    account: freshAccount(stored),
    car: null,
    conduct: trusted,
    draw: null,
    voidUpToMs: -Infinity,
    connected: false,
    touchedAtMs: nowMs,
    reached: false,
    allowed: [{ milliA: place.ratingMilliA, sinceMs: nowMs }],
    refusals: 0,
    loweringSinceMs: null,
    tryAgainAtMs: 0,
    failures: 0,
    refusesAll: false,
    grain: unknown,
    quiet: null,
    told: []
  }
}
