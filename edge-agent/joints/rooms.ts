import type { ControlLoop, Planned } from '../control-loop/index.ts'
import type { LimitDesk, SiteState } from '../desired/index.ts'
import type { ChargerDriver, GridSignalDriver, MeterDriver, ParticipantDriver } from '../drivers/contract.ts'
import type { IntakeRoom } from '../intake/index.ts'
import type { Metrics } from '../metrics/index.ts'
import type { Caps, Orders, Wishes } from '../orders/index.ts'
import type { Participants } from '../participants/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Store } from '../store/index.ts'
import type { Uplink } from '../uplink/index.ts'
import type { Log } from './log.ts'
import type { Clock } from './clock.ts'

/** The rooms that are there from the first moment on. */
export type Ground = {
  readonly settings: Settings
  readonly version: string
  readonly log: Log
  readonly clock: Clock
  readonly store: Store
  readonly metrics: Metrics
}

/** All rooms; those that open later are absent until then, and whoever asks says what happens meanwhile. */
export type Rooms = Ground & {
  readonly state: SiteState
  readonly desk: LimitDesk
  readonly intake: IntakeRoom
  readonly caps: Caps
  readonly wishes: Wishes
  readonly meters: readonly NamedMeter[]
  readonly participants: readonly ParticipantDriver[]
  readonly gridBox: GridSignalDriver | null
  driver: ChargerDriver | null
  loop: ControlLoop | null
  parts: Participants | null
  plans: { following(): Planned | null; leads(id: string): number | null; close(): Promise<void> } | null // null: another strategy rules.
  patrol: { said(): ReadonlyMap<string, number | null>; stop(): void } | null // What chargers say they allow.
  orders: Orders | null
  uplink: Uplink | null
}

export type NamedMeter = { readonly id: string; readonly model: string; readonly driver: MeterDriver }
