import type { AlarmCode, Allocation, Severity, SiteLimit } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { Strategy, Terms } from '../core/allocator/index.ts'
import type { PowerSite } from '../core/allocator/site.ts'
import type { Sight } from '../core/picture/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { ChargerDriver, Fallback, MeterDriver } from '../drivers/contract.ts'
import type { DevicesShow } from '../core/guard/index.ts'
import type { PartsDraw } from './beyond.ts'

/** Monotonic time decides, wall time names; tests turn both by hand. */
export type Clock = {
  monotonicMs(): number
  instant(): string // ISO 8601 UTC with Z.
  after(milliseconds: number, work: () => void): { cancel(): void }
}

/** A person's order `setLimit` on one connector. */
export type Cap = { readonly limitMilliA: number; readonly reason: string }

export type Alarm = {
  readonly code: AlarmCode
  readonly severity: Severity
  readonly subject: string
  readonly detail: string
  readonly advice: string
}

/** When the cloud was last heard, and when it last said which limits hold (hello reply or `limits` section). */
export type CloudContact = { readonly heardAtMs: number | null; readonly limitsHeardAtMs: number | null }

export type Needs = {
  readonly clock: Clock
  /** The site as configured now; another object means that it was reconfigured. */
  site(): PowerSite
  views(): readonly ConnectorView[]
  /** Every stored limit, past and future ones too; the loop picks the valid ones by time. */
  limits(): readonly SiteLimit[]
  /** Operators' limits on single connectors, by connector key. Another map means other limits, the same one the same. */
  caps(): ReadonlyMap<string, Cap>
  /** null: the site has no meter. */
  readonly meter: Pick<MeterDriver, 'latest'> | null
  /** null: the site runs standalone. */
  cloud(): CloudContact | null
  /** What batteries and inverters may draw beyond what the meter shows; left out: there are none. */
  readonly beyondMeter?: () => PartsDraw
  /** What they show by themselves: what the site's meter is held against. Left out or null: what they are rated for. */
  readonly devices?: () => DevicesShow | null
  /** What piles understand and what is known of cars' plans, by connector key; the same map while nothing has changed. */
  readonly terms?: () => ReadonlyMap<string, Terms>
  /** What chargers allow by their own words beyond what they were told, by connector key; null: without a limit. */
  readonly said?: () => ReadonlyMap<string, number | null>
  /** Chargers that can charge a car on one phase or three, and what was told last; left out: none can. */
  readonly phases?: () => PhaseSwitching
  /** Shares in place of the site's strategy; null: it rules itself. The same one while it says the same. */
  readonly strategy?: () => Planned | null
  readonly chargers: Pick<ChargerDriver, 'isConnected' | 'setPoint' | 'fallback' | 'perform'>
  /** What each charger was last told to fall back to; survives a restart. */
  readonly memory: {
    fallbacks(): readonly Fallback[]
    remember(fallback: Fallback): Promise<void>
    /** Who was taken out of the wiring plan and stays reserved; left out: forgotten with our end. */
    removed?(): readonly Removed[]
    keepRemoved?(all: readonly Removed[]): Promise<void>
  }
  /** Called once when it begins and once when it is over. */
  readonly alarms: { raise(alarm: Alarm): void; clear(code: AlarmCode, subject: string): void }
  /** Every cycle, for screens and the live topic. */
  allocated(allocation: Allocation): void
  /** Only when the effective limit or its reason changed: fact `limit.changed.v1`. */
  limitChanged(allocation: Allocation): void
  readonly metrics: {
    cycle(durationMs: number): void
    missed(cycles: number): void
    setPoint(result: 'accepted' | 'rejected' | 'failed'): void
  }
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

/** By connector key, for the session that it was told to; survives a restart. */
export type PhaseMemory = {
  recall(key: string): { readonly transactionId: string; readonly active: 1 | 2 | 3 } | undefined
  remember(key: string, transactionId: string, active: 1 | 2 | 3): void
}

/** `able` is the same set for as long as nothing has changed. */
export type PhaseSwitching = { readonly able: ReadonlySet<string>; readonly memory: PhaseMemory }

/** Shares by a plan, and what to say of a car that the plan lets wait. */
export type Planned = { readonly share: Strategy; readonly because: string }

/**
 * A connector that was taken out of the wiring plan. Whether it was taken off its wire too nobody has said: until a
 * person does, its last commitment stays reserved there.
 */
export type Removed = {
  readonly key: string
  readonly chargerId: string
  readonly circuit: string // Id of the circuit it hung on, or `grid`.
  readonly draw: PerPhase // By grid phase.
}

export type ControlLoop = {
  /** The last cycle's decision; null before the first. */
  allocation(): Allocation | null
  /** The same for who looks ahead: forecasts and what-ifs; null before the first. */
  sight(): Sight | null
  /** Something that cannot wait a second: a limit fell, a session began. */
  wake(): void
  /** A person says that the charger was repaired, or taken off its wire: its distrust, its reservation ends. */
  forgive(chargerId: string): void
  /** The charger has lost or changed what it was told: its fallback is stored anew, its leases are renewed anyway. */
  again?(chargerId: string): void
  /** Ends the cycle; set-points on their way are given up. */
  stop(): Promise<void>
}
