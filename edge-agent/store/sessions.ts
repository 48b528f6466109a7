import type { Database } from 'better-sqlite3'
import type { ReservationRecord, Reservations, SessionQuery, SessionRow, Sessions } from './contract.ts'

type Row = {
  readonly session_id: string
  readonly charger_id: string
  readonly evse_id: number
  readonly connector_id: number
  readonly transaction_id: string
  readonly start_key: string
  readonly token_uid: string
  readonly status: SessionRow['status']
  readonly started_at: string
  readonly body: string
}

type InCommit = (act: string) => void

/** What one page of a list may hold at the most. */
const longestList = 1_000

export type SessionStore = Sessions & {
  /** Forgets sessions that ended long ago; a repeated message of theirs would then be a new one. */
  prune(startedBefore: string, limit: number): number
}

export function openSessions(db: Database, inCommit: InCommit): SessionStore {
  const sql = statements(db)
  const found = (row: Row | undefined) => (row ? session(row) : null)
  return {
    put(row) {
      inCommit('sessions.put')
      putRow(sql, row)
    },
    find: (sessionId) => found(sql.find.get(sessionId)),
    byStartKey: (startKey) => found(sql.byStartKey.get(startKey)),
    byTransaction: (chargerId, transactionId) => found(sql.byTransaction.get(chargerId, transactionId)),
    open: () => sql.open.all().map(session),
    query: (query) => select(sql, query).map(session),
    keep(shelf, id, body) {
      inCommit('sessions.keep')
      sql.keep.run(shelf, id, body)
    },
    drop(shelf, id) {
      inCommit('sessions.drop')
      sql.drop.run(shelf, id)
    },
    kept: (shelf) => sql.kept.all(shelf),
    prune(startedBefore, limit) {
      inCommit('sessions.prune')
      return sql.prune.run(startedBefore, limit).changes
    }
  }
}

function putRow(sql: ReturnType<typeof statements>, row: SessionRow): void {
  if (sql.update.run(row.status, row.body, row.sessionId).changes === 0) sql.insert.run(row)
}

export type ReservationStore = Reservations & {
  /** Forgets all but the newest ones. */
  prune(): void
}

export function openReservations(db: Database, inCommit: InCommit): ReservationStore {
  const put = db.prepare(
    `insert into reservations values (?, ?, ?) on conflict (charger_id, reservation_id) do update set body = excluded.body`
  )
  const find = db.prepare<[string, number], { body: string }>(
    'select body from reservations where charger_id = ? and reservation_id = ?'
  )
  const list = db.prepare<[number], { body: string }>(
    'select body from reservations order by rowid desc limit ?'
  )
  const prune = db.prepare(
    'delete from reservations where rowid <= (select max(rowid) from reservations) - ?'
  )
  const read = ({ body }: { readonly body: string }) => JSON.parse(body) as ReservationRecord
  return {
    put(reservation) {
      inCommit('reservations.put')
      put.run(reservation.chargerId, reservation.reservationId, JSON.stringify(reservation))
    },
    find(chargerId, reservationId) {
      const row = find.get(chargerId, reservationId)
      return row ? read(row) : null
    },
    list: () => list.all(longestList).map(read),
    prune() {
      inCommit('reservations.prune')
      prune.run(longestList)
    }
  }
}

/** The narrowest column decides the index; a table of some ten thousand rows needs no more. */
function select(sql: ReturnType<typeof statements>, query: SessionQuery): Row[] {
  const { chargerId = null, tokenUid = null, status = null } = query
  const review = query.review === undefined ? null : Number(query.review)
  const limit = Math.min(Math.max(query.limit, 1), longestList)
  return sql.query.all({ chargerId, tokenUid, status, review, limit })
}

function session(row: Row): SessionRow {
  return {
    sessionId: row.session_id,
    chargerId: row.charger_id,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    transactionId: row.transaction_id,
    startKey: row.start_key,
    tokenUid: row.token_uid,
    status: row.status,
    startedAt: row.started_at,
    body: row.body
  }
}

function statements(db: Database) {
  type Query = Readonly<Record<'chargerId' | 'tokenUid' | 'status', string | null>> & {
    readonly review: number | null
    readonly limit: number
  }
  const all = 'select * from sessions'
  return {
    // Only these two change in a session's life: the row stays in its place, the indexes untouched.
    update: db.prepare('update sessions set status = ?, body = ? where session_id = ?'),
    insert: db.prepare<[SessionRow]>(
      `insert into sessions values (:sessionId, :chargerId, :evseId, :connectorId, :transactionId,
        :startKey, :tokenUid, :status, :startedAt, :body)`
    ),
    find: db.prepare<[string], Row>(`${all} where session_id = ?`),
    byStartKey: db.prepare<[string], Row>(`${all} where start_key = ?`),
    byTransaction: db.prepare<[string, string], Row>(`${all} where charger_id = ? and transaction_id = ?`),
    open: db.prepare<[], Row>(`${all} where status <> 'ended' order by started_at`),
    query: db.prepare<[Query], Row>(
      `${all} where (:chargerId is null or charger_id = :chargerId) and (:tokenUid is null or token_uid = :tokenUid)
        and (:status is null or status = :status)
        and (:review is null or (json_array_length(body, '$.review') > 0) = :review) order by started_at desc limit :limit`
    ),
    keep: db.prepare(
      'insert into shelf values (?, ?, ?) on conflict (shelf, id) do update set body = excluded.body'
    ),
    drop: db.prepare('delete from shelf where shelf = ? and id = ?'),
    kept: db.prepare<[string], { id: string; body: string }>(
      'select id, body from shelf where shelf = ? order by rowid'
    ),
    prune: db.prepare(
      `delete from sessions where rowid in
        (select rowid from sessions where started_at < ? and status = 'ended' order by started_at limit ?)`
    )
  }
}
