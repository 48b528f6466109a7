import { setTimeout as wait } from 'node:timers/promises'
import { answer } from './answers.ts'
import type { Body, Outlet } from './body.ts'
import { openLine, type Line } from './line.ts'
import { listed } from './local-list.ts'
import { recall, remember } from './memory.ts'
import { newBody, viewOf, type ChargePoint, type ChargePointOptions } from './options.ts'
import { fault, plugIn, swipe, unplug } from './people.ts'
import { drawnMilliA, flow } from './power.ts'
import { stop, timePasses } from './sessions.ts'
import { openVoice, type Voice } from './voice.ts'

const stepMs = 1_000 // Fine enough for tapers, profiles and the control loop's own second.
const frameMs = 250 // Of real time, when the clock runs by itself.
const bootMs = 2_000
const firstPauseMs = 1_000
const longestPauseMs = 60_000 // OCPP-J §5.2 leaves it open; real stations go up to minutes.

/** A charge point that is switched off until `switchOn`. */
export function openChargePoint(options: ChargePointOptions): ChargePoint {
  return new Station(options)
}

class Station implements ChargePoint {
  readonly #options: ChargePointOptions
  readonly #body: Body
  readonly #line: Line
  readonly #voice: Voice
  #wantsLine = false
  #comesBack = false
  #openAtMs = 0
  #pauseMs = firstPauseMs
  #runs: NodeJS.Timeout | null = null
  #remembered = ''
  #whyOffline: string | null = null

  constructor(options: ChargePointOptions) {
    this.#options = options
    this.#body = newBody(options)
    if (options.stateFile) recall(options.stateFile, this.#body)
    this.#line = openLine({
      url: options.url,
      identity: options.identity,
      password: options.password ?? null,
      patienceMs: options.patienceMs ?? 30_000,
      hear: (action, payload) => this.#hear(action, payload),
      up: () => {
        this.#comesBack = false
        this.#whyOffline = null
        this.#pauseMs = firstPauseMs
        if (this.#body.temper.bootsAfterReconnect) this.#body.registered = false
        this.#voice.begin()
      },
      down: (reason) => {
        this.#whyOffline = reason
        this.#down()
      }
    })
    this.#voice = openVoice(this.#body, this.#line)
  }

  get identity(): string {
    return this.#body.identity
  }

  switchOn(): void {
    this.goOnline()
  }

  goOnline(): void {
    this.#comesBack = !this.#wantsLine // The old socket may still be on its way out: then open when it is gone.
    this.#wantsLine = true
    this.#line.open()
  }

  goOffline(): void {
    this.#wantsLine = false
    this.#line.cut()
  }

  plugIn(outlet: number, vehicle: Parameters<ChargePoint['plugIn']>[1]): void {
    plugIn(this.#body, this.#outlet(outlet), vehicle)
    this.#changed()
  }

  unplug(outlet: number): void {
    unplug(this.#body, this.#outlet(outlet))
    this.#changed()
  }

  async swipe(outlet: number, idTag: string) {
    const outcome = await swipe(this.#body, this.#line, this.#outlet(outlet), idTag)
    this.#changed()
    return outcome
  }

  stop(outlet: number, reason: string): void {
    stop(this.#body, this.#outlet(outlet), reason)
    this.#changed()
  }

  fault(outlet: number, errorCode: string): void {
    fault(this.#body, this.#outlet(outlet), errorCode)
    this.#changed()
  }

  powerCut(): void {
    for (const outlet of this.#body.outlets) stop(this.#body, outlet, 'PowerLoss')
    this.#reboot()
  }

  advance(ms: number): void {
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(left, stepMs)
      this.#body.nowMs += step
      flow(this.#body, step)
      for (const outlet of this.#body.outlets) timePasses(this.#body, outlet)
    }
    if (this.#wantsLine && this.#body.nowMs >= this.#openAtMs) this.#line.open()
    this.#changed()
  }

  run(speed: number): () => void {
    if (this.#runs) clearInterval(this.#runs)
    let last = performance.now()
    this.#runs = setInterval(() => {
      // Whole milliseconds only: station time is told in them, and the rest is kept for the next turn.
      const passedMs = Math.floor((performance.now() - last) * speed)
      this.advance(passedMs)
      last += passedMs / speed
    }, frameMs)
    return () => this.#rest()
  }

  drawnMilliA() {
    return drawnMilliA(this.#body)
  }

  outlets() {
    return this.#body.outlets.map((outlet) => viewOf(this.#body, outlet))
  }

  isOnline(): boolean {
    return this.#line.isUp() && this.#body.registered
  }

  localList() {
    const { version, entries } = this.#body.localList
    return {
      version,
      accepted: [...entries.keys()].filter((tag) => listed(this.#body, tag)?.status === 'Accepted')
    }
  }

  whyOffline(): string | null {
    return this.#whyOffline
  }

  backlog() {
    return { waiting: this.#body.backlog.length, lost: this.#body.lost }
  }

  async settled(deadlineMs: number): Promise<void> {
    const end = performance.now() + deadlineMs
    while (!this.isOnline() || !this.#voice.isIdle()) {
      if (performance.now() > end)
        throw new Error(
          `${this.identity} is not settled: online ${this.isOnline()}, backlog ${this.#body.backlog.length}`
        )
      await wait(5)
    }
  }

  async close(): Promise<void> {
    this.#rest()
    this.#wantsLine = false
    this.#keep()
    await this.#line.close()
  }

  #outlet(number: number): Outlet {
    const outlet = this.#body.outlets.find((each) => each.number === number)
    if (!outlet) throw new RangeError(`${this.identity} has no outlet ${number}`)
    return outlet
  }

  async #hear(action: string, payload: unknown): Promise<object | null | undefined> {
    const { temper } = this.#body
    if (!temper.answers) return null
    if (temper.answerAfterMs > 0) await wait(temper.answerAfterMs)
    const answered = answer(this.#body, action, payload)
    if (!answered) return undefined
    const [said, after] = answered
    // After the answer is on its way, never before it.
    setImmediate(() => {
      if (after?.kind === 'reboot') this.#reboot()
      else this.#voice.after(after)
      this.#changed()
    })
    return said
  }

  #reboot(): void {
    this.#body.registered = false
    this.#openAtMs = this.#body.nowMs + bootMs
    this.#pauseMs = bootMs
    this.#line.cut()
  }

  /** Again after a pause that doubles, with a share of chance so that not all come at once. */
  #down(): void {
    if (this.#comesBack) {
      this.#comesBack = false
      return this.#line.open()
    }
    const chance = this.#options.chance ?? Math.random
    this.#openAtMs = this.#body.nowMs + this.#pauseMs * (0.75 + chance() / 2)
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2)
  }

  #changed(): void {
    this.#voice.speak()
    this.#keep()
  }

  #keep(): void {
    const { stateFile } = this.#options
    if (!stateFile) return
    const { backlog, outlets, localList } = this.#body
    const mark = JSON.stringify([
      backlog.length,
      backlog.at(-1)?.local,
      localList.version,
      outlets.map(({ registerMilliJ, transaction }) => [
        Math.floor(registerMilliJ / 36_000_000),
        transaction?.local,
        transaction?.id
      ])
    ])
    if (mark === this.#remembered) return
    this.#remembered = mark
    remember(stateFile, this.#body)
  }

  #rest(): void {
    if (this.#runs) clearInterval(this.#runs)
    this.#runs = null
  }
}
