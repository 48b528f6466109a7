import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'

const answerWithinMs = 3_000

/** One OCPP-J line to the edge, as thin as can be: what a foreign client would do, without its opinions. */
export type Wire = {
  isOpen(): boolean
  /** @throws CallFault on a CALLERROR, Error when the line is lost or no answer comes within 3 s */
  call(action: string, payload: object): Promise<unknown>
  end(): void
}

export type WireOptions = {
  readonly url: string
  readonly identity: string
  readonly password?: string
}

export class CallFault extends Error {}

type Hear = (action: string, payload: unknown) => object
type Waiting = { resolve(payload: unknown): void; reject(cause: Error): void; readonly late: NodeJS.Timeout }

export async function openWire({ url, identity, password }: WireOptions, hear: Hear): Promise<Wire> {
  const headers = password === undefined ? {} : { authorization: `Basic ${btoa(`${identity}:${password}`)}` }
  const socket = new WebSocket(`${url}/${identity}`, ['ocpp1.6'], {
    headers,
    handshakeTimeout: answerWithinMs
  })
  const waiting = new Map<string, Waiting>()
  socket.on('error', () => socket.terminate())
  socket.on('close', () => loseAll(waiting))
  socket.on('message', (data) => heed({ socket, waiting, hear, text: (data as Buffer).toString('utf8') }))
  const refused = once(socket, 'close').then(() => Promise.reject(new Error('refused')))
  await Promise.race([once(socket, 'open'), refused])
  refused.catch(() => undefined) // A later close is told to each waiting call.
  return {
    isOpen: () => socket.readyState === WebSocket.OPEN,
    call: (action, payload) => ask(socket, waiting, JSON.stringify([action, payload])),
    end: () => socket.terminate()
  }
}

function ask(socket: WebSocket, waiting: Map<string, Waiting>, content: string): Promise<unknown> {
  const id = randomUUID()
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const late = setTimeout(() => socket.terminate(), answerWithinMs)
  waiting.set(id, { resolve, reject, late })
  socket.send(`[2,"${id}",${content.slice(1)}`)
  return promise
}

function loseAll(waiting: Map<string, Waiting>): void {
  for (const { reject, late } of waiting.values()) {
    clearTimeout(late)
    reject(new Error('line lost'))
  }
  waiting.clear()
}

type Incoming = {
  readonly socket: WebSocket
  readonly waiting: Map<string, Waiting>
  readonly hear: Hear
  readonly text: string
}

function heed({ socket, waiting, hear, text }: Incoming): void {
  const message = JSON.parse(text) as [number, string, ...unknown[]]
  if (message[0] === 2) {
    socket.send(JSON.stringify([3, message[1], hear(String(message[2]), message[3])]))
    return
  }
  const asked = waiting.get(message[1])
  waiting.delete(message[1])
  clearTimeout(asked?.late)
  if (message[0] === 3) asked?.resolve(message[2])
  else asked?.reject(new CallFault(text))
}
