import type { JudgedSite, LimitRefusal, LimitState, SiteLimit } from '@nova/shared-protocol/model'
import type { GridOperator, Signal } from './grid-operator.ts'

export type LimitDeskNeeds = {
  readonly site: JudgedSite & { readonly timeZone: string }
  readonly gridOperator: GridOperator | null
  readonly clock: { monotonicMs(): number; now(): number }
  /** When somebody compared the wall clock with his, monotonic, and whether it was right; null: nobody did. */
  clockChecked(): { readonly atMs: number; readonly right: boolean } | null
  /** Every limit as it was sent, kept here or by the cloud; another list means that something changed. */
  given(): readonly SiteLimit[]
  putLimit(limit: SiteLimit, actor: string): Promise<void>
  deleteLimit(source: string, actor: string): Promise<boolean>
  commit<Value>(write: () => Value): Promise<Value>
  readonly meta: { get(name: string): string | null; put(name: string, value: string): void }
  /** What the grid operator's box says, where one is read; null: nothing was heard of it yet. */
  signal(): Signal
  /** What holds has changed without anybody putting a limit: a fail-safe came or went. */
  changed(): void
  count(name: string): void
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, text: string): void }
}

export type LimitDesk = {
  /** What rules, and will rule within three days, each with one `from` and `until`: for the control loop. */
  limits(): readonly SiteLimit[]
  /** Every source with its state, a day back and a week ahead. */
  timeline(): LimitState[]
  /** @returns null, or why it was refused; what is refused is recorded and changes nothing */
  put(limit: SiteLimit, actor: string): Promise<LimitRefusal | null>
  /** One that cannot even be read: recorded as refused under the source it was meant for. */
  refuse(source: string, detail: string): void
  /** @returns false when nobody here gave such a limit */
  delete(source: string, actor: string): Promise<boolean>
  /** @param isDimmed a relay's contact; absent for sources that write their limits */
  heartbeat(source: string, isDimmed?: boolean): 'taken' | 'unknown-source' | 'no-relay'
}
