import type pg from 'pg'

const flushMs = 60_000

/** Counts who crosses tenants and writes one line a purpose and minute: an audit that cannot slow the work. */
export function openUses(pool: pg.Pool, log: { onError(error: Error): void }) {
  let counts = new Map<string, number>()
  let since = new Date()
  const flush = async (): Promise<void> => {
    if (counts.size === 0) return
    const [taken, from] = [counts, since]
    counts = new Map()
    since = new Date()
    await pool.query(
      `insert into platform_uses (purpose, uses, since) select purpose, uses, $3
       from unnest($1::text[], $2::int[]) as t(purpose, uses)`,
      [[...taken.keys()], [...taken.values()], from]
    )
  }
  const timer = setInterval(() => void flush().catch(log.onError), flushMs)
  timer.unref()
  return {
    note: (purpose: string): void => void counts.set(purpose, (counts.get(purpose) ?? 0) + 1),
    async stop() {
      clearInterval(timer)
      await flush().catch(log.onError)
    }
  }
}
