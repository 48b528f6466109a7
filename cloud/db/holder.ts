import { randomInt } from 'node:crypto'
import type { Tx } from './types.ts'

const lock = 0x6c697665 // "live"; with the holder's own number.

/** A number for one opened database, which is one life of a process; 0 is nobody. */
export const newHolder = (): number => randomInt(1, 2 ** 31)

/**
 * Each connection of a process holds its number, shared, for as long as it stands: PostgreSQL lets go of it when the last
 * one is gone, however the process ended.
 */
export const holdText = (holder: number): string => `select pg_advisory_lock_shared(${lock}, ${holder})`

/** Whether no connection of that process stands any more. One that lost its server a moment ago seems gone as well. */
export async function isGone(tx: Tx, holder: number): Promise<boolean> {
  const { gone } = await tx.one<{ gone: boolean }>('select pg_try_advisory_xact_lock($1, $2) as gone', [
    lock,
    holder
  ])
  return gone
}
