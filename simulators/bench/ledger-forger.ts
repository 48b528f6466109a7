import pg from 'pg'
import {
  digestOf,
  hashOf,
  readTransfer,
  verifyChain,
  type Tx,
  type Verdict,
  type Witness
} from '@nova/cloud/ledger'

/** A superuser who changes rows behind the ledger's back; what it does is undone when it was looked at. */
export type Forger = {
  /** Flips one byte of one row of the tenant; @returns what it did, where, and what verification then says */
  flip(chance: () => number): Promise<Forged>
  /** Changes a transfer and then computes every digest and hash behind it anew, and the head. */
  rewrite(chance: () => number): Promise<Forged>
  close(): Promise<void>
}

export type Forged = { readonly what: string; readonly sequence: number; readonly verdict: Verdict }

type Target = { readonly table: string; readonly key: string; readonly columns: readonly string[] }

const targets: readonly Target[] = [
  {
    table: 'ledger_transfers',
    key: 'sequence',
    columns: [
      'tenant_id',
      'sequence',
      'key',
      'digest',
      'kind',
      'phase',
      'resolves',
      'currency',
      'session_id',
      'memo',
      'at',
      'hash'
    ]
  },
  {
    table: 'ledger_entries',
    key: 'sequence',
    columns: ['tenant_id', 'sequence', 'line', 'account_id', 'amount_minor']
  },
  {
    table: 'ledger_accounts',
    key: 'id',
    columns: ['tenant_id', 'id', 'currency', 'party', 'purpose', 'created_at', 'seal']
  },
  {
    table: 'ledger_guarded',
    key: 'account_id',
    columns: ['tenant_id', 'account_id', 'balance_minor', 'pending_minor']
  },
  { table: 'ledger_heads', key: 'sequence', columns: ['tenant_id', 'sequence', 'hash'] },
  {
    table: 'ledger_contracts',
    key: 'id',
    columns: ['tenant_id', 'id', 'site_id', 'valid_from', 'shares', 'created_at', 'seal']
  }
]

export async function openForger(url: string, tenantId: string, witness: Witness): Promise<Forger> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' })
  await client.connect()
  await unguard(client)
  const look = async (what: string, sequence: number): Promise<Forged> => {
    await client.query(`set local role nova_app; select set_config('nova.tenant', '${tenantId}', true)`)
    return { what, sequence, verdict: await verifyChain(txOn(client, tenantId), witness) }
  }
  const undone = async (forge: () => Promise<Forged>): Promise<Forged> => {
    await client.query('begin')
    try {
      return await forge()
    } finally {
      await client.query('rollback')
    }
  }
  return {
    flip: async (chance) =>
      undone(async () => {
        const { what, sequence } = await flipOne(client, tenantId, chance)
        return look(what, sequence)
      }),
    rewrite: async (chance) =>
      undone(async () => {
        const sequence = await rewriteFrom(client, tenantId, chance)
        return look('chain rewritten', sequence)
      }),
    close: async () => client.end()
  }
}

/** What a superuser can take away: constraints and triggers would refuse some of the changes. */
async function unguard(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `select format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) as sql
     from pg_constraint where conrelid::regclass::text like 'ledger\\_%' and contype in ('c', 'f')`
  )
  for (const { sql } of rows) await client.query(sql)
  await client.query('set session_replication_role = replica')
}

