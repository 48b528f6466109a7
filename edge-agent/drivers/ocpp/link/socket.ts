import { WebSocket } from 'ws'

const goneAfterMs = 1_000 // A close handshake that takes longer is not worth waiting for.

/** Close codes that may be sent (RFC 6455 §7.4): 1005, 1006 and 1015 only ever describe what happened. */
const sendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)

/** Closes politely, then for good. */
export function shut(ws: WebSocket, code: number, reason: string): void {
  if (ws.readyState === WebSocket.CLOSED) return
  const cutOff = setTimeout(() => ws.terminate(), goneAfterMs)
  ws.once('close', () => clearTimeout(cutOff))
  if (ws.readyState !== WebSocket.OPEN) return
  if (ws.isPaused) ws.resume() // Otherwise the other end's goodbye is never heard.
  if (sendable(code)) ws.close(code, reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100))
  else ws.close(1000)
}

/** A pong or any message within `patienceMs`. */
export function answersProbe(ws: WebSocket, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(false), patienceMs)
    const lives = () => settle(true)
    const dead = () => settle(false)
    const settle = (alive: boolean) => {
      clearTimeout(timer)
      ws.off('pong', lives).off('message', lives).off('close', dead)
      resolve(alive)
    }
    ws.on('pong', lives).on('message', lives).on('close', dead)
    if (ws.readyState === WebSocket.OPEN) ws.ping()
  })
}
