import type { FactOf } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { shown } from './facts.ts'
import type { Inside } from './needs.ts'
import type { SessionRow } from './store.ts'

type Reading = FactOf<'session.reading.v1'>

/** Registers of many sessions in one statement: nine of ten facts are these. Repetitions change nothing. */
export async function onReadings(needs: Inside, tx: Tx, facts: readonly Reading[]): Promise<void> {
  if (facts.length === 0) return
  await tx.query(
    `insert into session_readings (tenant_id, session_id, at, register_wh, trust)
     select nova_tenant(), r.* from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::text[]) as r
     on conflict do nothing`,
    [
      facts.map(({ sessionId }) => sessionId),
      facts.map(({ reading }) => reading.at),
      facts.map(({ reading }) => reading.registerWh),
      facts.map(({ reading }) => reading.trust)
    ]
  )
  const sessions = await tx.query<Pick<SessionRow, 'id' | 'driver_id'>>(
    'select id, driver_id from sessions where id = any($1)',
    [[...new Set(facts.map(({ sessionId }) => sessionId))]]
  )
  for (const session of sessions) shown(needs, tx, session)
}
