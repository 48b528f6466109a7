import type { FromStation16 } from '@nova/shared-protocol/codecs/ocpp'
import type { After } from './answers.ts'
import { openBacklog, type Backlog } from './backlog.ts'
import { setting, type Body, type Outlet } from './body.ts'
import type { Line } from './line.ts'
import { bootMessage, meterValue, statusMessage } from './messages.ts'

/** What the station says of itself: boot, heartbeat, statuses, and the backlog. */
export type Voice = {
  /** The line has come up. */
  begin(): void
  /** Says what has changed or fallen due. */
  speak(): void
  after(after: After): void
  isIdle(): boolean
}

const triesAgainMs = 10_000 // A boot that was not answered.

export function openVoice(body: Body, line: Line): Voice {
  return new StationVoice(body, line)
}

class StationVoice implements Voice {
  readonly #body: Body
  readonly #line: Line
  readonly #backlog: Backlog
  readonly #shown = new Map<number, string>()
  #bootAtMs = 0
  #beatMs: number
  #booting = false

  constructor(body: Body, line: Line) {
    this.#body = body
    this.#line = line
    this.#beatMs = body.nowMs
    this.#backlog = openBacklog({
      body,
      mayCall: () => this.#mayCall(),
      call: (action, payload) => line.call(action, payload),
      changed: () => this.#announce()
    })
  }

  begin(): void {
    if (!this.#body.registered) return void this.#boot()
    this.#shown.clear() // After every (re)connection all statuses are told, as real stations do.
    this.#say('StatusNotification', statusMessage(this.#body, null))
    this.speak()
  }

  speak(): void {
    if (!this.#line.isUp()) return
    const { nowMs, registered } = this.#body
    if (!registered) {
      if (!this.#booting && nowMs >= this.#bootAtMs) void this.#boot()
      return
    }
    this.#announce()
    this.#backlog.drain()
    if (nowMs - this.#beatMs < setting(this.#body, 'HeartbeatInterval') * 1000) return
    this.#beatMs = nowMs
    this.#say('Heartbeat', {})
  }

  after(after: After): void {
    if (after?.kind === 'report') for (const status of after.statuses) this.#say(after.action, { status })
    if (after?.kind !== 'send') return
    const { connector, message } = after
    const { outlets } = this.#body
    this.#triggered(message, connector ? outlets.filter(({ number }) => number === connector) : outlets)
  }

  isIdle(): boolean {
    return this.#backlog.isIdle() && !this.#booting
  }

  #mayCall(): boolean {
    return this.#line.isUp() && this.#body.registered
  }

  #announce(): void {
    if (!this.#mayCall()) return
    for (const outlet of this.#body.outlets) {
      const words = `${outlet.status} ${outlet.errorCode}`
      if (this.#shown.get(outlet.number) === words) continue
      this.#shown.set(outlet.number, words)
      this.#say('StatusNotification', statusMessage(this.#body, outlet))
    }
  }

  /** Said once; what nobody answers is said anew when it matters again. */
  #say(action: string, payload: object): void {
    void this.#line.call(action, payload)
  }

  async #boot(): Promise<void> {
    const body = this.#body
    this.#booting = true
    const outcome = await this.#line.call('BootNotification', bootMessage(body))
    this.#booting = false
    this.#bootAtMs = body.nowMs + triesAgainMs
    if (outcome.kind !== 'result') return
    const { status, interval } = outcome.payload as FromStation16['BootNotification'][1]
    if (interval > 0) this.#bootAtMs = body.nowMs + interval * 1000
    if (status !== 'Accepted') return
    body.registered = true
    if (interval > 0) body.configuration.set('HeartbeatInterval', String(interval))
    this.begin()
  }

  #triggered(message: string, outlets: readonly Outlet[]): void {
    if (message === 'BootNotification') return void this.#boot()
    if (message === 'Heartbeat') return this.#say('Heartbeat', {})
    for (const outlet of outlets) {
      if (message === 'StatusNotification') this.#say(message, statusMessage(this.#body, outlet))
      else this.#say(message, meterMessage(this.#body, outlet))
    }
  }
}

function meterMessage(body: Body, outlet: Outlet): object {
  const id = outlet.transaction?.id ?? null
  return {
    connectorId: outlet.number,
    ...(id === null ? {} : { transactionId: id }),
    meterValue: [meterValue(body, outlet, 'Trigger')]
  }
}
