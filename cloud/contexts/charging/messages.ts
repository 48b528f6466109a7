import type { FactOf } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'

export type Message = {
  readonly at: string
  readonly action: string
  /** As it came: OCPP-J text, or what the edge made of a binary frame; at most 64 KiB. */
  readonly raw: string
}

type Numbered = { readonly number: number; readonly fact: FactOf<'raw.kept.v1'> }

/** Keeps what belongs to a session; a message of none stays in the event log alone. */
export async function keepMessages(tx: Tx, kept: readonly Numbered[]): Promise<void> {
  const placed = kept.filter(({ fact }) => fact.sessionId !== null)
  if (placed.length === 0) return
  await tx.query(
    `insert into session_messages (tenant_id, session_id, number, at, action, raw)
     select nova_tenant(), m.* from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[]) as m
     on conflict do nothing`,
    [
      placed.map(({ fact }) => fact.sessionId),
      placed.map(({ number }) => number),
      placed.map(({ fact }) => fact.at),
      placed.map(({ fact }) => fact.action),
      placed.map(({ fact }) => fact.raw)
    ]
  )
}

/** Messages of a session in the order in which they came, from behind the one with the number `after`. */
export const messagesOf = async (
  tx: Tx,
  sessionId: string,
  { after, limit }: { readonly after: number; readonly limit: number }
): Promise<(Message & { readonly number: number })[]> =>
  tx.query<Message & { readonly number: number }>(
    `select number, at, action, raw from session_messages where session_id = $1 and number > $2
     order by number limit $3`,
    [sessionId, after, limit]
  )
