/** Types of the HTTP API from its OpenAPI document; `node tools/make-api-types.ts` writes kit/generated/api.ts. */
type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema | boolean
  readonly prefixItems?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
}
type Content = { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
type Operation = {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema?: Schema }[]
  readonly requestBody?: Content
  readonly responses?: Readonly<Record<string, Content>>
}
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

const head =
  '// Made by `npm run api-types` from the cloud’s own description of its API; a test fails when it is stale.\n\n'

/** One entry a call, in the order of their names, so that the same API always gives the same text. */
export function typesFrom(document: OpenApi): string {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    path.startsWith('/api/v1/')
      ? Object.entries(operations).map(([method, operation]) =>
          entryOf(document, method, { path, operation })
        )
      : []
  )
  return `${head}export type Api = {\n${calls.toSorted().join('\n')}\n}\n`
}

function entryOf(
  document: OpenApi,
  method: string,
  { path, operation }: { readonly path: string; readonly operation: Operation }
): string {
  const name = `${method.toUpperCase()} ${path.slice('/api/v1'.length)}`
  const among = (place: string) => (operation.parameters ?? []).filter((parameter) => parameter.in === place)
  const fields = (place: string, optional: boolean) =>
    `{ ${among(place)
      .map(
        (parameter) =>
          `${keyOf(parameter.name)}${optional ? '?' : ''}: ${typeOf(document, parameter.schema ?? {})}`
      )
      .join('; ')} }`
  const body = jsonOf(operation.requestBody)
  return [
    `  '${name}': {`,
    `    path: ${fields('path', false)}`,
    `    query: ${fields('query', true)}`,
    `    body: ${body ? typeOf(document, body) : 'undefined'}`,
    `    answer: ${answerOf(document, operation)}`,
    '  }'
  ].join('\n')
}

function answerOf(document: OpenApi, operation: Operation): string {
  const good = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith('2'))
  const types = good.map(([, answer]) => {
    const schema = jsonOf(answer)
    return schema ? typeOf(document, schema) : 'undefined'
  })
  return types.length === 0 ? 'unknown' : [...new Set(types)].join(' | ')
}

const jsonOf = (content: Content | undefined): Schema | undefined =>
  content?.content?.['application/json']?.schema

const deepest = 40 // A schema that refers to itself is cut here; the API has none.

/** TypeScript for a schema; what the schema does not say is `unknown`. */
export function typeOf(document: OpenApi, schema: Schema, depth = 0): string {
  if (depth > deepest) return 'unknown'
  const inner = (each: Schema) => typeOf(document, each, depth + 1)
  const named = schema.$ref === undefined ? undefined : refOf(document, schema.$ref)
  if (named) return inner(named)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return union(choices.map(inner))
  if (schema.allOf) return schema.allOf.map((each) => `(${inner(each)})`).join(' & ')
  return plainType(schema, inner)
}

const refOf = (document: OpenApi, ref: string): Schema =>
  document.components?.schemas?.[ref.replace('#/components/schemas/', '')] ?? {}

type Inner = (schema: Schema) => string

function plainType(schema: Schema, inner: Inner): string {
  if (Array.isArray(schema.type)) return union(schema.type.map((type: string) => inner({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return 'string'
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'null':
      return 'null'
    case 'array':
      return arrayType(schema, inner)
    case 'object':
      return objectType(schema, inner)
    default:
      return 'unknown'
  }
}

function arrayType({ items, prefixItems }: Schema, inner: Inner): string {
  if (prefixItems) return `[${prefixItems.map(inner).join(', ')}]`
  return typeof items === 'object' ? `(${inner(items)})[]` : 'unknown[]'
}

function objectType({ properties, required = [], additionalProperties }: Schema, inner: Inner): string {
  const named = Object.entries(properties ?? {})
  if (named.length === 0 && typeof additionalProperties === 'object')
    return `Record<string, ${inner(additionalProperties)}>`
  const fields = named.map(([name, each]) =>
    required.includes(name) ? `${keyOf(name)}: ${inner(each)}` : `${keyOf(name)}?: ${inner(each)} | undefined`
  )
  return fields.length === 0 ? 'Record<string, unknown>' : `{ ${fields.join('; ')} }`
}

const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))

const union = (types: readonly string[]): string => [...new Set(types)].join(' | ')
