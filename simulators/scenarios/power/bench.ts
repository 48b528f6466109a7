import type { ControlLoop } from '@nova/edge-agent/power'
import type { BaseLoad } from '../../meters/site-load.ts'
import type { Bold } from './bold.ts'
import type { Pile } from './charger.ts'
import type { Roof, Sums as PartSums } from './parts/index.ts'
import type { Last, Row } from './rows.ts'
import type { DaySite } from './site.ts'
import type { Ticker } from './ticker.ts'
import type { Troubles, Truth } from './troubles.ts'

/** What the judge looks at; the loop only to compare what it says with what is. */
export type Judged = {
  readonly clock: Ticker
  readonly piles: readonly Pile[]
  readonly base: BaseLoad
  readonly roof: Pick<Roof, 'parts'>
  readonly troubles: Troubles
  readonly loop: Pick<ControlLoop, 'allocation'> | null
}

/** What the judge remembers from second to second. */
export type Bench = {
  site: DaySite | null
  rows: readonly Seen[]
  gone: ReadonlySet<Pile>
  readonly backAtMs: Map<Pile, number> // Who was out of the wiring plan: when it came back. Till then it was told nothing.
  readonly bold: Map<Pile, Bold>
  readonly heldAtMs: Map<Pile, number> // When the limits held last while this one lied.
  readonly bases: readonly [Last, Last, Last]
}
/** `loose` is kept below 0: what batteries draw that nobody's word reaches. */
export type Seen = {
  readonly row: Row
  readonly rooms: Last
  readonly beyond: Last
  readonly loose: Last
}

/** What it sees this second. */
export type Sums = {
  readonly nowMs: number
  readonly truth: Truth
  readonly base: readonly [number, number, number]
  /** Sun and batteries behind this node of the tree. */
  parts(node: string): PartSums
  readonly free: readonly number[]
  readonly windowS: number
  readonly isBlind: boolean
  readonly gone: ReadonlySet<Pile>
}

export const lookBackS = 65 // A base load counts for a minute: chargers' readings may be that old.
export const volts = 230
