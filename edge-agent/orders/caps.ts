import { z } from 'zod'
import type { Cap } from './needs.ts'

/** Operators' limits on single connectors; they survive a restart and never expire by themselves. */
export type Caps = {
  all(): ReadonlyMap<string, Cap>
  set(key: string, cap: Cap): Promise<void>
  clear(key: string): Promise<void>
}

type Needs = {
  commit<Value>(write: () => Value): Promise<Value>
  readonly meta: { get(name: string): string | null; put(name: string, value: string): void }
  changed(): void
}

const shelf = 'connector-caps'
const Kept = z.record(z.string(), z.strictObject({ limitMilliA: z.int().min(0), reason: z.string() }))

/** @throws when the kept text is none of ours (a broken database shows here, not later) */
export function openCaps({ commit, meta, changed }: Needs): Caps {
  let caps: ReadonlyMap<string, Cap> = new Map(
    Object.entries(Kept.parse(JSON.parse(meta.get(shelf) ?? '{}')))
  )
  const keep = async (change: (caps: Map<string, Cap>) => void) => {
    const next = new Map(caps)
    change(next)
    caps = next // At once: a lower limit must not wait for the disk.
    changed()
    await commit(() => meta.put(shelf, JSON.stringify(Object.fromEntries(next))))
  }
  return {
    all: () => caps,
    set: (key, cap) => keep((next) => next.set(key, cap)),
    clear: (key) => keep((next) => next.delete(key))
  }
}
