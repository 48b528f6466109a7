import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { t as file, test } from 'tap'
import { looksAt } from './test-support/money-looks.ts'
import { chargeAt, openMoneyWorld, people } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

/**
 * Two tenants with money of their own, and the four layers between them: the token's claim at the door, the roles of
 * each route, the query layer's views, the policies of the tables. Each is switched off alone; the others must hold.
 */
file.setTimeout(1_000_000)
const world = await openMoneyWorld()
const { call, database } = world
const { billed, paymentOf } = looksAt(world)
const owner = new pg.Client({ connectionString: world.url })
await owner.connect()
const today = new Date().toISOString().slice(0, 10)
const canary = `canary-${randomUUID()}`

type Table = { readonly name: string }
const tables = (
  await owner.query<Table>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and exists (select from pg_attribute a
         where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) order by 1`
  )
).rows.map(({ name }) => name)

type Operations = Record<
  string,
  Record<string, { readonly parameters?: readonly { in: string; required?: boolean }[] }>
>
const { paths } = (await (await fetch(`${world.address}/api/v1/openapi.json`)).json()) as {
  paths: Operations
}
const readable = Object.entries(paths).flatMap(([path, methods]) => {
  const get = methods['get']
  const needsMore = get?.parameters?.some((each) => each.in === 'query' && each.required === true) ?? true
  return needsMore ? [] : [path.replace('/api/v1', '')]
})
/** Every GET of the money side as the OpenAPI document names it: lists, and single things by their id. */
const lists = readable.filter((path) => !path.includes('{') && !/openapi|stream/.test(path))
const single = readable.filter((path) => path.split('{').length === 2)

let session = ''
void test('a tenant with a paid session, a bill, accounts, a reconciled day', async (t) => {
  const { body } = await call('driver', 'POST', '/sessions', { connectorId: 'CP1:1:1' })
  session = body.id
  await world.startOf(session)
  await chargeAt(world, session)
  await billed(session)
  await paymentOf(session, 'captured')
  await database.tenant('demo', async (tx) =>
    tx.query(
      `insert into payment_debts (tenant_id, session_id, driver_id, currency, amount_minor, detail)
       values (nova_tenant(), $1, $2, 'CNY', 77, $3)`,
      [randomUUID(), people['driver']?.driverId, canary]
    )
  )
  await until(
    'the day',
    async () => (await call('operator', 'POST', `/reconciliation/${today}`)).status === 200
  )
  await learn()
  t.ok(secrets().length > 3 && single.length > 8, `${lists.length} lists, ${single.length} single things`)
  t.ok((await seen('operator')).length > 8, 'the owner sees all of it')
  t.ok(tables.length > 25, `${tables.length} tables with a tenant`)
  for (const list of ['/sessions', '/invoices', '/payments', '/ledger/entries'])
    t.ok(((await call('operator', 'GET', list)).body['items'] as object[]).length > 0, list)
})

/** Rows of the first tenant that another one's transaction can reach, by table; each must be none. */
async function reached(tenantId: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const name of tables) {
    const [row] = await database
      .tenant(tenantId, async (tx) =>
        tx.query<{ rows: number }>(
          `select count(*)::int as rows from ${name} where tenant_id is distinct from $1`,
          [tenantId]
        )
      )
      .catch((error: unknown): { rows: number }[] => {
        // No grant at all is no way in either.
        if ((error as { code?: string }).code === '42501') return [{ rows: 0 }]
        throw error
      })
    if (row && row.rows > 0) found[name] = row.rows
  }
  return found
}

/** Ids and words that belong to the first tenant alone, as its own staff sees them. */
const owned = new Map<string, string[]>()
async function learn(): Promise<void> {
  for (const list of lists) {
    const { status, body } = await call('operator', 'GET', list)
    const items =
      status === 200 && Array.isArray(body['items']) ? (body['items'] as Record<string, unknown>[]) : []
    owned.set(
      list,
      items.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
    )
  }
  owned.set('/reconciliation', [today])
}

const secrets = (): string[] =>
  [session, canary, ...[...owned.values()].flat()].filter((each) => each.length > 12 && each !== today)

/** What somebody of another tenant sees of this one's money over HTTP, by any GET there is. */
async function seen(as: string): Promise<string[]> {
  const found: string[] = []
  for (const list of lists) {
    const text = JSON.stringify((await call(as, 'GET', list)).body)
    if (secrets().some((secret) => text.includes(secret))) found.push(list)
  }
  for (const path of single) {
    const [list = '', rest = ''] = path.split(/\/\{[^}]+\}/)
    for (const id of (owned.get(list) ?? []).slice(0, 2)) {
      const where = `${list}/${id}${rest}`
      const answer = await fetch(`${world.address}/api/v1${where}`, {
        headers: { authorization: `Bearer ${as}` }
      })
      await answer.body?.cancel()
      if (answer.status === 200) found.push(where)
    }
  }
  return found
}

/** Changes nothing of another tenant: what it tries does not reach a row, or is refused. */
async function changed(): Promise<number> {
  let rows = 0
  for (const name of tables) {
    const hit = await database
      .tenant('somebody-else', async (tx) =>
        tx.query(`update ${name} set tenant_id = tenant_id where tenant_id = 'demo' returning 1`)
      )
      .catch((error: unknown): object[] => {
        if (['42501', '23001', '0A000'].includes((error as { code?: string }).code ?? '')) return []
        throw error
      })
    rows += hit.length
  }
  return rows
}

const stranger = async (): Promise<object> => ({
  tables: await reached('somebody-else'),
  http: await seen('stranger'),
  changed: await changed()
})
const nothing = { tables: {}, http: [], changed: 0 }

void test('all four layers on: nothing of one is seen by the other', async (t) => {
  t.strictSame(await stranger(), nothing)
})

void test('the policies of every table off: the query layer’s views still show each tenant its own', async (t) => {
  for (const name of tables) await owner.query(`alter table ${name} disable row level security`)
  t.strictSame(await stranger(), nothing)
  t.equal((await call('operator', 'GET', `/sessions/${session}`)).status, 200, 'and to the owner all of it')
  for (const name of tables) await owner.query(`alter table ${name} enable row level security`)
})

void test('the query layer’s views off: the policies still show each tenant its own', async (t) => {
  await owner.query('alter schema scoped rename to switched_off')
  t.strictSame(await stranger(), nothing)
  t.equal((await call('operator', 'GET', `/sessions/${session}`)).status, 200)
  await owner.query('alter schema switched_off rename to scoped')
})

void test('with both of them off there would be a leak: these tests can fail', async (t) => {
  for (const name of tables) await owner.query(`alter table ${name} disable row level security`)
  await owner.query('alter schema scoped rename to switched_off')
  const { payments = 0, ledger_entries: entries = 0 } = await reached('somebody-else')
  t.ok(payments > 0 && entries > 0)
  await owner.query('alter schema switched_off rename to scoped')
  for (const name of tables) await owner.query(`alter table ${name} enable row level security`)
})

void test('the roles off, everybody may call everything: the tenant still bounds what is seen', async (t) => {
  const everything = { ...people['stranger'], roles: ['admin', 'operator', 'utility', 'oem', 'driver'] }
  Object.assign(people, { everything })
  t.strictSame(await seen('everything'), [])
})

void test('the claim at the door off, a token may name any tenant: roles still bound what is done with it', async (t) => {
  // A stranger's driver whose token says the other tenant: no list of staff, no session of anybody.
  const forged = { ...people['other'], driverId: randomUUID(), userId: randomUUID(), tenantId: 'demo' }
  Object.assign(people, { forged })
  for (const list of ['/ledger/accounts', '/ledger/entries', '/reconciliation', '/meter-keys', '/reviews'])
    t.equal((await call('forged', 'GET', list)).status, 403, list)
  for (const list of ['/sessions', '/invoices', '/payments', '/payments/debts'])
    t.strictSame((await call('forged', 'GET', list)).body['items'], [], list)
  t.equal((await call('forged', 'GET', `/sessions/${session}`)).status, 404)
  t.equal((await call('forged', 'GET', `/sessions/${session}/transparency`)).status, 404)
})

void test('a tenant nobody has named matches nothing, whichever layer is off', async (t) => {
  for (const off of ['none', 'policies', 'views']) {
    if (off === 'policies')
      for (const name of tables) await owner.query(`alter table ${name} disable row level security`)
    if (off === 'views') await owner.query('alter schema scoped rename to switched_off')
    t.strictSame(await reached('nobody'), {}, off)
    if (off === 'policies')
      for (const name of tables) await owner.query(`alter table ${name} enable row level security`)
    if (off === 'views') await owner.query('alter schema switched_off rename to scoped')
  }
})

void test('what these tests opened is closed', async () => {
  await owner.end()
  await world.close()
})
