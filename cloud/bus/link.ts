import { setTimeout as wait } from 'node:timers/promises'
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import type { BusSettings } from './types.ts'

const connectMs = 5_000
const reconnectMs = 500
const closeMs = 2_000

export type Link = {
  /** The connection while there is one. @throws Error when there is none */
  connection(): NatsConnection
  connected(): boolean
  onConnected(act: () => void): void
  close(): Promise<void>
}

/** Connects in the background for as long as it takes; a cloud without NATS still answers HTTP. */
export function openLink(settings: BusSettings): Link {
  const linking = new Linking(settings)
  linking.begin()
  return {
    connection: () => linking.connection(),
    connected: () => linking.up,
    onConnected: (act) => linking.onConnected(act),
    close: async () => linking.close()
  }
}

class Linking {
  readonly #settings: BusSettings
  readonly #actions: (() => void)[] = []
  #connection: NatsConnection | undefined
  #closed = false
  #retry: NodeJS.Timeout | undefined
  up = false

  constructor(settings: BusSettings) {
    this.#settings = settings
  }

  begin(): void {
    const { log } = this.#settings
    this.#connect().catch((error: unknown) => log.error({ err: String(error) }, 'the link to NATS broke'))
  }

  connection(): NatsConnection {
    if (!this.#connection) throw new Error('NATS is not connected')
    return this.#connection
  }

  onConnected(act: () => void): void {
    this.#actions.push(act)
    if (this.up) act()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.up = false
    clearTimeout(this.#retry)
    if (this.#connection)
      await Promise.race([this.#connection.close(), wait(closeMs, undefined, { ref: false })])
  }

  async #connect(): Promise<void> {
    const { url, credentials, log } = this.#settings
    try {
      this.#connection = await dial(url, credentials)
    } catch (error) {
      log.warn({ err: String(error) }, 'NATS is not there yet')
      if (!this.#closed) this.#retry = setTimeout(() => this.begin(), reconnectMs)
      return
    }
    if (this.#closed) return this.#connection.close()
    log.info({ server: this.#connection.getServer() }, 'connected to NATS')
    this.#rise()
    await this.#watch(this.#connection)
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.up = false
      if (status.type === 'reconnect') this.#rise()
      if (status.type === 'error') this.#settings.log.warn({ err: String(status.error) }, 'NATS said no')
    }
  }

  #rise(): void {
    this.up = true
    this.#actions.forEach((act) => act())
  }
}

async function dial(url: string, credentials: string | null): Promise<NatsConnection> {
  return connect({
    servers: url.split(',').map((server) => server.trim().replace(/^nats:\/\//, '')),
    name: 'nova-cloud',
    timeout: connectMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectMs,
    pingInterval: 10_000,
    maxPingOut: 2,
    noAsyncTraces: true,
    ignoreAuthErrorAbort: true,
    ...(credentials === null
      ? {}
      : { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) })
  })
}
