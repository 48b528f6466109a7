import { connect, type Socket } from 'node:net'
import {
  decodeAnswer,
  encodeFrame,
  encodeRequest,
  splitFrames,
  type Request
} from '@nova/shared-protocol/codecs/modbus'
import type { Place } from './place.ts'

export type Link = {
  /** @returns the registers' values. @throws ModbusFault on exception, silence, a broken line or another's answer */
  read(request: Extract<Request, { kind: 'read' }>, timeoutMs: number): Promise<readonly number[]>
  /** @returns 1 for each bit that is set, 0 for the others. @throws as `read` */
  readBits(request: Extract<Request, { kind: 'read-bits' }>, timeoutMs: number): Promise<readonly number[]>
  /** Resolves when the device has confirmed. @throws as `read`; after `no-answer` nobody knows whether it was written */
  write(request: Extract<Request, { kind: 'write' }>, timeoutMs: number): Promise<void>
  readonly closed: Promise<void>
  close(): void
}

export type Fault = 'exception' | 'no-answer' | 'closed' | 'not-an-answer'

export class ModbusFault extends Error {
  readonly fault: Fault
  constructor(fault: Fault, detail: string, options?: ErrorOptions) {
    super(`${fault}: ${detail}`, options)
    this.name = 'ModbusFault'
    this.fault = fault
  }
}

type Waiting = {
  readonly transaction: number
  readonly request: Request
  settle(values: readonly number[] | ModbusFault): void
}

/**
 * One TCP connection, one request on its way at a time (many meters answer only so). Answers are matched by
 * transaction id: a late one to a request that was given up is dropped, never taken for the next.
 * @throws Error when the connection cannot be made within `timeoutMs`, or is not wanted any more
 */
export async function openLink(place: Place, timeoutMs: number, stop?: AbortSignal): Promise<Link> {
  const socket = await dial(place, timeoutMs, stop)
  let waiting: Waiting | null = null
  let transaction = 0
  const end = (fault: ModbusFault): void => {
    waiting?.settle(fault)
    waiting = null
    socket.destroy()
  }
  listen(socket, place.unit, () => waiting, end)
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      end(new ModbusFault('closed', 'the device closed the line'))
      resolve()
    })
  })
  const exchange = (request: Request, patienceMs: number): Promise<readonly number[]> => {
    if (waiting !== null) throw new Error('one request at a time')
    transaction = (transaction + 1) % 0x10000
    const frame = encodeFrame({ transaction, unit: place.unit, pdu: encodeRequest(request) })
    const asked = ask({ transaction, request, patienceMs }, (each) => {
      waiting = each
    })
    if (socket.destroyed) end(new ModbusFault('closed', 'before it was asked'))
    else socket.write(frame)
    return asked
  }
  return {
    closed,
    close: () => end(new ModbusFault('closed', 'by us')),
    read: exchange,
    readBits: exchange,
    write: (request, patienceMs) => exchange(request, patienceMs).then(() => undefined)
  }
}

type Asking = { readonly transaction: number; readonly request: Request; readonly patienceMs: number }

function ask(
  { transaction, request, patienceMs }: Asking,
  wait: (waiting: Waiting | null) => void
): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => settle(new ModbusFault('no-answer', `within ${patienceMs} ms`)), patienceMs)
    const settle = (result: readonly number[] | ModbusFault): void => {
      clearTimeout(late)
      wait(null)
      if (result instanceof ModbusFault) reject(result)
      else resolve(result)
    }
    wait({ transaction, request, settle })
  })
}

function listen(
  socket: Socket,
  unit: number,
  waitingNow: () => Waiting | null,
  end: (fault: ModbusFault) => void
): void {
  let rest: Uint8Array = new Uint8Array()
  socket.on('error', (cause) => end(new ModbusFault('closed', cause.message, { cause })))
  socket.on('data', (chunk: Uint8Array) => {
    const split = splitFrames(Uint8Array.from([...rest, ...chunk]))
    if (!split.ok) return end(new ModbusFault('not-an-answer', 'this is no Modbus'))
    rest = split.rest
    for (const frame of split.frames) {
      const waiting = waitingNow()
      if (waiting?.transaction !== frame.transaction || frame.unit !== unit) continue
      waiting.settle(resultOf(frame.pdu, waiting.request))
    }
  })
}

function resultOf(pdu: Uint8Array, request: Request): readonly number[] | ModbusFault {
  const answer = decodeAnswer(pdu, request)
  if (!answer.ok) return new ModbusFault('not-an-answer', 'other function or length')
  if (answer.value.kind === 'exception') return new ModbusFault('exception', `code ${answer.value.code}`)
  return 'values' in answer.value ? answer.value.values.map(Number) : []
}

function dial(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
  stop: AbortSignal | undefined
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, ...(stop && { signal: stop }) })
    const late = setTimeout(() => {
      socket.destroy(new Error(`no connection to ${host}:${port} within ${timeoutMs} ms`))
    }, timeoutMs)
    socket.once('error', (cause) => {
      clearTimeout(late)
      reject(cause)
    })
    socket.once('connect', () => {
      clearTimeout(late)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
