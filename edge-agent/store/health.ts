import type { StoreFault, StoreHealth } from './contract.ts'

type State = Pick<StoreHealth, 'state' | 'fault' | 'since'>

export type HealthBook = {
  /** The outcome of a batch: null is a commit that stood. */
  tell(fault: StoreFault | null, reserveInUse: boolean): void
  state(): State
  onChange(listener: () => void): void
}

/** What to think of the disk, from the last commit. `overloaded` and our own bugs say nothing of the disk. */
export function openHealthBook(now: () => number): HealthBook {
  const listeners: (() => void)[] = []
  let current: State = { state: 'good', fault: null, since: instant(now()) }

  return {
    tell(fault, reserveInUse) {
      const state = fault ? 'failing' : reserveInUse ? 'low' : 'good'
      if (state === current.state && fault === current.fault) return
      current = { state, fault, since: instant(now()) }
      for (const listener of listeners) listener()
    },
    state: () => current,
    onChange: (listener) => void listeners.push(listener)
  }
}

export const instant = (unixMs: number): string => new Date(unixMs).toISOString()
