/** Wall time names, monotonic time decides. */
export type Clock = {
  now(): number // Unix ms.
  instant(): string // ISO 8601 UTC.
  monotonicMs(): number // Never set back.
  after(milliseconds: number, work: () => void): { cancel(): void }
}

export const realClock: Clock = {
  now: () => Date.now(),
  instant: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  after: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds)
    return { cancel: () => clearTimeout(timer) }
  }
}
