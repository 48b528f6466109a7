import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { openTestCloud, type TestCloud } from './test-support/cloud.ts'
import { exampleOf } from './test-support/example.ts'

type Schema = {
  readonly format?: string
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}
type Operation = {
  readonly 'x-nova-roles': readonly string[] | 'anyone'
  readonly parameters?: readonly { in: string; name: string; required?: boolean; schema: Schema }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}

/** Borders of calendars, and what looks like an instant. */
const instants = [
  '0000-01-01T00:00:00Z', // ISO 8601 has this year, PostgreSQL has not.
  '0000-12-31T23:59:59.999Z',
  '0001-01-01T00:00:00Z',
  '1582-10-10T00:00:00Z', // A day that the Gregorian calendar left out.
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30T00:00:00Z',
  '2016-12-31T23:59:60Z'
]
const days = ['0000-01-01', '0001-01-01', '9999-12-31', '2026-02-30']

type Place = {
  readonly path: string
  readonly put: (value: string) => unknown
  readonly values: readonly string[]
}

/** Every place of a schema that takes an instant or a day, with how to make a sound value around it. */
function placesIn(schema: Schema, name: string, path: string): Place[] {
  if (schema.format === 'date-time' || schema.format === 'date')
    return [{ path, put: (value) => value, values: schema.format === 'date' ? days : instants }]
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, each]) =>
    placesIn(each, key, `${path}/${key}`).map(({ put, ...rest }) => ({
      ...rest,
      put: (value: string) => ({ ...(exampleOf(schema, name) as object), [key]: put(value) })
    }))
  )
  const items = schema.items ? placesIn(schema.items, name, `${path}/0`) : []
  return [
    ...choices.flatMap((each) => placesIn(each, name, path)),
    ...inner,
    ...items.map(({ put, ...rest }) => ({ ...rest, put: (value: string) => [put(value)] }))
  ]
}

const present: Readonly<Record<string, string>> = {
  sites: 'demo-site',
  chargers: 'CP16-01',
  tokens: 'DEMO-TAG-01',
  tariffs: 'demo-tou',
  coupons: 'SPRING',
  limits: 'operator'
}

const whereOf = (path: string): string =>
  path.replaceAll(
    /\/([a-z-]+)\/\{[^}]+\}/g,
    (_, segment: string) => `/${segment}/${encodeURIComponent(present[segment] ?? randomUUID())}`
  )

const roleOf = ({ 'x-nova-roles': roles }: Operation): string =>
  roles === 'anyone' ? 'admin' : (roles[0] ?? '')

async function everybody(cloud: TestCloud): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (const role of ['admin', 'operator', 'driver', 'utility', 'oem'])
    tokens.set(role, await cloud.signIn(role))
  return tokens
}

type Ask = { readonly place: string; readonly query: string; readonly body?: unknown }

/** Every call of an operation with one odd instant in one place, the rest of it sound. */
function asksOf({ parameters = [], requestBody }: Operation): Ask[] {
  const schema = requestBody?.content['application/json'].schema
  const bodies = (schema ? placesIn(schema, 'body', '') : []).flatMap(({ path, put, values }) =>
    values.map((value) => ({ place: `${path} ${value}`, query: '', body: put(value) }))
  )
  const queries = parameters.filter((each) => each.in === 'query')
  const sound = queries
    .filter(({ required }) => required === true)
    .map(({ name, schema: each }) => [name, String(exampleOf(each, name))])
  const asked = queries.flatMap(({ name, schema: each }) =>
    placesIn(each, name, name).flatMap(({ values }) => values.map((value) => [name, value]))
  )
  return [
    ...bodies,
    ...asked.map(([name, value]) => {
      const rest = sound.filter(([key]) => key !== name)
      const query = `?${new URLSearchParams([...rest, [name, value]] as string[][]).toString()}`
      return { place: query, query }
    })
  ]
}

void test('no instant and no day that anybody sends is a fault of ours', async (t) => {
  t.setTimeout(1_000_000) // Hundreds of calls, perhaps on a busy machine.
  const cloud = await openTestCloud()
  t.teardown(cloud.close)
  const tokens = await everybody(cloud)
  const as = tokens.get('operator') ?? ''
  const coupon = async (body: object) => cloud.call('POST', '/api/v1/coupons', { as, body })
  t.match(await coupon({ code: 'SPRING', name: 'Spring' }), { status: 201 })
  const { body: document } = await cloud.call('GET', '/api/v1/openapi.json')
  const calls = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        asksOf(operation).map((ask) => ({
          ...ask,
          path,
          method: method.toUpperCase(),
          role: roleOf(operation)
        }))
      )
  )
  const faults: string[] = []
  for (const { path, method, role, place, query, body } of calls) {
    const { status, body: said } = await cloud.call(method, `${whereOf(path)}${query}`, {
      as: tokens.get(role) ?? '',
      ...(body === undefined ? {} : { body })
    })
    const isAway = said?.code === 'edge-out-of-touch' // No edge takes part here.
    if ((status >= 500 && !isAway) || status === 429) faults.push(`${method} ${path} ${place} → ${status}`)
  }
  t.ok(calls.length > 200, `${calls.length} calls`)
  t.strictSame(faults, [])

  for (const validUntil of instants.slice(0, 2)) {
    const answer = await cloud.call('PATCH', '/api/v1/coupons/SPRING', { as, body: { validUntil } })
    t.match(answer, { status: 400, body: { code: 'request-invalid', detail: /validUntil/ } }, validUntil)
  }
  const at = '2026-02-01T00:00:00Z'
  const never = await coupon({ code: 'NEVER', name: 'Never', validFrom: at, validUntil: at })
  t.match(never, { status: 422, body: { code: 'coupon-never-valid' } })
})
