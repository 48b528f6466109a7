import path from 'node:path'
import { z } from 'zod'
import type { Problem } from './problem.ts'

/** Variables that stand above the file; each line of `--help` is one of these. */
export const variables = {
  NOVA_NATS_URL: 'NATS of the cloud, in place of cloud.nats (a file without cloud: stays standalone)',
  NOVA_EDGE_OCPP_PORT: 'OCPP port, in place of ocpp.port',
  NOVA_EDGE_LOCAL_HOST: 'address of the local screen and API, in place of local.host',
  NOVA_EDGE_LOCAL_PORT: 'port of the local screen and API, in place of local.port',
  NOVA_EDGE_LOCAL_TOKEN: 'bearer token of the local API, in place of local.token',
  NOVA_EDGE_DATA: 'folder of the database; default NOVA_DATA_DIR/edge/{site id}',
  NOVA_DATA_DIR: 'folder of all data; default .nova',
  NOVA_LOG_LEVEL: 'debug, info (default), warn, error or silent'
} as const

export type Environment = {
  readonly nats: string | undefined
  readonly ocppPort: number | undefined
  readonly localHost: string | undefined
  readonly localPort: number | undefined
  readonly localToken: string | undefined
  readonly edgeData: string | undefined
  readonly data: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

const port = z.coerce.number().int().min(0).max(65_535)
const level = z.enum(['debug', 'info', 'warn', 'error', 'silent'])

/** Reads the variables; an empty one counts as not set. A wrong one is told and left out. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  tell: (problem: Problem) => void
): Environment {
  const text = (name: keyof typeof variables) => environment[name] || undefined
  const checked = <Value>(name: keyof typeof variables, schema: z.ZodType<Value>, allowed: string) => {
    const value = text(name)
    if (value === undefined) return undefined
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    tell({ file: 'environment', line: 0, field: name, found: JSON.stringify(value.slice(0, 60)), allowed })
    return undefined
  }
  return {
    nats: text('NOVA_NATS_URL'),
    ocppPort: checked('NOVA_EDGE_OCPP_PORT', port, 'a port from 0 to 65535'),
    localHost: text('NOVA_EDGE_LOCAL_HOST'),
    localPort: checked('NOVA_EDGE_LOCAL_PORT', port, 'a port from 0 to 65535'),
    localToken: text('NOVA_EDGE_LOCAL_TOKEN'),
    edgeData: text('NOVA_EDGE_DATA'),
    data: text('NOVA_DATA_DIR') ?? path.resolve('.nova'),
    logLevel: checked('NOVA_LOG_LEVEL', level, level.options.join(', ')) ?? 'info'
  }
}
