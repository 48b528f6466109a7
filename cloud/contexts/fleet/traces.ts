import { readTrace } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'

/** Remembers to whose doing a command belongs, also one that is sent later; the first word stands. */
export const keepTrace = async (tx: Tx, commandId: string, traceparent: string): Promise<void> =>
  void (await tx.query(
    'insert into command_traces (tenant_id, command_id, traceparent) values ($1, $2, $3) on conflict do nothing',
    [tx.tenantId, commandId, traceparent]
  ))

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
