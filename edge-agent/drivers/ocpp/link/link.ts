import type { WebSocket } from 'ws'
import {
  callText,
  errorText,
  isTransactional,
  readFrame,
  resultText,
  unreadableId
} from '@nova/shared-protocol/codecs/ocpp'
import { beginTalk, step, usualRules } from '@nova/shared-protocol/dialogues/ocpp'
import type { Do, Heard, Inbound, Outcome, Talk, Wish } from '@nova/shared-protocol/dialogues/ocpp'
import type { Charger, Protocol } from '@nova/shared-protocol/model'
import type { Finding } from '../findings/finding.ts'
import { noteHeard } from '../findings/heard.ts'
import type { OcppNeeds } from '../needs.ts'
import type { Station } from '../orders/set-point.ts'
import type { Validators } from '../schemas/validators.ts'
import { prepare } from './prepare.ts'
import { openQuestions } from './questions.ts'
import { answersProbe, instantText, openArrivals, shut, type Arrivals } from './socket.ts'

/** One living connection of a known charger. */
export type Link = Station & {
  readonly who: Who
  /** Shows within `patienceMs` whether the other end still lives (O3). */
  probe(patienceMs: number): Promise<boolean>
  tick(): void
  /** Ends the link at once; resolves when the intake knows. Calling it again does nothing more. */
  end(code: number, reason: string): Promise<void>
}

export type Who = {
  readonly chargerId: string
  readonly protocol: Protocol
  readonly address: string
  readonly secure: boolean
}

export type LinkNeeds = OcppNeeds & {
  readonly who: Who
  readonly configured: Charger
  readonly finding: Finding
  readonly validators: Validators
  /** Called once, the moment the link is over. */
  over(): void
}

/** Takes over an upgraded socket: joins the dialogue, the handlers and the intake. */
export function openLink(ws: WebSocket, needs: LinkNeeds): Link {
  const link = new OpenLink(ws, needs)
  link.begin()
  return link
}

class OpenLink implements Link {
  readonly #ws: WebSocket
  readonly #needs: LinkNeeds
  readonly #questions = openQuestions()
  readonly #heard: Heard[] = []
  #ready: Promise<void> = Promise.resolve()
  #talk: Talk
  #busy = false
  #known = false // The intake has been told of this connection.
  #over = false
  #ended: Promise<void> | null = null
  readonly #arrivals: Arrivals
  #again: (() => void) | null = null // A call in work that could not be stored: tried again at the next tick.
  charger: Charger
  unitAsked = false

  constructor(ws: WebSocket, needs: LinkNeeds) {
    this.#ws = ws
    this.#needs = needs
    this.charger = needs.configured
    this.#arrivals = openArrivals(needs.clock)
    const { quietMs, pongMs, workMs } = needs.limits
    const idPrefix = `${needs.chance.uuid().slice(0, 8)}-`
    const rules = { ...usualRules, quietMs, pongMs, workMs, idPrefix, protocol: needs.who.protocol }
    this.#talk = beginTalk(rules, needs.clock.monotonic())
  }

  get finding(): Finding {
    return this.#needs.finding
  }

  get who(): Who {
    return this.#needs.who
  }

