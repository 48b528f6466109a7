import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { startCloud, readSettings, type Cloud } from '../main.ts'
import { openTestNats, type TestNats } from './nats.ts'
import { openTestDatabase, type TestDatabase } from './postgres.ts'

export type TestCloud = {
  readonly url: string
  readonly dataDir: string
  readonly nats: TestNats
  readonly database: TestDatabase['database']
  /** Signs in as one of the demo's people (`operator`, …) or by address. @returns the access token */
  signIn(person: string, password?: string): Promise<string>
  call(method: string, where: string, options?: CallOptions): Promise<Answer>
  /** Stops the cloud and starts it again on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

export type CallOptions = {
  readonly as?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}
// A test reads answers as people do; what they are is checked by what it compares them with.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = { readonly status: number; readonly body: any; readonly headers: Headers }

/** The whole cloud in this process, all roles, demo profile, on a real database and a real NATS. */
export async function openTestCloud(): Promise<TestCloud> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-cloud-'))
  const [nats, database] = await Promise.all([openTestNats(), openTestDatabase()])
  const settings = settingsFor(dataDir, nats, database)
  const log = pino({ level: process.env['NOVA_TEST_LOG'] ?? 'silent' })
  let cloud: Cloud = await startCloud(settings, log)
  const call = async (method: string, where: string, options?: CallOptions): Promise<Answer> =>
    ask(`${cloud.url}${where}`, method, options)
  return {
    get url() {
      return cloud.url
    },
    dataDir,
    nats,
    database: database.database,
    call,
    signIn: async (person, password = 'nova-demo') => signIn(call, person, password),
    async restart() {
      await cloud.stop()
      cloud = await startCloud(settings, log)
    },
    async close() {
      await cloud.stop()
      await Promise.all([nats.close(), database.close()])
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

const settingsFor = (dataDir: string, nats: TestNats, database: TestDatabase) =>
  readSettings(
    {
      NOVA_HTTP_PORT: '0',
      NOVA_DATABASE_URL: database.url,
      NOVA_DATABASE_CONNECTIONS: '12',
      NOVA_NATS_URL: nats.url,
      NOVA_NATS_CREDENTIALS: nats.credentialsFile,
      NOVA_NATS_SIGNING_KEY: nats.signingKeyFile,
      NOVA_DATA_DIR: dataDir,
      NOVA_PROFILE: 'demo',
      NOVA_WEB_DIR: path.join(dataDir, 'web'),
      NOVA_BANK_URL: 'http://127.0.0.1:9'
    },
    []
  )

async function ask(url: string, method: string, { as, body, headers }: CallOptions = {}): Promise<Answer> {
  const token = as === undefined ? {} : { authorization: `Bearer ${as}` }
  const answer = await fetch(url, {
    method,
    headers: { ...token, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const text = await answer.text()
  const parsed: unknown = /^[[{]/.test(text) ? JSON.parse(text) : text
  return { status: answer.status, headers: answer.headers, body: parsed }
}

async function signIn(call: TestCloud['call'], person: string, password: string): Promise<string> {
  const email = person.includes('@') ? person : `${person}@nova.test`
  const answer = await call('POST', '/api/v1/auth/login', { body: { email, password } })
  const { accessToken } = answer.body as { accessToken?: string }
  if (accessToken === undefined) throw new Error(`${email} could not sign in: ${JSON.stringify(answer.body)}`)
  return accessToken
}
