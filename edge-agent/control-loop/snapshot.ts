import type { SiteLimit } from '@nova/shared-protocol/model'
import type { Decision, EffectiveLimit, PowerSite, Scene, Terms } from '../core/allocator/index.ts'
import type { DevicesShow } from '../core/guard/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Fallback } from '../drivers/contract.ts'
import type { PartsDraw } from './beyond.ts'
import type { Entry } from './entry.ts'
import type { Cap, CloudContact, PhaseSwitching, Planned } from './needs.ts'
import type { Sample } from './sample.ts'

/** The frozen picture of one cycle: nothing in it changes while the cycle thinks. */
export type Snapshot = {
  readonly nowMs: number
  readonly instant: string
  readonly site: PowerSite
  readonly views: readonly ConnectorView[]
  readonly limits: readonly SiteLimit[]
  readonly caps: ReadonlyMap<string, Cap>
  readonly meter: Sample | null
  readonly hasMeter: boolean
  readonly cloud: CloudContact | null
  readonly remembered: readonly Fallback[]
  readonly beyond: PartsDraw
  readonly devices: DevicesShow | null // null: nobody can say; they count with what they are rated for.
  readonly terms: ReadonlyMap<string, Terms> // By connector key.
  readonly said: ReadonlyMap<string, number | null>
  readonly strategy: Planned | null
  readonly phases: PhaseSwitching
  isConnected(chargerId: string): boolean
}

export type Outcome = {
  readonly limit: EffectiveLimit
  readonly scene: Scene
  readonly decisions: readonly Decision[]
  readonly fallbacks: readonly number[] // Wanted, by place.
  readonly stops: readonly { readonly entry: Entry; readonly transactionId: string }[]
  readonly missingW: number
  readonly refused: readonly string[]
}
