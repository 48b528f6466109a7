import type { Tx } from '../../db/index.ts'
import { keptOf, withLongHolds, type StatementLine } from './long-holds.ts'
import type { Metered, SiteBalance } from './meters.ts'
import type { Movement } from './model.ts'
import type { Needs, Span } from './needs.ts'
import type { Books } from './reconcile.ts'
import type { StatementRow, StatementSource } from './statements.ts'

export const dayBefore = (date: string): string => shifted(date, -1)
export const dayAfter = (date: string): string => shifted(date, 1)
const shifted = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString()

/** The instants at which a date begins and ends in a zone. */
export function spanOf(date: string, timeZone: string, days = 1): Span {
  const begin = Temporal.PlainDate.from(date).toZonedDateTime(timeZone)
  return { from: begin.toInstant().toString(), to: begin.add({ days }).toInstant().toString() }
}

/** A statement of one day with the tenant's own lines. */
export type Statement = {
  readonly provider: string
  readonly date: string
  readonly rows: readonly StatementRow[]
}

/** The three books of a date as they stand now. Money reaches a day further, see `compareMoney`. */
export async function openBooks(
  needs: Needs,
  tx: Tx,
  { date, statements }: { readonly date: string; readonly statements: readonly Statement[] }
): Promise<Books> {
  const movements: Movement[] = []
  for (const source of needs.statements) movements.push(...(await movementsOf(tx, source, date)))
  const lines = statements.flatMap((statement) => linesOf(needs, statement))
  return {
    date,
    movements,
    lines: keptOf(needs, movements, await withLongHolds(needs, tx, { movements, lines })),
    sessions: await meteredOf(needs, tx, date),
    sites: await balancesOf(needs, tx, date)
  }
}

type MovementSeen = Omit<Movement, 'day' | 'reference'> & { readonly paymentId: string; readonly at: string }

async function movementsOf(
  tx: Tx,
  { provider, timeZone }: StatementSource,
  date: string
): Promise<Movement[]> {
  const { from, to } = spanOf(dayBefore(date), timeZone, 3)
  const rows = await tx.query<MovementSeen>(
    `select id, kind, payment_id as "paymentId", session_id as "sessionId", provider, currency,
       amount_minor as "amountMinor", state, at
     from reconciliation_movements where provider = $1 and at >= $2 and at < $3 order by at, id, kind`,
    [provider, from, to]
  )
  return rows.map(({ at, paymentId, ...row }) => ({
    ...row,
    reference: paymentId,
    day: dateIn(at, timeZone)
  }))
}

const dateIn = (at: string, timeZone: string): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString()

function linesOf({ statements }: Needs, { provider, date, rows }: Statement): StatementLine[] {
  const source = statements.find((each) => each.provider === provider)
  return rows.map(({ orderReference, ...row }) => {
    const paymentId = source?.ownerOf(orderReference)?.paymentId
    return { ...row, provider, day: date, reference: paymentId ?? orderReference }
  })
}

type Billed = Omit<Metered, 'signing' | 'provenWh' | 'ratingW'> & { readonly connectorId: string | null }

async function meteredOf(needs: Needs, tx: Tx, date: string): Promise<Metered[]> {
  const { from, to } = spanOf(date, 'UTC')
  const rows = await tx.query<Billed>(
    `select s.session_id as "sessionId", s.site_id as "siteId", s.connector_id as "connectorId",
       s.started_at as "startedAt", s.ended_at as "endedAt", s.register_start_wh as "registerStartWh",
       s.register_stop_wh as "registerStopWh", s.billed_wh as "billedWh", s.is_stated as "isStated", s.currency,
       s.total_minor as "totalMinor", coalesce(m.taken, 0)::bigint as "takenMinor", coalesce(m.captures, 0)::int as captures
     from reconciliation_sessions s
     left join lateral (
       select sum(case kind when 'capture' then amount_minor else 0 - amount_minor end) as taken,
         count(*) filter (where kind = 'capture') as captures
       from reconciliation_movements m
       where m.session_id = s.session_id and m.state = 'moved' and m.currency = s.currency) m on true
     where s.billed_at >= $1 and s.billed_at < $2 order by s.billed_at, s.session_id`,
    [from, to]
  )
  const proofs = await needs.proofs(
    tx,
    rows.map(({ sessionId, connectorId, startedAt }) => {
      return { sessionId, startedAt, chargerId: connectorId?.replace(/:\d+:\d+$/, '') ?? null }
    })
  )
  const ratings = await ratingsOf(needs, tx, rows)
  return rows.map(({ connectorId, ...row }) => ({
    ...row,
    ...(proofs.get(row.sessionId) ?? { signing: 'none', provenWh: null }),
    ratingW: ratings.get(connectorId) ?? null
  }))
}

async function ratingsOf(
  needs: Needs,
  tx: Tx,
  rows: readonly Billed[]
): Promise<Map<string | null, number | null>> {
  const found = new Map<string | null, number | null>()
  for (const { connectorId } of rows)
    if (connectorId !== null && !found.has(connectorId))
      found.set(connectorId, await needs.ratingW(tx, connectorId))
  return found
}

/** Sessions that lie within the date alone: what reached into it from yesterday came in yesterday. */
async function balancesOf(needs: Needs, tx: Tx, date: string): Promise<SiteBalance[]> {
  const span = spanOf(date, 'UTC')
  const metered = await needs.meteredWh(tx, span)
  const sold = await tx.query<{ siteId: string; soldWh: number }>(
    `select site_id as "siteId", floor(sum(billed_wh::numeric))::bigint as "soldWh" from reconciliation_sessions
     where billed_at is not null and started_at >= $1 and ended_at < $2 group by site_id`,
    [span.from, span.to]
  )
  return sold.map(({ siteId, soldWh }) => ({ siteId, soldWh, metersWh: metered.get(siteId) ?? null }))
}
