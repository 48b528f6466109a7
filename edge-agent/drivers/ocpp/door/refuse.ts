import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

const goodbyeMs = 1_000 // The refusal is out in milliseconds; who does not read it is cut off.

/** Answers an upgrade request with a plain HTTP refusal and closes. */
export function refuse(socket: Duplex, status: number, headers: Readonly<Record<string, string>> = {}): void {
  if (socket.destroyed) return
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Length: 0',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  ]
  const cutOff = setTimeout(() => socket.destroy(), goodbyeMs)
  socket.once('close', () => clearTimeout(cutOff))
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
}
