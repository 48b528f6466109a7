import { WebSocket } from 'ws'
import type { Frame } from '@nova/shared-protocol/codecs/ocpp'
import type { Station } from '../v16/handler.ts'

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

export type Arrival = Pick<Station, 'heardAt' | 'heardMs'>

type Clock = { now(): number; monotonic(): number }

/** When each frame came. A call may wait for those before it: what it says is judged by when it came. */
export type Arrivals = {
  came<Each extends Frame>(frame: Each): Each
  of(frame: Frame): Arrival
}

export function openArrivals(clock: Clock): Arrivals {
  const known = new WeakMap<Frame, Arrival>() // For as long as the dialogue holds the frame.
  const arrival = () => ({ heardAt: instantText(clock.now()), heardMs: clock.monotonic() })
  return {
    came(frame) {
      known.set(frame, arrival())
      return frame
    },
    of: (frame) => known.get(frame) ?? arrival()
  }
}

// Many messages share a millisecond; making the text costs more than parsing a heartbeat.
let last = { ms: Number.NaN, text: '' }

export function instantText(ms: number): string {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() }
  return last.text
}
