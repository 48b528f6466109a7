import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { carriesCardNumber } from './card-numbers.ts'
import { problem } from './problem.ts'

/**
 * Texts without a form that are numbers all the same: ids of others, companies' registers, meters' plates, files that are
 * read by a parser of their own, secrets that nobody can read again. A tenth of all such numbers passes the Luhn check.
 */
const numbersOfOthers = /(^|_)id$|Id$|^(uid|serial|registration|publicKey|camt053|password|refreshToken)$/

type Schema = { readonly [key: string]: unknown }

const known = new WeakMap<object, ReadonlySet<string>>()

/** Names of the properties whose schema leaves their text free: no pattern, no format, no choice. `a{}`: whatever is in `a`. */
function freeTextsOf(body: z.ZodType): ReadonlySet<string> {
  const before = known.get(body)
  if (before) return before
  const root = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) as Schema
  const names = new Set<string>()
  const seen = new Set<unknown>()
  const places: { readonly name: string; readonly schema: unknown }[] = [{ name: '', schema: root }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { name, schema } = place
    if (!isSchema(schema) || seen.has(schema)) continue
    seen.add(schema)
    if (isFree(schema) && !numbersOfOthers.test(name)) names.add(name)
    places.push(...insideOf(schema, name, root))
  }
  known.set(body, names)
  return names
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

const isFree = (schema: Schema): boolean =>
  schema['type'] === 'string' && !['pattern', 'format', 'enum', 'const'].some((form) => form in schema)

function insideOf(schema: Schema, name: string, root: Schema): { name: string; schema: unknown }[] {
  const reference = schema['$ref']
  const target = typeof reference === 'string' ? definition(root, reference) : undefined
  const same = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((key) => schema[key] ?? [])
  const named = Object.entries(schema['properties'] ?? {})
  return [
    ...[target, schema['items'], ...same].map((each) => ({ name, schema: each })),
    ...named.map(([key, each]) => ({ name: key, schema: each as unknown })),
    { name: `${name}{}`, schema: schema['additionalProperties'] }
  ]
}

const definition = (root: Schema, reference: string): unknown =>
  reference === '#' ? root : (root['$defs'] as Schema | undefined)?.[reference.replace('#/$defs/', '')]

type Place = { readonly names: readonly string[]; readonly value: unknown }

/** The name of the first free text of a body that carries what could be a card number. Looks without recursion. */
function cardNumberAt(body: unknown, free: ReadonlySet<string>): string | undefined {
  const places: Place[] = [{ names: [''], value: body }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { names, value } = place
    const name = names.find((each) => free.has(each))
    if (typeof value === 'string' && name !== undefined && carriesCardNumber(value)) return name
    if (Array.isArray(value)) places.push(...value.map((each: unknown) => ({ names, value: each })))
    else if (isSchema(value))
      for (const [key, each] of Object.entries(value))
        places.push({ names: [key, ...names.slice(0, 2).map((outer) => `${outer}{}`)], value: each })
  }
  return undefined
}

const message = 'must not carry a card number'

/** @throws Problem 400 that names the text and does not repeat it */
export async function refuseCardNumbers({ body, routeOptions }: FastifyRequest): Promise<void> {
  const schema = routeOptions.schema?.body
  if (!(schema instanceof z.ZodType) || !isSchema(body)) return
  const name = cardNumberAt(body, freeTextsOf(schema))
  if (name === undefined) return
  const path = `body/${name}`
  throw problem(400, 'request-invalid', `${path}: ${message}`, { errors: [{ path, message }] })
}
