import type { Charger, Circuit, Grid, StrategyName } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'

/** What the power part needs of the site file. `failsafe.limitW` null: cloud silence lowers nothing. */
export type PowerSite = {
  readonly grid: Grid
  readonly circuits: readonly Circuit[]
  readonly chargers: readonly Charger[]
  readonly failsafe: {
    readonly cloudSilentSeconds: number
    readonly limitW: number | null
    readonly meterSilentSeconds: number
  }
  readonly timeZone: string
  readonly strategy?: StrategyName | undefined // Equal shares when left out.
  /** PV, a battery or a vehicle here may feed in; else a site that seems to is measured the wrong way round. */
  readonly feedsIn?: boolean
  /** The most that they feed in, by grid phase: so far below its chargers the site's meter is in order. */
  readonly feedInMilliA?: PerPhase
  /** Cars are meant to charge with what is fed in: it counts as room beyond what the connection lets through. */
  readonly followsSun?: boolean
  /** Chargers whose fallback we chose: it may give way to cars that wait. */
  readonly automatic?: ReadonlySet<string>
}

/** Something wrong in the site file; `path` leads to the field as in zod issues. */
export type SiteProblem = { readonly path: readonly (string | number)[]; readonly message: string }
