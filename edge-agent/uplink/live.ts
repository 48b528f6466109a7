import { subjects } from '@nova/shared-protocol/messages'
import type { Line } from './line.ts'
import type { Needs } from './needs.ts'

const everyMs = 1_000 // Nobody reads faster than once a second.
const stateEvery = 5 // Beats between two `state` messages, also when nothing changed.
const flushMs = 10_000

/** Newest values once a second over core NATS; while the line still chews on the last ones, these are dropped. */
export function openLive(needs: Needs, line: Line, epoch: number): { stop(): void } {
  let beats = 0
  let busy = false
  const beat = () => {
    const withState = beats++ % stateEvery === 0
    if (busy) return needs.count('live_dropped')
    const messages = news(needs, epoch, withState)
    if (messages.length === 0) return
    for (const { topic, body } of messages) {
      line.publish(subjects.live(needs.site, topic), JSON.stringify(body))
    }
    busy = true
    line.flushed(flushMs).then(
      () => (busy = false),
      () => {
        busy = false
        needs.live.anew() // What was said may be lost: it is said again. The heartbeat finds out about a dead line.
      }
    )
  }
  needs.live.anew()
  const timer = setInterval(beat, everyMs)
  beat()
  return { stop: () => clearInterval(timer) }
}

type Message = { readonly topic: 'connectors' | 'power' | 'picture' | 'state'; readonly body: unknown }

function news(needs: Needs, epoch: number, withState: boolean): Message[] {
  const head = { v: 1, site: needs.site } as const
  const at = needs.clock.instant()
  const connectors = needs.live.connectors()
  const allocation = needs.live.allocation()
  const picture = needs.live.picture()
  return [
    ...(connectors ? [{ topic: 'connectors', body: { ...head, at, connectors } } as const] : []),
    ...(allocation ? [{ topic: 'power', body: { ...head, allocation } } as const] : []),
    ...(picture ? [{ topic: 'picture', body: { ...head, picture } } as const] : []),
    ...(withState ? [{ topic: 'state', body: { ...head, at, epoch, ...needs.live.state() } } as const] : [])
  ]
}
