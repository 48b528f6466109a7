import type { FactOf } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { sessionBillable } from './events.ts'
import { shown } from './facts.ts'
import { idleEnds, tellIdle } from './idle.ts'
import type { Inside } from './needs.ts'
import type { SessionRow } from './store.ts'

type Gone = Pick<SessionRow, 'id' | 'site_id' | 'driver_id' | 'status' | 'cdr_id' | 'waived'>

/** The vehicle has left: what its time there costs is known, and the bill that waited for it is due. */
export async function onLeft(
  needs: Inside,
  tx: Tx,
  { sessionId, at }: FactOf<'session.left.v1'>
): Promise<void> {
  const [session] = await tx.query<Gone & { readonly waited: boolean }>(
    `with before as (select id, standing from sessions where id = $1 for update)
     update sessions s set left_at = $2, standing = false, standing_until = null from before b
     where s.id = b.id and s.left_at is null and s.cdr_id is null
     returning s.id, s.site_id, s.driver_id, s.status, s.cdr_id, s.waived, b.standing as waited`,
    [sessionId, at]
  )
  if (!session) return
  await idleEnds(tx, sessionId)
  if (session.waited && session.status === 'ended' && !session.waived) await due(tx, session)
  shown(needs, tx, session)
}

const due = async (
  tx: Tx,
  { id: sessionId, site_id: siteId }: Pick<SessionRow, 'id' | 'site_id'>
): Promise<unknown> =>
  tx.emit({ kind: sessionBillable, key: sessionId, body: { sessionId, siteId, statedEnergyWh: null } })

/** Nobody has told whether the vehicle left: its time there is billed to nobody, what it charged is. */
async function endWaits(tx: Tx): Promise<number> {
  const late = await tx.query<
    Pick<SessionRow, 'id' | 'site_id' | 'status' | 'waived'> & { tenant_id: string }
  >(
    `update sessions set standing = false, standing_until = null
     where (tenant_id, id) in (select tenant_id, id from sessions where standing_until <= now()
       order by standing_until limit 100 for update skip locked)
     returning tenant_id, id, site_id, status, waived`
  )
  for (const { tenant_id: tenantId, id: sessionId, site_id: siteId, status, waived } of late)
    if (status === 'ended' && !waived)
      await tx.emit({
        kind: sessionBillable,
        key: sessionId,
        tenantId,
        body: { sessionId, siteId, statedEnergyWh: null }
      })
  return late.length
}

/** What is due of vehicles that stand there, of every tenant: drivers are told, waits end. @returns how many */
export const seeToStanding = async (tx: Tx): Promise<number> => (await tellIdle(tx)) + (await endWaits(tx))