const pick = <Value>(values: readonly Value[], chance: () => number): Value => {
  const value = values[Math.floor(chance() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

type Row = {
  readonly place: string
  readonly value: string
  readonly type: string
  readonly sequence: string
}

async function flipOne(
  client: pg.Client,
  tenantId: string,
  chance: () => number
): Promise<{ what: string; sequence: number }> {
  for (;;) {
    const { table, columns } = pick(targets, chance)
    const column = pick(columns, chance)
    const { rows } = await client.query<Row>(
      `select r.ctid::text as place, r.${column}::text as value, pg_typeof(r.${column})::text as type,
         ${table === 'ledger_transfers' || table === 'ledger_entries' ? 'r.sequence::text' : `''`} as sequence
       from ${table} r where tenant_id = $1 and r.${column} is not null`,
      [tenantId]
    )
    if (rows.length === 0) continue
    const row = pick(rows, chance)
    const changed = flipped(row, chance)
    if (changed === undefined) continue
    const now = await attempt(
      client,
      `update ${table} set ${column} = $1::${row.type} where ctid = $2::tid returning ${column}::text as value`,
      [changed, row.place]
    )
    if (now !== undefined && now !== row.value)
      return { what: `${table}.${column}: ${row.value} → ${changed}`, sequence: Number(row.sequence) }
  }
}

/** The type itself refuses some bytes, a unique index some others, and a few are below what a column keeps. */
async function attempt(
  client: pg.Client,
  sql: string,
  values: readonly string[]
): Promise<string | undefined> {
  await client.query('savepoint forged')
  try {
    const { rows } = await client.query<{ value: string }>(sql, [...values])
    return rows[0]?.value
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    await client.query('rollback to forged')
    return undefined
  }
}

/** One byte of the value as it is stored; undefined when the byte makes the same value or none of its type. */
function flipped({ value, type }: Row, chance: () => number): string | undefined {
  const bit = 1n << BigInt(Math.floor(chance() * 8))
  const byte = Math.floor(chance() * 8)
  if (type === 'bigint' || type === 'smallint') {
    const width = type === 'bigint' ? 64 : 16
    return String(BigInt.asIntN(width, BigInt(value) ^ (bit << BigInt((byte * 8) % width))))
  }
  if (type.startsWith('timestamp')) return flippedInstant(value, bit << BigInt((byte % 6) * 8))
  if (type === 'jsonb') return value.replace(/\d/, (digit) => String((Number(digit) + 1) % 10))
  const changed = flippedText(value, Math.floor(chance() * value.length), Number(bit))
  const isSame = type === 'uuid' && changed?.toLowerCase() === value.toLowerCase()
  return isSame ? undefined : changed
}

function flippedText(value: string, at: number, mask: number): string | undefined {
  const code = value.charCodeAt(at) ^ mask
  const isPlain = code >= 32 && code < 127
  return isPlain ? `${value.slice(0, at)}${String.fromCharCode(code)}${value.slice(at + 1)}` : undefined
}

/** An instant is stored as microseconds; `2026-11-21 10:00:00.123456+00` as text. */
function flippedInstant(value: string, mask: bigint): string | undefined {
  const [, date = '', time = '', parts = ''] = /^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/.exec(value) ?? []
  const micros = BigInt(Date.parse(`${date}T${time}Z`)) * 1_000n + BigInt(parts.padEnd(6, '0'))
  const changed = micros ^ mask
  const at = new Date(Number(changed / 1_000n))
  const isWritable = !Number.isNaN(at.getTime()) && at.getUTCFullYear() > 0 && at.getUTCFullYear() < 10_000
  return isWritable
    ? at.toISOString().replace('Z', `${String(changed % 1_000n).padStart(3, '0')}Z`)
    : undefined
}

async function rewriteFrom(client: pg.Client, tenantId: string, chance: () => number): Promise<number> {
  const tx = txOn(client, tenantId)
  const { rows } = await client.query<{ last: string }>(
    'select max(sequence)::text as last from ledger_transfers where tenant_id = $1',
    [tenantId]
  )
  const last = Number(rows[0]?.last)
  const from = 1 + Math.floor(chance() * last)
  const scope = `set local role nova_app; select set_config('nova.tenant', '${tenantId}', true)`
  await client.query(
    `update ledger_transfers set memo = memo || '!' where tenant_id = $1 and sequence = $2`,
    [tenantId, from]
  )
  const before = await client.query<{ hash: string }>(
    'select hash from ledger_transfers where tenant_id = $1 and sequence = $2',
    [tenantId, from - 1]
  )
  let hash = before.rows[0]?.hash ?? '0'.repeat(64)
  for (let sequence = from; sequence <= last; sequence++) {
    await client.query(scope)
    const transfer = await readTransfer(tx, sequence)
    await client.query('reset role')
    if (!transfer) throw new Error(`no transfer ${sequence}`)
    const digest = digestOf(transfer)
    hash = hashOf(hash, { tenantId, sequence, at: instant(transfer.at), digest })
    await client.query(
      'update ledger_transfers set digest = $3, hash = $4 where tenant_id = $1 and sequence = $2',
      [tenantId, sequence, digest, hash]
    )
  }
  await client.query('update ledger_heads set hash = $2 where tenant_id = $1', [tenantId, hash])
  return from
}

const instant = (at: unknown): string => new Date(at instanceof Date ? at : String(at)).toISOString()

function txOn(client: pg.Client, tenantId: string): Tx {
  const query: Tx['query'] = async <Row extends object>(sql: string, values?: readonly unknown[]) =>
    (await client.query<Row>(sql, values ? [...values] : undefined)).rows
  const maybe: Tx['maybe'] = async <Row extends object>(sql: string, values?: readonly unknown[]) =>
    (await query<Row>(sql, values))[0]
  const refuse = async (): Promise<never> => {
    throw new Error('a forger tells no events')
  }
  return {
    tenantId,
    query,
    maybe,
    async one<Row extends object>(sql: string, values?: readonly unknown[]) {
      const row = await maybe<Row>(sql, values)
      if (row === undefined) throw new Error(`no row: ${sql}`)
      return row
    },
    emit: refuse,
    emitTexts: refuse,
    afterCommit: () => undefined
  }
}
