import type { FactOf } from '@nova/shared-protocol/messages'
import { AlarmCode, Severity } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Tx } from '../../db/index.ts'
import { notFound } from '../../http/index.ts'

export const AlarmShown = z.object({
  id: z.string(),
  siteId: z.string(),
  code: AlarmCode,
  severity: Severity,
  subject: z.string(),
  detail: z.string(),
  advice: z.string(),
  sessionId: z.uuid().nullable(),
  raisedAt: z.string(),
  clearedAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable()
})
export type AlarmShown = z.infer<typeof AlarmShown>

const columns = `alarm_id as id, site_id as "siteId", code, severity, subject, detail, advice, session_id as "sessionId", raised_at as "raisedAt",
  cleared_at as "clearedAt", acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy"`

type Raised = Omit<FactOf<'alarm.raised.v1'>, 'kind'> & { readonly sessionId?: string | null }

/**
 * The same alarm again opens it anew with its latest words; one that had ended wants to be seen again. An
 * edge speaks of its own site's alarms only. @returns undefined for another's
 */
export async function raise(
  tx: Tx,
  siteId: string,
  { alarmId, code, severity, subject, detail, advice, at, sessionId = null }: Raised
): Promise<AlarmShown | undefined> {
  return tx.maybe<AlarmShown>(
    `insert into alarms (tenant_id, alarm_id, site_id, code, severity, subject, detail, advice, raised_at, session_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, alarm_id) do update
     set severity = $5, detail = $7, advice = $8, raised_at = $9, session_id = $10, cleared_at = null,
       acknowledged_at = case when alarms.cleared_at is null then alarms.acknowledged_at end,
       acknowledged_by = case when alarms.cleared_at is null then alarms.acknowledged_by end
     where alarms.site_id = $3 returning ${columns}`,
    [tx.tenantId, alarmId, siteId, code, severity, subject, detail, advice, at, sessionId]
  )
}

export async function clear(
  tx: Tx,
  siteId: string,
  { alarmId, at }: Pick<FactOf<'alarm.cleared.v1'>, 'alarmId' | 'at'>
): Promise<AlarmShown | undefined> {
  return tx.maybe<AlarmShown>(
    `update alarms set cleared_at = $2 where alarm_id = $1 and site_id = $3 returning ${columns}`,
    [alarmId, at, siteId]
  )
}

/** @throws Problem 404 */
export async function acknowledge(tx: Tx, alarmId: string, by: string): Promise<AlarmShown> {
  const alarm = await tx.maybe<AlarmShown>(
    `update alarms set acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, $2)
     where alarm_id = $1 returning ${columns}`,
    [alarmId, by]
  )
  if (!alarm) throw notFound('alarm')
  return alarm
}

export type Wanted = {
  readonly open: boolean | null
  readonly siteId: string | null
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

export async function listAlarms(tx: Tx, { open, siteId, after, limit }: Wanted): Promise<AlarmShown[]> {
  return tx.query<AlarmShown>(
    `select ${columns} from alarms where ($1::boolean is null or (cleared_at is null) = $1) and ($2::text is null or site_id = $2)
     and ($3::timestamptz is null or (raised_at, alarm_id) < ($3, $4::uuid)) order by raised_at desc, alarm_id desc limit $5`,
    [open, siteId, after?.[0] ?? null, after?.[1] ?? null, limit + 1]
  )
}
