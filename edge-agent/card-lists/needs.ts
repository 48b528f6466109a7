import type { Token } from '@nova/shared-protocol/model'
import type { CardList, ListKept } from '../drivers/contract.ts'

export type Needs = {
  readonly clock: { monotonicMs(): number; after(milliseconds: number, work: () => void): { cancel(): void } }
  readonly chance: () => number // [0, 1): where revisions begin.
  /** The cards of the site, the dearest first; the same array for as long as nothing has changed. */
  cards(): readonly Token[]
  /** Chargers that may be told a list. */
  chargerIds(): readonly string[]
  readonly chargers: {
    isConnected(chargerId: string): boolean
    keepList(chargerId: string, list: CardList, signal: AbortSignal): Promise<ListKept>
  }
  /** One small text that survives a restart. */
  readonly memory: { get(): string | null; put(text: string): Promise<void> }
  readonly count: (name: string) => void
  readonly log: {
    info(detail: Readonly<Record<string, unknown>>, message: string): void
    warn(detail: Readonly<Record<string, unknown>>, message: string): void
  }
}