  begin(): void {
    const ws = this.#ws
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) void this.end(1003, 'binary frame')
      else this.#hear({ kind: 'frame', frame: this.#arrivals.came(readFrame(data.toString())) })
    })
    ws.on('pong', () => this.#hear({ kind: 'alive' }))
    ws.on('error', (error) => void this.end(1002, error.message))
    ws.on('close', (code, reason) => void this.end(code, reason.toString() || `closed with ${code}`))
    this.#ready = this.#connect()
  }

  ask(wish: Omit<Wish, 'token'>, signal: AbortSignal): Promise<Outcome> {
    if (this.#over) return Promise.resolve({ kind: 'closed' })
    return this.#questions.ask(wish, signal, (heard) => this.#hear(heard))
  }

  probe(patienceMs: number): Promise<boolean> {
    // While reading is paused we are busy with what it sent: it lives, and its pong could not be heard.
    return this.#talk.paused ? Promise.resolve(true) : answersProbe(this.#ws, patienceMs)
  }

  tick(): void {
    this.charger = this.#needs.charger(this.who.chargerId) ?? this.charger
    this.#hear({ kind: 'tick' })
    const again = this.#again
    this.#again = null
    if (!this.#over) again?.()
  }

  end(code: number, reason: string): Promise<void> {
    this.#ended ??= this.#end(code, reason)
    return this.#ended
  }

  async #connect(): Promise<void> {
    const { chargerId, address, protocol } = this.who
    await Promise.resolve() // Whoever opened the link has it in the list before anything can end it.
    try {
      await this.#needs.intake.connected(chargerId, { address, protocol, at: this.#now() })
    } catch (cause) {
      this.#unstored('connected', cause) // With a full disk it must still be led, and stopped.
    }
    this.#known = true
  }

  async #end(code: number, reason: string): Promise<void> {
    this.#over = true
    const [, todo] = step(this.#talk, { kind: 'closed' }, this.#needs.clock.monotonic())
    for (const each of todo) this.#do(each)
    this.#needs.over()
    shut(this.#ws, code, reason)
    const { chargerId } = this.who
    const at = this.#now()
    try {
      await this.#ready // The intake hears of the end after it has heard of the beginning.
      await this.#needs.intake.disconnected(chargerId, at, reason)
    } catch (cause) {
      this.#needs.log.error({ chargerId, err: cause }, 'the end of a connection could not be stored')
    }
  }

  /** Runs the dialogue. What is heard meanwhile waits its turn here, not on the stack. */
  #hear(heard: Heard): void {
    this.#heard.push(heard)
    if (this.#busy) return
    this.#busy = true
    for (let next = this.#heard.shift(); next; next = this.#heard.shift()) {
      if (this.#over) continue
      const [talk, todo] = step(this.#talk, next, this.#needs.clock.monotonic())
      this.#talk = talk
      for (const each of todo) this.#do(each)
    }
    this.#busy = false
  }

  #do(each: Do): void {
    switch (each.kind) {
      case 'handle':
        return this.#handle(each.call)
      case 'call':
        return this.#send(callText(each.id, each.action, each.payload))
      case 'settle':
        return this.#settle(each)
      case 'refuse':
        return this.#refuse(each)
      case 'ping':
      case 'pause':
      case 'resume':
        return this.#ws[each.kind]()
      case 'hang-up':
        return void this.end(each.code, each.because)
      case 'ignored':
        return this.#needs.metrics.ignored(each.what)
    }
  }

  #settle({ token, outcome, tookMs }: Extract<Do, { kind: 'settle' }>): void {
    const action = this.#questions.settle(token, outcome)
    if (action !== undefined) this.#needs.metrics.asked(action, outcome.kind, tookMs / 1000)
  }

  #refuse({ id, fault, because }: Extract<Do, { kind: 'refuse' }>): void {
    this.#needs.intake.rejected(this.who.chargerId, because, '')
    this.#send(errorText(id ?? unreadableId, fault, because, this.who.protocol))
  }

  #handle(call: Inbound): void {
    if (this.#known) this.#work(call)
    else void this.#ready.then(() => this.#work(call))
  }

  #work(call: Inbound): void {
    if (this.#over) return
    const prepared = prepare(call, this.#needs.validators)
    if (prepared.kind === 'refuse') {
      this.#needs.metrics.heard(prepared.action, 'refused')
      this.#needs.intake.rejected(
        this.who.chargerId,
        `${prepared.action}: ${prepared.because}`,
        sampleOf(call.raw)
      )
      this.#send(errorText(call, prepared.fault, prepared.because, this.who.protocol))
      return this.#hear({ kind: 'answered' })
    }
    const { limits, intake } = this.#needs
    const { heartbeatS, retryBootS } = limits
    const { chargerId } = this.who
    const arrival = this.#arrivals.of(call)
    const station = {
      chargerId,
      charger: this.charger,
      intake,
      now: this.#now(),
      ...arrival,
      heartbeatS,
      retryBootS
    }
    this.#take(call, () => prepared.handler(prepared.said, station))
  }

  #take(call: Inbound, work: () => Promise<object>): void {
    work().then(
      (answer) => this.#answer(call, answer),
      (cause: unknown) => this.#failed(call, cause, work)
    )
  }

  #answer(call: Inbound, answer: object): void {
    noteHeard(this.finding, call)
    this.#needs.metrics.heard(call.action, 'ok')
    if (call.kind === 'call') this.#send(resultText(call, answer))
    this.#hear({ kind: 'answered' })
  }

  /**
   * Not stored: no answer. When a transaction begins or ends the line ends too, so that the charger keeps its message
   * and sends it on a new one: tries on the same line are counted and run out. Readings of a transaction come each
   * minute, and limits and stops go through the line: we try again ourselves, for as long as one call may take us
   * (`workMs`), then that line ends as well. For the rest it stays.
   */
  #failed(call: Inbound, cause: unknown, work: () => Promise<object>): void {
    this.#unstored(call.action, cause)
    if (endsTheLine.has(call.action)) void this.end(1011, 'could not be stored')
    else if (isTransactional(call.action, call.payload)) this.#again = () => this.#take(call, work)
    else this.#hear({ kind: 'answered' })
  }

  #unstored(action: string, cause: unknown): void {
    this.#needs.metrics.heard(action, 'failed')
    this.#needs.log.error(
      { chargerId: this.who.chargerId, action, err: cause },
      'a message could not be stored'
    )
  }

  #send(text: string): void {
    if (this.#over) return
    if (this.#ws.bufferedAmount > this.#needs.limits.unsentBytes) void this.end(1008, 'does not read')
    else this.#ws.send(text)
  }

  #now(): string {
    return instantText(this.#needs.clock.now())
  }
}

const endsTheLine: ReadonlySet<string> = new Set(['StartTransaction', 'StopTransaction', 'TransactionEvent'])

/** A piece of a refused message for people to look at, without what opens doors or names persons. */
const sampleOf = (raw: string): string =>
  raw
    .slice(0, 400)
    .replaceAll(/"(idTag|parentIdTag|csr|data)"(\s*:\s*)"[^"]*"?/gi, '"$1"$2"…"')
    .slice(0, 200)
