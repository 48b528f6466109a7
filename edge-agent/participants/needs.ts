import type { AlarmCode, Severity } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { Sight } from '../core/picture/index.ts'
import type { FeedCircuit, Placed, SunMode } from '../core/schedule/index.ts'
import type { MeterDriver, ParticipantDriver } from '../drivers/contract.ts'

export type Alarm = {
  readonly code: AlarmCode
  readonly severity: Severity
  readonly subject: string
  readonly detail: string
  readonly advice: string
}

/** What the site wants of its batteries and of cars under its sun. */
export type Wish = {
  /** null: batteries do as they like, within what is left. `peakW` 0 is self-consumption. */
  readonly battery: { readonly peakW: number; readonly rechargeBelowW: number } | null
  readonly sun: SunMode // `force`: cars need not wait for it.
}

/** How full a car is to be when it leaves. */
export type Trip = { readonly percent: number; readonly inMs: number }

export type Needs = {
  readonly clock: { monotonicMs(): number; after(milliseconds: number, work: () => void): { cancel(): void } }
  readonly drivers: readonly Pick<ParticipantDriver, 'participant' | 'abilities' | 'latest' | 'setPoint'>[]
  /** null: the site has no meter. */
  readonly meter: Pick<MeterDriver, 'latest'> | null
  /** The same whether the guard believes it or not: it can only take away then. Left out: nobody asks. */
  readonly doubtedMeter?: Pick<MeterDriver, 'latest'> | null
  readonly voltageV: number
  readonly limitA: PerPhase // What the connection's fuses carry.
  readonly circuits: readonly FeedCircuit[]
  readonly wish: Wish
  /** What the next trip of a car that feeds back needs, and in how long; null: nobody has said, or it is none. */
  trip(id: string): Trip | null
  /** What a plan wants a battery to do now, import positive; null: no plan leads it. */
  planned(id: string): number | null
  /** The loop's last decision; null before the first. */
  sight(): Sight | null
  /** At the connection: the least of wiring and limits that hold now; null: nobody limits it but the fuses. */
  exportLimitW(): number | null
  /** Import at the connection as it rules now; null before the loop's first decision. */
  limitW(): number | null
  readonly alarms: { raise(alarm: Alarm): void; clear(code: AlarmCode, subject: string): void }
  /** What the cars may have of the sun has changed, or what participants may draw. */
  changed(): void
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

/**
 * What participants may draw beyond what the site's meter shows, in milliamperes by grid phase; and in all behind each
 * circuit, where no meter looks. The same object for as long as nothing has changed.
 */
export type PartsDraw = {
  readonly grid: PerPhase
  readonly madeUp: PerPhase // Of it, what only ends what they may be feeding in now: so far the meter may show less than nothing.
  readonly circuits: ReadonlyMap<string, PerPhase>
}

/**
 * What all show by grid phase, import positive, and by how much they may be feeding in more than that: one that nobody
 * hears by all it can.
 */
export type DevicesShow = {
  readonly milliA: PerPhase
  readonly unsure: PerPhase
  readonly draws: PerPhase
  readonly flows: PerPhase
}

/** A cap on a connector, as the loop takes it. */
export type SunCap = { readonly limitMilliA: number; readonly reason: string }

/** `led`: it follows the powers that it is told, and the site wants it to. */
export type LedPart = Placed & { readonly led: boolean; readonly trip: Trip | null }

export type Participants = {
  beyondMeter(): PartsDraw
  /** What they show by themselves: what the site's meter is held against. */
  show(): DevicesShow
  /** By connector key; the same map for as long as nothing has changed. */
  sunCaps(): ReadonlyMap<string, SunCap>
  /** Each as it is now, where it hangs; a car keeps what its trip needs. For who plans ahead. */
  placed(): readonly LedPart[]
  /** What each was told last and why, for screens. */
  told(): ReadonlyMap<string, { readonly because: string; readonly powerW: number | null }>
  stop(): void
}
