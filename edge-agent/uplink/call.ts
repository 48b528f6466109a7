import { Durable, subjects } from '@nova/shared-protocol/messages'
import { backOff, pause } from './back-off.ts'
import { openDrain, type Drain } from './drain.ts'
import { greet, jsonOf, reconcile, type Greeting } from './greeting.ts'
import type { Line } from './line.ts'
import { openLive } from './live.ts'
import type { Needs } from './needs.ts'
import { openWishes } from './wishes.ts'

/** How a connection ended. */
export type End =
  | { readonly kind: 'lost' | 'stopped'; readonly detail: string }
  | { readonly kind: 'fenced' | 'refused' | 'forked'; readonly detail: string }

export type Watch = {
  online(epoch: number): void
  silent(detail: string): void
  heard(): void
  welcomed(cloudAt: string): void
}

const heartbeatMs = 5_000
const heartbeatPatienceMs = 5_000 // With the pause before it: a dead path is found within 10 s (floor 15 s).
const helloAgainMs = 30_000 // Finds a cloud that forgot us, a lost desired section, a younger process.
const helloSoonestMs = 2_000

/** One connection from hello to its end. Never throws for what a line or a cloud may do. */
export async function hold(needs: Needs, line: Line, watch: Watch, stop: AbortSignal): Promise<End> {
  const ended = Promise.withResolvers<End>()
  const over = new AbortController()
  const conversation = new Conversation(needs, line, watch, (end) => ended.resolve(end))
  stop.addEventListener('abort', () => ended.resolve({ kind: 'stopped', detail: 'stopped' }), {
    signal: over.signal
  })
  if (stop.aborted) ended.resolve({ kind: 'stopped', detail: 'stopped' })
  void line.lost.then((detail) => ended.resolve({ kind: 'lost', detail }))
  void heartbeat(line, over.signal).then((detail) => ended.resolve({ kind: 'lost', detail }))
  conversation.greetings(over.signal).catch((cause: unknown) => {
    ended.resolve({ kind: 'lost', detail: String(cause) }) // The marks could not be stored: begin anew later.
  })
  try {
    return await ended.promise
  } finally {
    over.abort()
    conversation.stop()
    await line.close()
  }
}

async function heartbeat(line: Line, over: AbortSignal): Promise<string> {
  while (!over.aborted) {
    await pause(heartbeatMs, over)
    try {
      if (!over.aborted) await line.flushed(heartbeatPatienceMs)
    } catch (cause) {
      return `no heartbeat: ${cause instanceof Error ? cause.message : String(cause)}`
    }
  }
  return 'over'
}

/** What is said on a connection: hello now and again, frames and live values while welcome, an ear always. */
class Conversation {
  readonly #needs: Needs
  readonly #line: Line
  readonly #watch: Watch
  readonly #end: (end: End) => void
  readonly #silence: { next(): number; reset(): void }
  #epoch = 0
  #drain: Drain | undefined
  #live: { stop(): void } | undefined
  #sooner = new AbortController()

  constructor(needs: Needs, line: Line, watch: Watch, end: (end: End) => void) {
    this.#needs = needs
    this.#line = line
    this.#watch = watch
    this.#end = end
    this.#silence = backOff(needs.random)
  }

  async greetings(over: AbortSignal): Promise<void> {
    this.#listen()
    while (!over.aborted) {
      const waitMs = await this.#answered(await greet(this.#needs, this.#line))
      if (waitMs === undefined) return
      await pause(Math.min(waitMs, helloSoonestMs), over)
      this.#sooner = new AbortController()
      await pause(Math.max(0, waitMs - helloSoonestMs), AbortSignal.any([over, this.#sooner.signal]))
    }
  }

  stop(): void {
    this.#drain?.stop()
    this.#live?.stop()
  }

  /** Before the first hello, so that nothing said in answer to it is missed. */
  #listen(): void {
    const { site } = this.#needs
    const wishes = openWishes(this.#needs)
    this.#line.hear(subjects.durable(site), (bytes) => this.#durable(bytes))
    this.#line.hear(subjects.desired(site), (bytes) => {
      this.#watch.heard()
      wishes.hear(bytes)
    })
    this.#line.hear(subjects.command(site), (bytes, reply, trace) => {
      this.#watch.heard()
      void this.#command(bytes, reply, trace)
    })
    this.#line.hear(subjects.ask(site), (bytes, reply) => void this.#ask(bytes, reply))
  }

  /** @returns how long to wait before the next hello, or undefined when the conversation is over */
  async #answered(greeting: Greeting): Promise<number | undefined> {
    if (greeting.kind === 'silent') return this.#silent(greeting.detail)
    this.#watch.heard()
    if (greeting.kind !== 'welcome') {
      this.#end(greeting)
      return undefined
    }
    this.#silence.reset()
    this.#watch.welcomed(greeting.at)
    if (greeting.epoch !== this.#epoch || behind(this.#needs, greeting.durable)) {
      return this.#begin(greeting.epoch, greeting.durable)
    }
    this.#watch.online(this.#epoch) // It may have been silent for a while.
    return helloAgainMs
  }

  async #begin(epoch: number, durable: { facts: number; history: number }): Promise<number | undefined> {
    this.stop()
    if ((await reconcile(this.#needs, durable)) === 'forked') {
      this.#end({ kind: 'forked', detail: JSON.stringify(durable) })
      return undefined
    }
    this.#epoch = epoch
    this.#drain = openDrain(this.#needs, this.#line, epoch)
    this.#live = openLive(this.#needs, this.#line, epoch)
    this.#watch.online(epoch)
    return helloAgainMs
  }

  /** NATS is there and stores frames; whoever decides by the cloud's word has to know that there is none. */
  #silent(detail: string): number {
    this.#watch.silent(detail)
    return this.#silence.next()
  }

  async #command(bytes: Uint8Array, reply: (data: string) => void, trace: string | undefined): Promise<void> {
    try {
      const answer = await this.#needs.command(bytes, this.#epoch, trace)
      if (answer) reply(JSON.stringify(answer))
      else this.#sooner.abort() // Perhaps meant for a younger process: hello tells.
    } catch (cause) {
      // No answer: the cloud does not know, asks again, and the id makes it one command.
      this.#needs.log.error({ cause: String(cause) }, 'a command could not be taken')
    }
  }

  async #ask(bytes: Uint8Array, reply: (data: string) => void): Promise<void> {
    try {
      const answer = await this.#needs.ask(bytes)
      if (answer !== null) reply(answer)
    } catch (cause) {
      // No answer: whoever asked says that there is none, and asks again when he wants.
      this.#needs.log.error({ cause: String(cause) }, 'a question could not be answered')
    }
  }

  #durable(bytes: Uint8Array): void {
    const parsed = Durable.safeParse(jsonOf(bytes))
    if (!parsed.success || parsed.data.site !== this.#needs.site) return this.#needs.count('durable_refused')
    this.#watch.heard()
    const { epoch, lane, resendFrom } = parsed.data
    // A younger epoch: somebody else acts here. A hole below our mark: the cloud lost what it had. Ask it.
    const asksBelow = resendFrom !== undefined && resendFrom <= this.#needs.outbox.durable(lane)
    if (epoch > this.#epoch || asksBelow) return this.#sooner.abort()
    if (epoch === this.#epoch) this.#drain?.durable(parsed.data)
  }
}

/** The cloud holds less than it once said. More is no news: its word `durable` may be on the way. */
const behind = (needs: Needs, durable: { readonly facts: number; readonly history: number }): boolean =>
  durable.facts < needs.outbox.durable('facts') || durable.history < needs.outbox.durable('history')
