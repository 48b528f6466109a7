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
export function openLink({ url, credentials, log }: BusSettings): Link {
  const actions: (() => void)[] = []
  let connection: NatsConnection | undefined
  let up = false
  let closed = false
  let retry: NodeJS.Timeout | undefined
  const rise = (): void => {
    up = true
    actions.forEach((act) => act())
  }
  const begin = async (): Promise<void> => {
    try {
      connection = await dial(url, credentials)
    } catch (error) {
      log.warn({ err: String(error) }, 'NATS is not there yet')
      if (!closed) retry = setTimeout(() => void begin(), reconnectMs)
      return
    }
    if (closed) return connection.close()
    log.info({ server: connection.getServer() }, 'connected to NATS')
    rise()
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') up = false
      if (status.type === 'reconnect') rise()
      if (status.type === 'error') log.warn({ err: String(status.error) }, 'NATS said no')
    }
  }
  let running = begin()
  running.catch((error: unknown) => log.error({ err: String(error) }, 'the link to NATS broke'))
  return {
    connection() {
      if (!connection) throw new Error('NATS is not connected')
      return connection
    },
    connected: () => up,
    onConnected(act) {
      actions.push(act)
      if (up) act()
    },
    async close() {
      closed = true
      up = false
      clearTimeout(retry)
      const late = new Promise<void>((resolve) => setTimeout(resolve, closeMs).unref())
      if (connection) await Promise.race([connection.close(), late])
      running = Promise.resolve()
    }
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
