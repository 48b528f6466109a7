import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { OcppNeeds } from '../needs.ts'
import { refuse } from './refuse.ts'

export type Knock = {
  readonly request: http.IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly secure: boolean
  readonly address: string
  /** The socket has got an owner who listens to its errors. */
  taken(): void
}

export type Listener = {
  readonly address: { readonly host: string; readonly port: number }
  /** The socket has become a link: it no longer counts as unfinished. */
  tick(now: number): void
  close(): Promise<void>
}

/** @throws when the port is taken; the error carries `code` and the port */
export async function listen(
  needs: Pick<OcppNeeds, 'settings' | 'limits' | 'metrics' | 'clock' | 'log'>,
  secure: boolean,
  knock: (knock: Knock) => void
): Promise<Listener> {
  const { server, port } = secure ? tlsServer(needs) : plainServer(needs)
  const half = openHalf(needs)
  server.maxConnections = needs.limits.connections
  server.on('connection', half.add)
  server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    half.finished(request.socket)
    const failed = () => needs.metrics.refused('socket error')
    socket.on('error', failed)
    const address = plainAddress(request.socket.remoteAddress)
    knock({ request, socket, head, secure, address, taken: () => socket.off('error', failed) })
  })
  server.on('request', (_request: http.IncomingMessage, response: http.ServerResponse) => {
    needs.metrics.refused('no upgrade')
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    needs.metrics.refused('malformed request')
    refuse(socket, statusOf(error.code))
  })
  server.on('tlsClientError', () => needs.metrics.refused('TLS'))
  await bound(server, port, needs.settings.host)
  // Out of file descriptors and the like: nobody can come in for a moment, nobody inside is harmed.
  server.on('error', (err) => needs.log.error({ err, port }, 'the OCPP listener has trouble'))
  const { address, port: real } = server.address() as AddressInfo
  return { address: { host: address, port: real }, tick: half.tick, close: () => closed(server) }
}

type Server = http.Server | https.Server

const requestLimits = ({ limits }: Pick<OcppNeeds, 'limits'>): http.ServerOptions => ({
  maxHeaderSize: limits.headerBytes,
  headersTimeout: limits.headerMs,
  requestTimeout: limits.headerMs,
  connectionsCheckingInterval: limits.tickMs,
  keepAlive: true, // TCP's own, for paths that forget idle flows.
  noDelay: true
})

const plainServer = (needs: Pick<OcppNeeds, 'settings' | 'limits'>) => ({
  server: http.createServer(requestLimits(needs)) as Server,
  port: needs.settings.port
})

// Authenticated encryption only; a client that offers nothing but CBC or RC4 is refused (O8).
const suites =
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:' +
  'ECDHE+AESGCM:ECDHE+CHACHA20:RSA+AESGCM'

function tlsServer(needs: Pick<OcppNeeds, 'settings' | 'limits'>): { server: Server; port: number } {
  const { tls } = needs.settings
  if (!tls) throw new Error('no TLS settings')
  const { certificate, key, clientCa, port } = tls
  const server = https.createServer({
    ...requestLimits(needs),
    cert: certificate,
    key,
    minVersion: 'TLSv1.2', // Security white paper §3.2.3: the four suites it asks for are among these.
    ciphers: suites,
    handshakeTimeout: needs.limits.headerMs,
    // A certificate is asked for, and judged at the door where the identity is known (O6).
    ...(clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false })
  })
  return { server, port }
}

/** Sockets that have not finished their handshake: bounded in number and in time (O23). */
function openHalf({ limits, clock, metrics }: Pick<OcppNeeds, 'limits' | 'clock' | 'metrics'>) {
  const since = new Map<string, { readonly socket: Socket; readonly at: number }>()
  const keyOf = (socket: Socket): string => `${socket.remoteAddress}|${socket.remotePort}`
  const cutOff = (key: string, socket: Socket) => {
    since.delete(key)
    metrics.refused('unfinished')
    socket.destroy()
  }
  return {
    add(socket: Socket) {
      const key = keyOf(socket)
      since.set(key, { socket, at: clock.monotonic() })
      socket.once('close', () => since.delete(key))
      const oldest = since.size > limits.unfinishedSockets ? since.entries().next().value : undefined
      if (oldest) cutOff(oldest[0], oldest[1].socket)
    },
    /** Over TLS this is another object than the one that was added; both have the same two ends. */
    finished: (socket: Socket) => since.delete(keyOf(socket)),
    tick(now: number) {
      for (const [key, { socket, at }] of since) {
        if (now - at < limits.headerMs) return // The map is in the order of coming.
        cutOff(key, socket)
      }
    }
  }
}

const plainAddress = (address: string | undefined): string => (address ?? 'unknown').replace(/^::ffff:/, '')

const statusOf = (code: string | undefined): number =>
  code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400

function bound(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
