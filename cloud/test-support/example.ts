import { randomUUID } from 'node:crypto'

type Schema = {
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly minLength?: number
  readonly minItems?: number
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly default?: unknown
}

/** What no schema says: values by the name of their field. */
const byName: Readonly<Record<string, unknown>> = {
  currency: 'CNY',
  country: 'CN',
  change: { cancel: true },
  timeZone: 'Asia/Shanghai',
  start: '00:00',
  end: '24:00',
  electricityPrice: '0.5',
  servicePrice: '0.1',
  limitW: 1000,
  connectorId: 'CP16-01:1:1',
  action: 'reset',
  payload: {},
  email: 'somebody@example.test',
  otp: '123456',
  percent: '100',
  value: '1.5',
  permissions: ['sites:read'],
  near: '31,120'
}

/** A value that fits a JSON Schema as zod writes it: only what is required, as small as it may be. */
export function exampleOf(schema: object, name: string): unknown {
  const { anyOf = [], oneOf = [], allOf = [], ...rest } = schema as Schema
  if (name in byName) return byName[name]
  if (rest.const !== undefined) return rest.const
  if (rest.enum) return rest.enum[0]
  const [choice] = [...anyOf, ...oneOf, ...allOf]
  return choice ? exampleOf(choice, name) : byType[rest.type ?? '']?.(rest)
}

const byType: Readonly<Record<string, (schema: Schema) => unknown>> = {
  object: (schema) =>
    Object.fromEntries(wanted(schema).map((key) => [key, exampleOf(schema.properties?.[key] ?? {}, key)])),
  array: ({ prefixItems, minItems, items }) =>
    prefixItems?.map((each) => exampleOf(each, '')) ??
    Array.from({ length: minItems ?? 0 }, () => exampleOf(items ?? {}, '')),
  integer: ({ minimum }) => Math.max(minimum ?? 1, 1),
  number: ({ minimum }) => Math.max(minimum ?? 1, 1),
  boolean: () => true,
  string: textOf
}

/** Required fields, and one where one of several must be there. */
const wanted = ({ required = [], properties = {} }: Schema): readonly string[] => [
  ...new Set([...required, ...['limitW', 'mostUses'].filter((name) => name in properties)])
]

function textOf({ format, minLength = 1 }: Schema): string {
  if (format === 'uuid') return randomUUID()
  if (format === 'date-time') return '2030-01-01T00:00:00Z'
  if (format === 'date') return '2026-01-01'
  if (format === 'email') return 'somebody@example.test'
  if (format === 'uri') return 'https://example.test/'
  return 'x'.repeat(Math.max(1, minLength))
}
