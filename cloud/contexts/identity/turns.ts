export type Turns = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>

/** Work of the same key is done one after the other, in the order of asking; of different keys side by side. */
export function openTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return async <Value>(key: string, work: () => Promise<Value>): Promise<Value> => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
