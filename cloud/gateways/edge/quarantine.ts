import { hash } from 'node:crypto'
import type { EdgeEvent, FactOf, Lane } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { plainText } from './read.ts'
import type { At } from './types.ts'

const mostBytes = 1_000_000

export type Refused = {
  readonly reason: 'unreadable' | 'altered' | 'fenced' | 'unknown-event'
  readonly detail: string
  readonly bytes: Uint8Array
  readonly lane?: Lane
  readonly first?: number
  readonly last?: number
}

/** Keeps what was refused with its bytes; the same bytes again are only counted. @returns true when they are new */
export async function quarantine(tx: Tx, siteId: string, refused: Refused): Promise<boolean> {
  const digest = hash('sha256', refused.bytes, 'hex')
  const row = await tx.one<{ times: number }>(
    `insert into edge_quarantine (tenant_id, site_id, digest, reason, detail, lane, first, last, bytes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, site_id, digest) do update set times = edge_quarantine.times + 1, last_at = now()
     returning times`,
    [
      tx.tenantId,
      siteId,
      digest,
      refused.reason,
      refused.detail,
      refused.lane ?? null,
      refused.first ?? null,
      refused.last ?? null,
      Buffer.from(refused.bytes.subarray(0, mostBytes))
    ]
  )
  return row.times === 1
}

type Fault = { readonly event: EdgeEvent; readonly because: string }

/** Events that are in the chain but not in the language: kept, shown as dead letters; the stream goes on. */
export async function quarantineEvents(tx: Tx, at: At, lane: Lane, faults: readonly Fault[]): Promise<void> {
  for (const { event, because } of faults) {
    const [sequence, key, body] = event
    const detail = because.slice(0, 500)
    await quarantine(tx, at.siteId, {
      reason: 'unknown-event',
      detail,
      lane,
      first: sequence,
      last: sequence,
      bytes: Buffer.from(JSON.stringify(event))
    })
    await tx.query(
      `insert into dead_letters (tenant_id, source, kind, key, body, error, failures) values ($1, 'edge-intake', $2, $3, $4, $5, 1)`,
      [tx.tenantId, lane, plainText(key).slice(0, 300), plainText(body), detail]
    )
  }
}

type Alarm = Pick<FactOf<'alarm.raised.v1'>, 'code' | 'severity' | 'subject' | 'detail' | 'advice'>

/** An alarm that the cloud itself raises for a site, in the words that edges use. The same trouble is one alarm. */
export async function raiseAlarm(tx: Tx, siteId: string, alarm: Alarm): Promise<void> {
  const fact: FactOf<'alarm.raised.v1'> = {
    kind: 'alarm.raised.v1',
    alarmId: uuidOf(`${siteId}\n${alarm.code}\n${alarm.subject}`),
    at: new Date().toISOString(),
    ...alarm,
    detail: alarm.detail.slice(0, 500)
  }
  await tx.emit({ kind: fact.kind, key: siteId, body: { siteId, fact, sequence: 0, epoch: 0 } })
}

/** A stable id (UUID version 8) for a text. */
function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
