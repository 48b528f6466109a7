import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { catalogueFaults } from './db/index.ts'
import { openTestCloud } from './test-support/cloud.ts'
import { exampleOf } from './test-support/example.ts'

type Operation = {
  readonly responses: Record<string, object>
  readonly 'x-nova-roles': readonly string[] | 'anyone'
  readonly parameters?: readonly {
    readonly in: string
    readonly name: string
    readonly required?: boolean
    readonly schema: object
  }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } }
}

/** Ids that are there in the demo's tenant, by the name of the path's segment before them; others are made up. */
const present: Readonly<Record<string, string>> = {
  sites: 'demo-site',
  chargers: 'CP16-01',
  connectors: 'CP16-01:1:1',
  tokens: 'DEMO-TAG-01',
  tariffs: 'demo-tou',
  limits: 'operator',
  unclaimed: 'demo-site',
  reconciliation: '2026-01-01'
}

/** What whoever calls makes under a name of their own choice, in their own tenant: there is nothing to be unknown. */
const ownNames = new Set(['/api/v1/settlements/schedules/{id}', '/api/v1/settlements/payees/{party}'])

const roles = ['admin', 'operator', 'utility', 'oem', 'driver']

void test('every operation of the API', async (t) => {
  t.setTimeout(1_000_000) // Some six hundred calls, perhaps on a busy machine.
  const cloud = await openTestCloud()
  t.teardown(cloud.close)
  const { body: document } = await cloud.call('GET', '/api/v1/openapi.json')
  const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        path,
        method: method.toUpperCase(),
        operation
      }))
  )
  const tokens = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await cloud.signIn(role)] as const))
  )
  const stranger = await otherTenant(tokens['admin'] ?? '')
  const untold = operations.filter(
    ({ operation }) => !Object.keys(operation.responses).some((status) => status.startsWith('2'))
  )
  t.strictSame(untold, [], 'every operation says what it answers')
  t.ok(operations.length > 60, `${operations.length} operations`)

  async function otherTenant(admin: string): Promise<Record<string, string>> {
    const person = { email: 'boss@other.test', name: 'Boss', password: 'long-enough-password' }
    const made = await cloud.call('POST', '/api/v1/tenants', {
      as: admin,
      body: { id: 'other', name: 'Other', admin: person }
    })
    t.equal(made.status, 201)
    const boss = await cloud.signIn(person.email, person.password)
    for (const role of roles.slice(1)) {
      const user = { email: `${role}@other.test`, name: role, password: person.password, roles: [role] }
      t.equal((await cloud.call('POST', '/api/v1/users', { as: boss, body: user })).status, 201)
    }
    const rest = await Promise.all(
      roles
        .slice(1)
        .map(async (role) => [role, await cloud.signIn(`${role}@other.test`, person.password)] as const)
    )
    return Object.fromEntries([['admin', boss], ...rest])
  }

  /** A call that would be sound for who may make it. */
  const soundCall = ({ path, operation }: (typeof operations)[number]) => {
    const where = path.replaceAll(
      /\/([a-z-]+)\/\{([^}]+)\}(?:\/\{([^}]+)\})?/g,
      (_, segment: string, __, second?: string) =>
        `/${segment}/${encodeURIComponent(present[segment] ?? randomUUID())}${second === undefined ? '' : `/${randomUUID()}`}`
    )
    const required = (operation.parameters ?? []).filter(
      (each) => each.in === 'query' && each.required === true
    )
    const query = required.map(
      ({ name, schema }) =>
        `${name}=${name === 'topics' ? 'connectors' : encodeURIComponent(String(exampleOf(schema, name)))}`
    )
    const schema = operation.requestBody?.content['application/json'].schema
    return {
      where: query.length === 0 ? where : `${where}?${query.join('&')}`,
      body: schema === undefined ? undefined : exampleOf(schema, 'body')
    }
  }

  await t.test('asks for a token', async (t) => {
    for (const each of operations) {
      if (each.operation['x-nova-roles'] === 'anyone') continue
      const { where, body } = soundCall(each)
      const without = await cloud.call(each.method, where, { body })
      const madeUp = await cloud.call(each.method, where, { body, as: 'nvx_made-up' })
      t.strictSame([without.status, madeUp.status], [401, 401], `${each.method} ${each.path}`)
      t.equal(without.headers.get('www-authenticate'), 'Bearer')
      t.equal(madeUp.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
    }
  })

  await t.test('refuses the roles it does not name', async (t) => {
    for (const each of operations) {
      const allowed = each.operation['x-nova-roles']
      if (allowed === 'anyone') continue
      for (const role of roles.filter((name) => !allowed.includes(name))) {
        const { where, body } = soundCall(each)
        const answer = await cloud.call(each.method, where, { body, as: tokens[role] ?? '' })
        t.match(
          { status: answer.status, code: answer.body.code },
          { status: 403, code: 'role-missing' },
          `${role}: ${each.method} ${each.path}`
        )
      }
    }
  })

  await t.test('knows nothing of another tenant’s things', async (t) => {
    for (const each of operations) {
      const allowed = each.operation['x-nova-roles']
      if (allowed === 'anyone' || !each.path.includes('{') || ownNames.has(each.path)) continue
      for (const role of roles.filter((name) => allowed.includes(name))) {
        const { where, body } = soundCall(each)
        const answer = await cloud.call(each.method, where, { body, as: stranger[role] ?? '' })
        t.equal(answer.status, 404, `${role}: ${each.method} ${where} → ${JSON.stringify(answer.body)}`)
      }
    }
  })

  await t.test('lists nothing of another tenant', async (t) => {
    for (const each of operations) {
      const allowed = each.operation['x-nova-roles']
      if (
        each.method !== 'GET' ||
        each.path.includes('{') ||
        allowed === 'anyone' ||
        each.path.endsWith('/stream')
      )
        continue
      for (const role of roles.filter((name) => allowed.includes(name))) {
        const { where } = soundCall(each)
        const answer = await cloud.call('GET', where, { as: stranger[role] ?? '' })
        t.ok(answer.status < 500, `${role}: ${where} → ${answer.status}`)
        t.notMatch(
          JSON.stringify(answer.body),
          /demo-site|CP16-|DEMO-TAG|nova\.test|demo-tou/,
          `${role}: ${where}`
        )
      }
    }
  })

  await t.test('has tables with forced policies only', async (t) => {
    t.strictSame(await catalogueFaults(cloud.database), [])
  })
})
