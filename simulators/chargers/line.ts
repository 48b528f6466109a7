import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { callText, errorText, readFrame, resultText, unreadableId } from '@nova/shared-protocol/codecs/ocpp'
import {
  beginTalk,
  step,
  usualRules,
  type Do,
  type Heard,
  type Inbound,
  type Outcome,
  type Talk
} from '@nova/shared-protocol/dialogues/ocpp'

export type LineNeeds = {
  readonly url: string
  readonly identity: string
  readonly password: string | null
  readonly patienceMs: number // Real time that an answer may take.
  /** Answers a call of the back office; undefined: unknown action; null: no answer at all. */
  hear(action: string, payload: unknown): Promise<object | null | undefined>
  up(): void
  down(reason: string): void
}

/** The station's end of the wire. One connection at a time; `open` again after `down`. */
export type Line = {
  isUp(): boolean
  open(): void
  /** As if the cable was pulled: no goodbye. */
  cut(): void
  call(action: string, payload: unknown): Promise<Outcome>
  close(): Promise<void>
}

const tickMs = 250
const handshakeMs = 10_000

export function openLine(needs: LineNeeds): Line {
  let wire: Wire | null = null
  return {
    isUp: () => wire?.isUp() ?? false,
    open() {
      if (wire) return
      const mine = new Wire(needs, (reason) => {
        if (wire === mine) wire = null
        needs.down(reason)
      })
      wire = mine
    },
    cut: () => wire?.cut(),
    call: (action, payload) => wire?.call(action, payload) ?? Promise.resolve({ kind: 'closed' }),
    close: () => wire?.close() ?? Promise.resolve()
  }
}

class Wire {
  readonly #needs: LineNeeds
  readonly #ws: WebSocket
  readonly #waiting = new Map<number, (outcome: Outcome) => void>()
  readonly #ticking: NodeJS.Timeout
  readonly #gone: Promise<void>
  #talk: Talk
  #last = 0
  #why = 'closed'

  constructor(needs: LineNeeds, down: (reason: string) => void) {
    this.#needs = needs
    const { url, identity, password } = needs
    const headers =
      password === null
        ? {}
        : { Authorization: `Basic ${Buffer.from(`${identity}:${password}`).toString('base64')}` }
    this.#ws = new WebSocket(`${url.replace(/\/$/, '')}/${encodeURIComponent(identity)}`, ['ocpp1.6'], {
      headers,
      handshakeTimeout: handshakeMs,
      perMessageDeflate: false
    })
    // Message ids differ from connection to connection, as those of real stations do.
    const rules = { ...usualRules, protocol: 'ocpp1.6', idPrefix: `${randomUUID().slice(0, 13)}-` } as const
    this.#talk = beginTalk(rules, performance.now())
    this.#ws.on('open', () => needs.up())
    this.#ws.on('message', (data: Buffer) => this.#take({ kind: 'frame', frame: readFrame(data.toString()) }))
    this.#ws.on('pong', () => this.#take({ kind: 'alive' }))
    this.#ws.on('error', (error) => {
      this.#why = error.message
    })
    this.#ticking = setInterval(() => this.#take({ kind: 'tick' }), tickMs)
    this.#gone = new Promise((resolve) => {
      this.#ws.on('close', (code, reason) => {
        clearInterval(this.#ticking)
        this.#take({ kind: 'closed' })
        down(code === 1006 ? this.#why : `${code} ${reason.toString()}`)
        resolve()
      })
    })
  }

  isUp(): boolean {
    return this.#ws.readyState === WebSocket.OPEN
  }

  cut(): void {
    this.#ws.terminate()
  }

  close(): Promise<void> {
    if (this.isUp()) this.#ws.close(1000, 'switched off')
    else this.#ws.terminate()
    return this.#gone
  }

  call(action: string, payload: unknown): Promise<Outcome> {
    if (!this.isUp()) return Promise.resolve({ kind: 'closed' })
    const token = ++this.#last
    return new Promise((resolve) => {
      this.#waiting.set(token, resolve)
      const { patienceMs } = this.#needs
      this.#take({ kind: 'wish', wish: { token, action, payload, urgent: false, topic: null, patienceMs } })
    })
  }

  #take(heard: Heard): void {
    const [talk, todo] = step(this.#talk, heard, performance.now())
    this.#talk = talk
    for (const each of todo) this.#do(each)
  }

  #do(each: Do): void {
    switch (each.kind) {
      case 'handle':
        return void this.#handle(each.call)
      case 'call':
        return this.#ws.send(callText(each.id, each.action, each.payload))
      case 'settle':
        return this.#settle(each.token, each.outcome)
      case 'refuse':
        return this.#send(errorText(each.id ?? unreadableId, each.fault, each.because, 'ocpp1.6'))
      case 'hang-up':
        this.#why = each.because
        return this.#ws.terminate()
      case 'ignored':
        return undefined
      default:
        return this.#ws[each.kind]()
    }
  }

  #settle(token: number, outcome: Outcome): void {
    this.#waiting.get(token)?.(outcome)
    this.#waiting.delete(token)
  }

  async #handle(call: Inbound): Promise<void> {
    const text = await this.#needs.hear(call.action, call.payload).then(
      (said) => {
        if (said === null) return null
        return said ? resultText(call, said) : errorText(call, 'unknown-action', call.action, 'ocpp1.6')
      },
      (cause: unknown) =>
        errorText(call, 'internal', cause instanceof Error ? cause.message : 'failed', 'ocpp1.6')
    )
    if (text !== null) this.#send(text)
    this.#take({ kind: 'answered' })
  }

  #send(text: string): void {
    if (this.isUp()) this.#ws.send(text)
  }
}
