import type { StoreFault } from './contract.ts'

/** The database could not do it; `cause` is SQLite's own error where there is one. */
export class StoreError extends Error {
  readonly fault: StoreFault

  constructor(fault: StoreFault, cause?: unknown) {
    super(`store: ${fault}${cause instanceof Error ? ` (${cause.message})` : ''}`, { cause })
    this.name = 'StoreError'
    this.fault = fault
  }
}

const faultOf: readonly (readonly [prefix: string, fault: StoreFault])[] = [
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'], // WAL or journal could not be made: the folder takes no writes.
  ['SQLITE_PERM', 'read-only'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_IOERR', 'io-error'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy']
]

/** @returns the fault when the disk or the file is to blame, undefined when the error is our own bug */
export function storeFault(error: unknown): StoreFault | undefined {
  if (error instanceof StoreError) return error.fault
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return faultOf.find(([prefix]) => code.startsWith(prefix))?.[1]
}
