import type { Database } from 'better-sqlite3'
import { isFinal, type CommandStatus } from '@nova/shared-protocol/messages'
import type { CommandRecord, Commands, CommandStep, NewCommand } from './contract.ts'

type Row = {
  readonly id: string
  readonly counter: number | null
  readonly issuer: string
  readonly charger_id: string
  readonly action: string
  readonly payload: string
  readonly issued_at: string
  readonly expires_at: string
  readonly status: CommandStatus
  readonly result: string | null
  readonly error: string | null
  readonly history: string
}

export type CommandStore = Commands & {
  /** Forgets ended commands received before `olderThan`; their counters stay used up. @returns how many */
  prune(olderThan: string, limit: number): number
}

/** Ids and counters of commands outlive the act, so that none is done twice (reliability N5). */
export function openCommands(db: Database, inCommit: (act: string) => void): CommandStore {
  const sql = statements(db)

  return {
    remember(command, at) {
      inCommit('remember')
      const before = used(sql, command)
      if (before) return before
      sql.insert.run(...columnsOf(command, at))
      return 'new'
    },
    progress(id, step) {
      inCommit('progress')
      const row = sql.find.get(id)
      if (!row || isFinal(row.status)) return false
      sql.progress.run(step.status, text(step.result), step.error ?? null, withStep(row.history, step), id)
      return true
    },
    find(id) {
      const row = sql.find.get(id)
      return row ? record(row) : null
    },
    open: () => sql.open.all().map(record),
    recent: (limit) => sql.recent.all(limit).map(record),
    prune(olderThan, limit) {
      inCommit('prune')
      return forget(sql, olderThan, limit)
    }
  }
}

type Statements = ReturnType<typeof statements>

function used(sql: Statements, command: NewCommand): 'seen' | 'stale' | undefined {
  if (sql.find.get(command.id)) return 'seen'
  if (command.counter === null) return undefined
  return command.counter <= floorOf(sql) || sql.byCounter.get(command.counter) ? 'stale' : undefined
}

function forget(sql: Statements, olderThan: string, limit: number): number {
  const old = sql.old.all(olderThan, limit)
  const highest = Math.max(0, ...old.map(({ counter }) => counter ?? 0))
  if (highest > floorOf(sql)) sql.setFloor.run(String(highest))
  for (const { id } of old) sql.delete.run(id)
  return old.length
}

const floorOf = (sql: Statements): number => Number(sql.floor.get()?.value ?? 0)

function columnsOf(command: NewCommand, at: string) {
  const { id, counter, issuer, chargerId, action, payload, issuedAt, expiresAt } = command
  const history = JSON.stringify([{ status: 'queued', at }])
  return [
    id,
    counter,
    issuer,
    chargerId,
    action,
    JSON.stringify(payload) ?? 'null',
    issuedAt,
    expiresAt,
    at,
    history
  ]
}

const text = (value: unknown): string | null => (value === undefined ? null : (JSON.stringify(value) ?? null))

function withStep(history: string, { status, at }: CommandStep): string {
  return JSON.stringify([...(JSON.parse(history) as CommandRecord['history']), { status, at }])
}

function record(row: Row): CommandRecord {
  return {
    id: row.id,
    counter: row.counter,
    issuer: row.issuer,
    chargerId: row.charger_id,
    action: row.action,
    payload: JSON.parse(row.payload) as unknown,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    status: row.status,
    result: row.result === null ? null : (JSON.parse(row.result) as unknown),
    error: row.error,
    history: JSON.parse(row.history) as CommandRecord['history']
  }
}

function statements(db: Database) {
  const columns =
    'id, counter, issuer, charger_id, action, payload, issued_at, expires_at, status, result, error, history'
  return {
    find: db.prepare<[string], Row>(`select ${columns} from commands where id = ?`),
    byCounter: db.prepare<[number], unknown>('select 1 from commands where counter = ?'),
    insert: db.prepare(
      `insert into commands (id, counter, issuer, charger_id, action, payload, issued_at, expires_at, received_at, status, history)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)`
    ),
    progress: db.prepare('update commands set status = ?, result = ?, error = ?, history = ? where id = ?'),
    open: db.prepare<[], Row>(
      `select ${columns} from commands where status in ('queued', 'sent') order by received_at`
    ),
    recent: db.prepare<[number], Row>(`select ${columns} from commands order by rowid desc limit ?`),
    old: db.prepare<[string, number], { id: string; counter: number | null }>(
      `select id, counter from commands where status not in ('queued', 'sent') and received_at < ? order by rowid limit ?`
    ),
    delete: db.prepare('delete from commands where id = ?'),
    floor: db.prepare<[], { value: string }>(`select value from meta where name = 'command-counter-floor'`),
    setFloor: db.prepare(
      `insert into meta values ('command-counter-floor', ?) on conflict (name) do update set value = excluded.value`
    )
  }
}
