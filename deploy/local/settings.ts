import path from 'node:path'

/** What the person at the keyboard can change; each from one variable. */
export type Settings = {
  readonly dataDir: string
  readonly simulators: boolean
  readonly httpPort: number
  readonly natsPort: number
  readonly postgresPort: number
  readonly bankPort: number
  readonly ocppPort: number
  readonly localPort: number
  readonly meterPort: number
  readonly pvPort: number
  readonly batteryPort: number
  /** Set: a PostgreSQL, NATS or payment provider of somebody else's, which we neither start nor stop. */
  readonly databaseUrl: string | undefined
  readonly nats:
    | { readonly url: string; readonly credentials: string; readonly signingKey: string }
    | undefined
  readonly bankUrl: string | undefined
}

export type Environment = Readonly<Record<string, string | undefined>>

/** A fault that a person can mend: shown as one line, without a stack. */
export class SettingFault extends Error {
  override readonly name = 'SettingFault'
}

/** Port by port: default and variable, as in docs and in the message when it is taken. */
export const ports = {
  httpPort: { usual: 8080, variable: 'NOVA_HTTP_PORT', what: 'cloud (API and web)' },
  natsPort: { usual: 4222, variable: 'NOVA_NATS_PORT', what: 'NATS' },
  postgresPort: { usual: 5433, variable: 'NOVA_POSTGRES_PORT', what: 'PostgreSQL' },
  bankPort: { usual: 8091, variable: 'NOVA_BANK_PORT', what: 'bank simulator' },
  ocppPort: { usual: 9220, variable: 'NOVA_EDGE_OCPP_PORT', what: 'edge OCPP' },
  localPort: { usual: 9280, variable: 'NOVA_EDGE_LOCAL_PORT', what: 'edge screen and API' },
  meterPort: { usual: 1502, variable: 'NOVA_METER_PORT', what: 'simulated site meter' },
  pvPort: { usual: 1503, variable: 'NOVA_PV_PORT', what: 'simulated PV inverter' },
  batteryPort: { usual: 1504, variable: 'NOVA_BATTERY_PORT', what: 'simulated battery' }
} as const

export type PortName = keyof typeof ports

/** What `npm start -- --help` says. */
export const help = `npm start [-- --no-simulators]

The whole system on this machine: PostgreSQL, NATS, cloud, one edge. Ctrl-C stops everything.

  --no-simulators   no simulated devices, drivers and chargers: they come from outside
  --help            this text

Variables (more in docs/settings.md):
  NOVA_DATA_DIR          all data, keys and logs (.nova)
${Object.values(ports)
  .map(({ usual, variable, what }) => `  ${variable.padEnd(23)}port, ${what} (${usual})`)
  .join('\n')}
  NOVA_DATABASE_URL      another PostgreSQL, in place of our own
  NOVA_NATS_URL          another NATS; with NOVA_NATS_CREDENTIALS and NOVA_NATS_SIGNING_KEY
  NOVA_BANK_URL          another payment provider
`

/**
 * @param root the checkout: relative paths start there
 * @throws SettingFault naming the argument or variable, what was found and what is allowed
 */
export function readSettings(args: readonly string[], environment: Environment, root: string): Settings {
  const unknown = args.filter((arg) => arg !== '--no-simulators')
  if (unknown.length > 0)
    throw new SettingFault(`unknown argument ${unknown.join(' ')}; there is: --no-simulators, --help`)
  const port = (name: PortName): number => portFrom(environment, name)
  const database = environment['NOVA_DATABASE_URL'] || undefined
  return {
    dataDir: path.resolve(root, environment['NOVA_DATA_DIR'] || '.nova'),
    simulators: !args.includes('--no-simulators'),
    httpPort: port('httpPort'),
    natsPort: urlPort(environment, 'NOVA_NATS_URL') ?? port('natsPort'),
    postgresPort: ownAddress(database) ?? port('postgresPort'),
    bankPort: port('bankPort'),
    ocppPort: port('ocppPort'),
    localPort: port('localPort'),
    meterPort: port('meterPort'),
    pvPort: port('pvPort'),
    batteryPort: port('batteryPort'),
    databaseUrl: ownAddress(database) === undefined ? database : undefined,
    nats: foreignNats(environment),
    bankUrl: environment['NOVA_BANK_URL'] || undefined
  }
}

function portFrom(environment: Environment, name: PortName): number {
  const { usual, variable } = ports[name]
  const text = environment[variable]
  if (text === undefined || text === '') return usual
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value
  throw new SettingFault(`${variable}: "${text}" is not a port; allowed: 1 to 65535`)
}

/** An address on this machine without a user in it only says where our own PostgreSQL shall listen. */
function ownAddress(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const url = parsed('NOVA_DATABASE_URL', text)
  return url.username === '' && isHere(url) && url.port !== '' ? Number(url.port) : undefined
}

function urlPort(environment: Environment, variable: string): number | undefined {
  const text = environment[variable]
  if (text === undefined || text === '') return undefined
  const url = parsed(variable, text)
  return isHere(url) && url.port !== '' ? Number(url.port) : undefined
}

/** Another NATS is used when its address and both keys are given; an address here alone moves our own. */
function foreignNats(environment: Environment): Settings['nats'] {
  const [url, credentials, signingKey] = [
    environment['NOVA_NATS_URL'] || undefined,
    environment['NOVA_NATS_CREDENTIALS'] || undefined,
    environment['NOVA_NATS_SIGNING_KEY'] || undefined
  ]
  if (url === undefined) return undefined
  if (credentials !== undefined && signingKey !== undefined) return { url, credentials, signingKey }
  if (isHere(parsed('NOVA_NATS_URL', url))) return undefined
  throw new SettingFault(
    'NOVA_NATS_URL names another machine: NOVA_NATS_CREDENTIALS and NOVA_NATS_SIGNING_KEY are needed'
  )
}

function parsed(variable: string, text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new SettingFault(`${variable}: "${text.replaceAll(/:[^:@/]*@/g, ':…@')}" is not an address`)
}

function isHere({ hostname }: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

/** The ports that this start itself will listen on. */
export function portsUsed(settings: Settings): readonly PortName[] {
  return [
    ...(settings.databaseUrl === undefined ? (['postgresPort'] as const) : []),
    ...(settings.nats === undefined ? (['natsPort'] as const) : []),
    ...(settings.bankUrl === undefined ? (['bankPort'] as const) : []),
    'httpPort',
    'ocppPort',
    'localPort',
    ...(settings.simulators ? (['meterPort', 'pvPort', 'batteryPort'] as const) : [])
  ]
}
