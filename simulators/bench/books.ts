import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

const consumedWithinMs = 600_000
const askEveryMs = 250 // Rarely: the question itself costs the server a few milliseconds.

/** The cloud's database seen from outside: how far its readers are, and whether all that came was good. */
export type Books = {
  /** Resolves when every listener has read the whole log. */
  consumed(): Promise<void>
  /** @throws Error when something was refused or given up: then the figure is worth nothing */
  clean(): Promise<void>
  close(): Promise<void>
}

export async function openBooks(databaseUrl: string): Promise<Books> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const isBehind = async (): Promise<boolean> => {
    const { rows } = await client.query<{ behind: boolean }>(behindText)
    return rows[0]?.behind ?? true
  }
  return {
    async consumed() {
      const until = performance.now() + consumedWithinMs
      while (await isBehind()) {
        if (performance.now() > until) throw new Error(`the readers were not done in ${consumedWithinMs} ms`)
        await wait(askEveryMs)
      }
    },
    async clean() {
      const { rows } = await client.query<{ source: string; error: string }>(
        `select 'quarantine' as source, detail as error from edge_quarantine union all
         select source, left(error, 300) from dead_letters limit 5`
      )
      if (rows.length > 0) throw new Error(`not everything was taken: ${JSON.stringify(rows)}`)
      const { rows: lost } = await client.query(lostText)
      if (lost.length > 0) throw new Error(`facts without their effect: ${JSON.stringify(lost)}`)
    },
    close: () => client.end()
  }
}

const behindText = `select exists (
  select from (select distinct listener from event_cursors) l
  cross join generate_series(0, 63) as p(partition)
  left join event_cursors c on c.listener = l.listener and c.partition = p.partition
  where exists (select from events e where e.partition = p.partition
    and (e.xid, e.id) > (coalesce(c.xid, '0'::xid8), coalesce(c.event_id, 0)))) as behind`

// Per transaction, so that a lost batch shows by its bounds.
const lostText = `select xid::text, count(*)::int as facts, min(id)::int as first, max(id)::int as last from events
  where kind in ('session.started.v1', 'session.ended.v1') and not exists (
    select from sessions s where s.id = (body -> 'fact' ->> 'sessionId')::uuid
      and (kind = 'session.started.v1' or s.status in ('ended', 'review'))) group by 1 order by 1 limit 20`
