import {
  connect,
  credsAuthenticator,
  headers,
  PermissionViolationError,
  type NatsConnection
} from '@nats-io/transport-node'
import { frameHeader, traceHeader } from '@nova/shared-protocol/messages'

/** `trace`: the header `traceparent` as it came, when there is one. */
export type Listener = (data: Uint8Array, reply: (data: string) => void, trace: string | undefined) => void

/** One NATS connection, cut down to what the uplink does with it. It never reconnects: a lost line is over. */
export type Line = {
  /** Newest values, for whoever listens. On a line that is over they go where they would have gone: nowhere. */
  publish(subject: string, data: Uint8Array | string): void
  /** @throws when nobody answers in time */
  request(subject: string, data: Uint8Array | string, timeoutMs: number): Promise<Uint8Array>
  /** Stores a frame in JetStream. @returns its stream sequence; @throws when the stream refuses or is silent */
  store(subject: string, data: Uint8Array): Promise<number>
  hear(subject: string, listener: Listener): void
  /** Resolves when all that was published has reached the server. @throws when it has not in time */
  flushed(timeoutMs: number): Promise<void>
  readonly lost: Promise<string> // The reason, once.
  close(): Promise<void>
}

const connectMs = 5_000
const storeMs = 10_000 // JetStream stores in milliseconds; beyond this the frame is sent again.
const closeMs = 1_000

export type Dial = {
  readonly servers: string
  readonly credentials: string | null
  readonly site: string
}

/** @throws when no server can be reached within five seconds or the credentials are refused */
export async function openLine({ servers, credentials, site }: Dial): Promise<Line> {
  const urls = servers.split(',').map((server) => new URL(server.trim()))
  const user = urls.find((url) => url.username !== '')
  const connection = await connect({
    servers: urls.map((url) => url.host),
    name: `edge ${site}`,
    timeout: connectMs,
    reconnect: false,
    // Of its own, so that replies for one site are unheard by others; its permissions name it.
    inboxPrefix: `_INBOX_${site}`,
    noAsyncTraces: true,
    ...(urls.some((url) => url.protocol === 'tls:') ? { tls: {} } : {}),
    ...(user ? { user: decodeURIComponent(user.username), pass: decodeURIComponent(user.password) } : {}),
    ...(credentials ? { authenticator: credsAuthenticator(Buffer.from(credentials)) } : {})
  })
  return lineOn(connection)
}

function lineOn(connection: NatsConnection): Line {
  const frameHeaders = headers()
  frameHeaders.set(frameHeader, '1')
  return {
    publish: (subject, data) => {
      // It counts as closed some turns of the event loop before `closed()` says so; a throw there ended the process.
      if (!connection.isClosed()) connection.publish(subject, data)
    },
    request: async (subject, data, timeout) => (await connection.request(subject, data, { timeout })).data,
    store: async (subject, data) => {
      const answer = await connection.request(subject, data, { timeout: storeMs, headers: frameHeaders })
      return storedAt(answer.json())
    },
    hear: (subject, listener) => {
      connection.subscribe(subject, {
        callback: (error, message) => {
          const trace = message.headers?.get(traceHeader)
          if (error === null) listener(message.data, (data) => message.respond(data), trace)
        }
      })
    },
    flushed: (timeoutMs) => within(connection.flush(), timeoutMs),
    lost: connection.closed().then((cause) => (cause instanceof Error ? cause.message : 'closed')),
    close: async () => {
      // On a dead path a farewell never leaves; the socket is dropped all the same.
      await within(connection.close(), closeMs).catch(() => undefined)
    }
  }
}

/** NATS itself said no: the credentials do not allow this subject. */
export const isForbidden = (cause: unknown): boolean =>
  cause instanceof PermissionViolationError ||
  (cause instanceof Error && cause.cause instanceof PermissionViolationError)

/** JetStream's answer to a publish: `{stream, seq}` or `{error: {description}}`. */
function storedAt(answer: unknown): number {
  const { seq, error } = answer as { seq?: number; error?: { description?: string } }
  if (typeof seq === 'number') return seq
  throw new Error(`JetStream refused the frame: ${error?.description ?? 'no reason given'}`)
}

/** @throws when `work` takes longer; its own end is then of no interest any more */
async function within<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
