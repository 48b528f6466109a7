import { readTrace } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'

/** Remembers to whose doing a command belongs, also one that is sent later. @returns the first word, which stands */
export async function keepTrace(tx: Tx, commandId: string, traceparent: string): Promise<string> {
  const made = await tx.query(
    'insert into command_traces (tenant_id, command_id, traceparent) values ($1, $2, $3) on conflict do nothing returning 1',
    [tx.tenantId, commandId, traceparent]
  )
  return made.length > 0 ? traceparent : ((await traceOfCommand(tx, commandId)) ?? traceparent)
}

export async function traceOfCommand(tx: Tx, commandId: string): Promise<string | null> {
  const row = await tx.maybe<{ traceparent: string }>(
    'select traceparent from command_traces where command_id = $1',
    [commandId]
  )
  return row?.traceparent ?? null
}

/** For a line of the log; nothing where there is no trace. */
export const traceIdIn = (traceparent: string | null | undefined): { traceId?: string } => {
  const trace = readTrace(traceparent)
  return trace ? { traceId: trace.traceId } : {}
}
