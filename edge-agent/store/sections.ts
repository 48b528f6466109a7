import type { Database } from 'better-sqlite3'
import { Section } from '@nova/shared-protocol/messages'
import type { SiteLimit, Token } from '@nova/shared-protocol/model'
import type { AlarmRecord, Alarms, DesiredSections, Limits, Meta, Tokens } from './contract.ts'

type InCommit = (act: string) => void

/** Sections of the desired state: whole, newer replaces older. */
export function openDesired(db: Database, inCommit: InCommit): DesiredSections {
  const find = db.prepare<[string], { version: number; body: string }>(
    'select version, body from desired where section = ?'
  )
  const versions = db.prepare<[], { section: string; version: number }>(
    'select section, version from desired'
  )
  const put = db.prepare(
    `insert into desired values (?, ?, ?)
     on conflict (section) do update set version = excluded.version, body = excluded.body where excluded.version > version`
  )
  return {
    section(name) {
      const row = find.get(name)
      return row ? { version: row.version, body: JSON.parse(row.body) as unknown } : null
    },
    put(name, version, body) {
      inCommit('desired.put')
      return put.run(name, version, JSON.stringify(body)).changes > 0
    },
    versions: () =>
      Object.fromEntries(versions.all().map(({ section, version }) => [Section.parse(section), version]))
  }
}

/** Rows of one id and one JSON text: what was checked at the window comes back as it went in. Written in commits only. */
function openShelf<Thing>(
  db: Database,
  { table, id, inCommit }: { readonly table: string; readonly id: string; readonly inCommit: InCommit }
) {
  const put = db.prepare(
    `insert into ${table} values (?, ?) on conflict (${id}) do update set body = excluded.body`
  )
  const find = db.prepare<[string], { body: string }>(`select body from ${table} where ${id} = ?`)
  const list = db.prepare<[], { body: string }>(`select body from ${table} order by ${id}`)
  const remove = db.prepare(`delete from ${table} where ${id} = ?`)
  const read = (row: { readonly body: string }) => JSON.parse(row.body) as Thing
  return {
    put(name: string, thing: Thing): void {
      inCommit(`${table}.put`)
      put.run(name, JSON.stringify(thing))
    },
    find(name: string): Thing | null {
      const row = find.get(name)
      return row ? read(row) : null
    },
    list: () => list.all().map(read),
    delete(name: string): boolean {
      inCommit(`${table}.delete`)
      return remove.run(name).changes > 0
    }
  }
}

export function openLimits(db: Database, inCommit: InCommit): Limits {
  const shelf = openShelf<SiteLimit>(db, { table: 'limits', id: 'source', inCommit })
  return { list: shelf.list, put: (limit) => shelf.put(limit.source, limit), delete: shelf.delete }
}

export function openTokens(db: Database, inCommit: InCommit): Tokens {
  const shelf = openShelf<Token>(db, { table: 'tokens', id: 'uid', inCommit })
  return { ...shelf, put: (token) => shelf.put(token.uid, token) }
}

export function openAlarms(db: Database, inCommit: InCommit): Alarms {
  const shelf = openShelf<AlarmRecord>(db, { table: 'alarms', id: 'alarm_id', inCommit })
  return { open: shelf.list, put: (alarm) => shelf.put(alarm.alarmId, alarm), delete: shelf.delete }
}

/** @param random makes the instance id at the very first open of this file */
export function openMeta(db: Database, inCommit: InCommit, random: () => string): Meta {
  const find = db.prepare<[string], { value: string }>('select value from meta where name = ?')
  const put = db.prepare(
    'insert into meta values (?, ?) on conflict (name) do update set value = excluded.value'
  )
  const remove = db.prepare('delete from meta where name = ?')
  if (!find.get('instance')) put.run('instance', random())
  return {
    get instance() {
      return find.get('instance')?.value ?? ''
    },
    get: (name) => find.get(name)?.value ?? null,
    put(name, value) {
      inCommit('meta.put')
      put.run(name, value)
    },
    delete(name) {
      inCommit('meta.delete')
      remove.run(name)
    }
  }
}
