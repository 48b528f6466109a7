import { isGone } from './holder.ts'
import type { Database, Tx } from './types.ts'

const abandonedSeconds = 60 // A first call that died half-way in a process that lives frees its key then; business keys guard the rest.
const keepHours = 48

export type Begun =
  | { readonly kind: 'new' }
  | { readonly kind: 'running' }
  | { readonly kind: 'other-body' }
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly contentType: string
      readonly body: string
    }

export type Call = {
  readonly tenantId: string
  readonly caller: string
  readonly key: string
  /** It moves no money: its key is forgotten after two days. */
  readonly passing?: boolean
}

export type Idempotency = {
  /** @param requestHash of method, path and body */
  begin(call: Call, requestHash: string): Promise<Begun>
  answered(call: Call, answer: { status: number; contentType: string; body: string }): Promise<void>
  /** The call failed for a reason that may pass: the key may be used again. */
  release(call: Call): Promise<void>
  /** Forgets passing keys older than two days; what moved money is answered the same for ever. @returns how many */
  prune(): Promise<number>
}

type Row = {
  request_hash: string
  status: number | null
  content_type: string | null
  body: string | null
  abandoned: boolean
  holder: number | null
}

export function openIdempotency(database: Pick<Database, 'tenant' | 'platform' | 'holder'>): Idempotency {
  return {
    begin: async (call, requestHash) =>
      database.tenant(call.tenantId, async (tx) => begin(tx, call, { requestHash, holder: database.holder })),
    answered: async (call, { status, contentType, body }) =>
      database.tenant(call.tenantId, async (tx) => {
        await tx.query(
          `update idempotency_keys set status = $4, content_type = $5, body = $6
           where tenant_id = $1 and caller = $2 and key = $3`,
          [...idOf(call), status, contentType, body]
        )
      }),
    release: async (call) =>
      database.tenant(call.tenantId, async (tx) => {
        await tx.query(
          'delete from idempotency_keys where tenant_id = $1 and caller = $2 and key = $3 and status is null',
          idOf(call)
        )
      }),
    prune: async () =>
      database.platform('prune idempotency keys', async (tx) => {
        const gone = await tx.query(
          `delete from idempotency_keys where not lasting and begun_at < now() - interval '${keepHours} hours' returning 1`
        )
        return gone.length
      })
  }
}

const idOf = ({ tenantId, caller, key }: Call): readonly string[] => [tenantId, caller, key]

type First = { readonly requestHash: string; readonly holder: number }

async function begin(tx: Tx, call: Call, { requestHash, holder }: First): Promise<Begun> {
  const made = await tx.query(
    `insert into idempotency_keys (tenant_id, caller, key, request_hash, lasting, holder) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning 1`,
    [...idOf(call), requestHash, call.passing !== true, holder]
  )
  if (made.length > 0) return { kind: 'new' }
  const row = await tx.maybe<Row>(
    `select *, begun_at < now() - interval '${abandonedSeconds} seconds' as abandoned from idempotency_keys
     where tenant_id = $1 and caller = $2 and key = $3 for update`,
    idOf(call)
  )
  if (!row) return { kind: 'running' } // Released between the two statements: the caller may try again.
  if (row.request_hash !== requestHash) return { kind: 'other-body' }
  const { status, content_type: contentType, body } = row
  if (status !== null) return { kind: 'answered', status, contentType: contentType ?? '', body: body ?? '' }
  if (!row.abandoned && !(await isOrphaned(tx, row.holder, holder))) return { kind: 'running' }
  await tx.query(
    'update idempotency_keys set begun_at = now(), holder = $4 where tenant_id = $1 and caller = $2 and key = $3',
    [...idOf(call), holder]
  )
  return { kind: 'new' }
}

/** Begun by a process that is gone: nobody will ever answer. */
const isOrphaned = async (tx: Tx, by: number | null, own: number): Promise<boolean> =>
  by !== null && by !== own && isGone(tx, by)
