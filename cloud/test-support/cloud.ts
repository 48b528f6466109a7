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
export type Answer = { readonly status: number; readonly body: any; readonly headers: Headers }

/** The whole cloud in this process, all roles, demo profile, on a real database and a real NATS. */
export async function openTestCloud(): Promise<TestCloud> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-cloud-'))
  const [nats, database] = await Promise.all([openTestNats(), openTestDatabase()])
  const settings = readSettings(
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
  const log = pino({ level: process.env['NOVA_TEST_LOG'] ?? 'silent' })
  let cloud: Cloud = await startCloud(settings, log)
  const call = async (
    method: string,
    where: string,
    { as, body, headers }: CallOptions = {}
  ): Promise<Answer> => {
    const answer = await fetch(`${cloud.url}${where}`, {
      method,
      headers: {
        ...(as ? { authorization: `Bearer ${as}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text
    }
  }
  return {
    get url() {
      return cloud.url
    },
    dataDir,
    nats,
    database: database.database,
    async signIn(person, password = 'nova-demo') {
      const email = person.includes('@') ? person : `${person}@nova.test`
      const { status, body } = await call('POST', '/api/v1/auth/login', { body: { email, password } })
      if (status !== 200) throw new Error(`${email} could not sign in: ${JSON.stringify(body)}`)
      return body.accessToken as string
    },
    call,
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
