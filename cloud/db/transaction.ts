import pg from 'pg'
import { listsAsText } from './arrays.ts'
import { partitionOf } from './partition.ts'
import { preparedName } from './prepared.ts'
import type { NewEvent, TransactionOptions, Tx } from './types.ts'

const statementMs = 15_000

export type Scope = { readonly kind: 'tenant'; readonly tenantId: string } | { readonly kind: 'platform' }

/** What `run` hands to its caller besides the value. */
export type Open = { readonly tx: Tx; readonly committed: (() => void)[] }

/** One round trip: begin, role, tenant and time-out. The role is not the owner and cannot bypass policies. */
export function beginText(scope: Scope, options: TransactionOptions): string {
  const timeout = Math.round(options.statementMs ?? statementMs)
  return `begin isolation level ${options.isolation ?? 'read committed'}; ${scopeText(scope)}; set local statement_timeout = ${timeout}`
}

/** Changes whose rows the rest of the transaction sees. */
export function scopeText(scope: Scope): string {
  const tenant = scope.kind === 'tenant' ? scope.tenantId : ''
  // Two layers that do not lean on each other: the tables' own policies, and views that show the tenant's rows alone.
  const [role, path] = scope.kind === 'tenant' ? ['nova_app', 'scoped, public'] : ['nova_platform', 'public']
  return `set local role ${role}; set local search_path = ${path}; select set_config('nova.tenant', ${pg.escapeLiteral(tenant)}, true)`
}

/** The caller's view of an open transaction. */
export function txOn(client: pg.ClientBase, scope: Scope, committed: (() => void)[]): Tx {
  const query = async <Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> => {
    const result = await client.query<Row>(statement(client, scope, { sql, values }))
    return result.rows
  }
  const maybe = async <Row extends object>(sql: string, values?: readonly unknown[]) => {
    const rows = await query<Row>(sql, values)
    if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}: ${sql.slice(0, 200)}`)
    return rows[0]
  }
  return {
    tenantId: scope.kind === 'tenant' ? scope.tenantId : null,
    query,
    maybe,
    async one<Row extends object>(sql: string, values?: readonly unknown[]) {
      const row = await maybe<Row>(sql, values)
      if (row === undefined) throw new Error(`expected one row, got none: ${sql.slice(0, 200)}`)
      return row
    },
    async emit(...events) {
      if (events.length > 0)
        await append(
          client,
          scope,
          events.map((event) => ({ ...event, text: JSON.stringify(event.body) }))
        )
    },
    async emitTexts(key, events) {
      if (events.length > 0)
        await append(
          client,
          scope,
          events.map((event) => ({ ...event, key }))
        )
    },
    afterCommit: (act) => void committed.push(act)
  }
}

type Said = { readonly sql: string; readonly values: readonly unknown[] | undefined }

function statement(client: pg.ClientBase, scope: Scope, { sql, values }: Said): pg.QueryConfig {
  if (!values) return { text: sql } // May be several in one.
  const name = preparedName(client, scope.kind, sql)
  return { text: sql, values: listsAsText(values), ...(name === undefined ? {} : { name }) }
}

type Entry = Omit<NewEvent, 'body'> & { readonly text: string }

const appendText = `insert into events (tenant_id, partition, kind, key, body)
  select * from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::jsonb[])`

async function append(client: pg.ClientBase, scope: Scope, events: readonly Entry[]): Promise<void> {
  const tenantOf = (event: Entry): string | null => {
    if (scope.kind === 'platform') return event.tenantId ?? null
    if (event.tenantId !== undefined && event.tenantId !== scope.tenantId)
      throw new Error(`an event of tenant ${event.tenantId} in a transaction of ${scope.tenantId}`)
    return scope.tenantId
  }
  const values = [
    events.map(tenantOf),
    events.map(({ key }) => partitionOf(key)),
    events.map(({ kind }) => kind),
    events.map(({ key }) => key),
    events.map(({ text }) => text)
  ]
  await client.query(statement(client, scope, { sql: appendText, values }))
}
