import type { Store } from './contract.ts'
import { StoreError } from './fault.ts'

export type StoreOptions = {
  readonly path: string // The database file; its folder is made.
  readonly now: () => number // Unix ms.
  readonly random: () => string // A UUID.
  readonly log: { warn(fields: object, text: string): void; error(fields: object, text: string): void }
  readonly reserveBytes?: number // Kept free for money; default 64 MB.
  readonly historyBytes?: number // Most that history may take; default 1 GB.
}

/** @throws StoreError when the file cannot be opened, written or trusted */
export function openStore(options: StoreOptions): Store {
  throw new StoreError('closed', new Error(`not yet: ${options.path}`))
}
