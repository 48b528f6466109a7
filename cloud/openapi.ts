import { generateKeyPairSync } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { aboutRoutes } from './about.ts'
import { openHttp } from './http/index.ts'
import { join, topics, type Parts } from './join.ts'

const log = pino({ level: 'silent' })

/** The API's OpenAPI document as `/api/v1/openapi.json` gives it, without a server, a database or a network. */
export async function apiDocument(): Promise<object> {
  const joined = join(unopened())
  const demo = { emails: [], password: '' }
  const http = await openHttp(
    {
      log,
      topics,
      port: 0,
      host: '127.0.0.1',
      webDir: '/nowhere',
      requestsPerMinute: 1,
      trustedProxies: []
    },
    {
      authenticate: joined.authenticate,
      idempotency: absent('idempotency'),
      health: absent('health'),
      onAnswered: () => undefined
    },
    [...joined.routes, aboutRoutes({ version: '0', profile: 'none', mapStyleUrl: null, demo })],
    joined.outside
  )
  const document = http.app.swagger()
  await http.close()
  return document
}

/** Parts that are named but never used: routes only describe themselves here. */
function unopened(): Parts {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const keys = absent<Parts['keys']>('keys')
  return {
    database: absent('database'),
    bus: absent('bus'),
    keys: { ...keys, access: { kid: '', privateKey, publicKey } },
    headsFile: '',
    ledgerRootsDir: '',
    mint: absent('mint'),
    log,
    metrics: absent('metrics'),
    providers: [],
    statements: [],
    sendMail: undefined,
    webUrl: '',
    publish: () => undefined
  }
}

/** Stands where something would be; what it is asked for can be named and handed on, but not called. */
function absent<Whole extends object>(name: string): Whole {
  const refuse = (): never => {
    throw new Error(`${name} is not there while the API is only described`)
  }
  return new Proxy(refuse, {
    get: (_, part) => absent<object>(`${name}.${String(part)}`)
  }) as unknown as Whole
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(JSON.stringify(await apiDocument()))
