import { SessionEnded } from '@nova/shared-protocol/messages'
import { z } from 'zod'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { cdrCorrected, CdrCorrected, cdrIssued, CdrIssued } from '../billing/events.ts'
import {
  reviewOpened,
  ReviewOpened,
  SessionBegan,
  sessionStarted,
  sessionWaived,
  SessionWaived,
  startAbandoned,
  StartAbandoned
} from '../charging/events.ts'

/** Watt-hours as decimal text: a bill's energy is not always whole. `key`: what is counted once. */
type Tally = { readonly kind: TallyKind; readonly key: string; readonly wh: string }
export type TallyKind = 'started' | 'ended' | 'abandoned' | 'review' | 'waived' | 'billed' | 'credited'

const Ended = z.object({ fact: SessionEnded })

const once = (kind: TallyKind, key: string, wh = '0'): Tally => ({ kind, key, wh })

const tallied: Readonly<Record<string, (body: unknown) => readonly Tally[]>> = {
  [sessionStarted]: (body) => [once('started', SessionBegan.parse(body).sessionId)],
  [startAbandoned]: (body) => [once('abandoned', StartAbandoned.parse(body).sessionId)],
  [sessionWaived]: (body) => [once('waived', SessionWaived.parse(body).sessionId)],
  [reviewOpened]: (body) => {
    const { sessionId } = ReviewOpened.parse(body)
    return sessionId === null ? [] : [once('review', sessionId)]
  },
  // By the edge's registers, not by what became of them here: what is never billed shows as a difference.
  [SessionEnded.shape.kind.value]: (body) => {
    const { sessionId, energyWh } = Ended.parse(body).fact
    return [once('ended', sessionId, String(energyWh ?? 0))]
  },
  [cdrIssued]: (body) => {
    const { cdrId, energyWh } = CdrIssued.parse(body)
    return [once('billed', cdrId, energyWh)]
  }
}

/** Counts what happened to sessions, with its energy: exactly once, for good, by tenant. */
export const tallyListener: Listener = {
  name: 'telemetry-tallies',
  kinds: [...Object.keys(tallied), cdrCorrected],
  async handle(tx, events) {
    const found = new Map<string, Tally>()
    for (const event of events)
      for (const tally of await tallyOf(tx, event, found)) found.set(`${tally.kind} ${tally.key}`, tally)
    if (found.size > 0) await keep(tx, [...found.values()])
  }
}

async function tallyOf(
  tx: Tx,
  { kind, body }: LoggedEvent,
  found: ReadonlyMap<string, Tally>
): Promise<readonly Tally[]> {
  if (kind !== cdrCorrected) return tallied[kind]?.(body) ?? []
  const { original, credit, replacement } = CdrCorrected.parse(body)
  const before = found.get(`billed ${original.cdrId}`)?.wh ?? (await billedBefore(tx, original.cdrId))
  const credited = once('credited', credit.cdrId, before)
  return replacement ? [credited, once('billed', replacement.cdrId, replacement.energyWh)] : [credited]
}

async function billedBefore(tx: Tx, cdrId: string): Promise<string> {
  const row = await tx.maybe<{ wh: string }>(`select wh from tallied where kind = 'billed' and key = $1`, [
    cdrId
  ])
  return row?.wh ?? '0'
}

/** A thing that is told again counts what it has grown by; the true end after an assumed one does. */
const keep = async (tx: Tx, all: readonly Tally[]): Promise<unknown> =>
  tx.query(
    `with told as (select * from unnest($1::text[], $2::text[], $3::numeric[]) as t(kind, key, wh)),
       grown as (
         select t.kind, count(*) filter (where b.key is null) as count, sum(greatest(0, t.wh - coalesce(b.wh, 0))) as wh
         from told t left join tallied b on b.kind = t.kind and b.key = t.key group by t.kind),
       kept as (
         insert into tallied (tenant_id, kind, key, wh) select nova_tenant(), kind, key, wh from told
         on conflict (tenant_id, kind, key) do update set wh = excluded.wh where excluded.wh > tallied.wh)
     insert into tallies as s (tenant_id, kind, count, wh) select nova_tenant(), kind, count, wh from grown order by kind
     on conflict (tenant_id, kind) do update set count = s.count + excluded.count, wh = s.wh + excluded.wh`,
    [all.map(({ kind }) => kind), all.map(({ key }) => key), all.map(({ wh }) => wh)]
  )

export type Total = { readonly kind: TallyKind; readonly count: number; readonly joules: string }

/** Of all tenants together; joules as decimal text. */
export const tallyTotals = async (tx: Tx): Promise<Total[]> =>
  tx.query<Total>(
    `select kind, sum(count)::bigint as count, (sum(wh) * 3600)::text as joules from tallies group by kind order by kind`
  )
