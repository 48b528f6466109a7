import { createRequire } from 'node:module'
import { Ajv, type AnySchemaObject } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

const require = createRequire(import.meta.url)

/**
 * The Open Charge Alliance's schemas as the `ocpp-rpc` package carries them, used unaltered (see NOTICE).
 * Each has an id `urn:{Action}.req` or `urn:{Action}.conf`.
 */
export function officialSchemas(file: string): readonly AnySchemaObject[] {
  return require(`ocpp-rpc/lib/schemas/${file}`) as AnySchemaObject[]
}

// Times are read by our own reader, which takes the liberties that real stations take (no zone, a space for
// the T); so the validator only refuses what is nowhere near an instant.
const instant = /^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d/i
const uri = /^[a-z][a-z0-9+.-]*:\S*$/i

type Parts = { readonly path?: string; readonly fragment?: string }

// The official ids (`urn:Heartbeat.req`) are no complete URNs, which ajv's own resolver refuses. The schemas
// refer to themselves only, so nothing more than a split at # is needed.
const uriResolver = {
  parse(uri: string): Parts {
    const [path = '', fragment] = uri.split('#')
    return fragment === undefined ? { path } : { path, fragment }
  },
  serialize: ({ path = '', fragment }: Parts): string =>
    fragment === undefined ? path : `${path}#${fragment}`,
  resolve: (base: string, ref: string): string => (ref.startsWith('#') ? `${base.split('#')[0]}${ref}` : ref)
}

/** @returns CommonJS code with one validator exported for each schema, named by `exportName` */
export function compile(schemas: readonly AnySchemaObject[]): string {
  const ajv = new Ajv({
    schemas: [...schemas],
    uriResolver,
    strict: false,
    strictNumbers: true, // JSON.parse makes Infinity of 1e400 (reliability O14); `strict: false` would let it through.
    allErrors: false, // One fault is enough for an answer, and the hot path stays short.
    verbose: false,
    multipleOfPrecision: 6, // 16.1 is a multiple of 0.1, whatever binary says.
    formats: { 'date-time': instant, uri },
    code: { source: true, lines: true, optimize: 2 }
  })
  const names = Object.fromEntries(schemas.map(({ $id }) => [exportName(String($id)), String($id)]))
  const generate = standalone as unknown as (ajv: Ajv, names: Readonly<Record<string, string>>) => string
  return generate(ajv, names)
}

/** `urn:MeterValues.req` → `MeterValues_req` */
export const exportName = (id: string): string => id.replace(/^urn:/, '').replaceAll(/[^A-Za-z0-9]/g, '_')
