import path from 'node:path'
import { z } from 'zod'
import { ProviderEnvironment, type ProviderSettings } from './providers.ts'

export const cloudRoles = ['all', 'http', 'workers', 'gateways'] as const
export type CloudRole = (typeof cloudRoles)[number]

const port = z.coerce.number().int().min(0).max(65_535)
const optional = z.string().optional()

/** Environment of the cloud; empty counts as not set. */
const Environment = z.object({
  NOVA_HTTP_PORT: port.default(8080),
  NOVA_HTTP_HOST: z.string().default('127.0.0.1'),
  NOVA_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://user:password@host:port/database'),
  NOVA_DATABASE_CONNECTIONS: z.coerce.number().int().min(4).max(500).default(24),
  NOVA_NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  NOVA_NATS_CREDENTIALS: optional,
  NOVA_NATS_SIGNING_KEY: optional,
  NOVA_DATA_DIR: z.string().default('.nova'),
  NOVA_PROFILE: z.enum(['demo', 'none']).default('none'),
  NOVA_DEMO_CHARGERS: z.enum(['all', 'none']).default('all'),
  NOVA_WEB_DIR: z.string().default(path.join(import.meta.dirname, 'web', 'dist')),
  NOVA_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NOVA_REQUESTS_PER_MINUTE: z.coerce.number().int().min(10).default(6_000),
  NOVA_TRUSTED_PROXIES: z.string().default(''),
  NOVA_BANK_URL: z.string().default('http://127.0.0.1:8091'),
  NOVA_BANK_KEY: z.string().default('demo-bank-key'),
  NOVA_BANK_WEBHOOK_SECRET: z.string().default(''),
  NOVA_LEDGER_ROOTS_DIR: optional,
  NOVA_SMTP_URL: optional,
  NOVA_MAP_STYLE_URL: z.url().optional(),
  ...ProviderEnvironment.shape
})

export type CloudSettings = {
  readonly role: CloudRole
  readonly port: number
  readonly host: string
  readonly databaseUrl: string
  readonly databaseConnections: number
  readonly natsUrl: string
  /** Path of the creds file; null for a server without accounts. */
  readonly natsCredentials: string | null
  /** Path of the account's signing seed; null: sites' credentials cannot be minted here. */
  readonly natsSigningKey: string | null
  readonly dataDir: string
  readonly profile: 'demo' | 'none'
  readonly demoChargers: boolean
  readonly webDir: string
  readonly logLevel: string
  readonly requestsPerMinute: number
  readonly trustedProxies: readonly string[]
  readonly bank: { readonly url: string; readonly key: string; readonly webhookSecret: string }
  /** Where signed roots of the ledgers are kept, outside the database; null: below the data folder. */
  readonly ledgerRootsDir: string | null
  /** Payment providers outside; those without their first variable are off. */
  readonly payments: ProviderSettings
  readonly smtpUrl: string | null
  /** A MapLibre style for the drivers' map; null: the embedded outline, nothing is asked of anybody. */
  readonly mapStyleUrl: string | null
}

/** @throws Error that names each wrong variable, what was found and what is allowed; never its secret */
export function readSettings(environment: NodeJS.ProcessEnv, args: readonly string[]): CloudSettings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(set)
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map(({ path: where, message }) => `${where.join('.')}: ${message}`).join('\n')
    )
  const read = parsed.data
  return {
    role: roleIn(args),
    port: read.NOVA_HTTP_PORT,
    host: read.NOVA_HTTP_HOST,
    databaseUrl: read.NOVA_DATABASE_URL,
    databaseConnections: read.NOVA_DATABASE_CONNECTIONS,
    natsUrl: read.NOVA_NATS_URL,
    natsCredentials: read.NOVA_NATS_CREDENTIALS ?? null,
    natsSigningKey: read.NOVA_NATS_SIGNING_KEY ?? null,
    dataDir: read.NOVA_DATA_DIR,
    profile: read.NOVA_PROFILE,
    demoChargers: read.NOVA_DEMO_CHARGERS === 'all',
    webDir: read.NOVA_WEB_DIR,
    logLevel: read.NOVA_LOG_LEVEL,
    requestsPerMinute: read.NOVA_REQUESTS_PER_MINUTE,
    trustedProxies: read.NOVA_TRUSTED_PROXIES.split(',').flatMap((each) =>
      each.trim() === '' ? [] : [each.trim()]
    ),
    bank: { url: read.NOVA_BANK_URL, key: read.NOVA_BANK_KEY, webhookSecret: read.NOVA_BANK_WEBHOOK_SECRET },
    ledgerRootsDir: read.NOVA_LEDGER_ROOTS_DIR ?? null,
    payments: ProviderEnvironment.parse(read),
    smtpUrl: read.NOVA_SMTP_URL ?? null,
    mapStyleUrl: read.NOVA_MAP_STYLE_URL ?? null
  }
}

/** `--role all|http|workers|gateways`. */
function roleIn(args: readonly string[]): CloudRole {
  const at = args.findIndex((each) => each === '--role' || each.startsWith('--role='))
  if (at === -1) return 'all'
  const word = args[at]?.includes('=') === true ? args[at].slice('--role='.length) : args[at + 1]
  const role = cloudRoles.find((each) => each === word)
  if (!role) throw new Error(`--role: found ${word ?? 'nothing'}, allowed are ${cloudRoles.join(', ')}`)
  return role
}

export const help = `Nova-X cloud

  npm run cloud -- [--role all|http|workers|gateways]

  NOVA_DATABASE_URL            postgres://user:password@host:port/database (the owner of the schema)
  NOVA_DATABASE_CONNECTIONS    connections of this process (24)
  NOVA_NATS_URL                nats://127.0.0.1:4222
  NOVA_NATS_CREDENTIALS        file with the cloud's NATS credentials
  NOVA_NATS_SIGNING_KEY        file with the account's signing seed, to make sites' credentials
  NOVA_HTTP_PORT, NOVA_HTTP_HOST   8080 on 127.0.0.1
  NOVA_DATA_DIR                folder of keys and audit heads (.nova)
  NOVA_PROFILE                 demo: makes the demo's tenant, people, site and chargers
  NOVA_DEMO_CHARGERS           none: the demo without its chargers, for those from outside (all)
  NOVA_WEB_DIR                 the built screens (cloud/web/dist)
  NOVA_BANK_URL, NOVA_BANK_KEY, NOVA_BANK_WEBHOOK_SECRET   the payment provider
  NOVA_STRIPE_…, NOVA_WECHAT_…, NOVA_ALIPAY_…, NOVA_PUBLIC_URL   other providers, see docs/settings.md
  NOVA_LEDGER_ROOTS_DIR        folder of the ledgers' signed roots (NOVA_DATA_DIR/cloud/ledger-roots)
  NOVA_SMTP_URL                smtp://… for mail; without it notices stay in the app
  NOVA_MAP_STYLE_URL           MapLibre style with tiles for the drivers' map; without it an outline
  NOVA_REQUESTS_PER_MINUTE     of one caller (6000)
  NOVA_TRUSTED_PROXIES         addresses whose X-Forwarded-For is believed, by commas
  NOVA_LOG_LEVEL               trace, debug, info, warn, error, silent (info)
`
