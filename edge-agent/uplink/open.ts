import { backOff, pause } from './back-off.ts'
import { hold, type End, type Watch } from './call.ts'
import { openLine, type Line } from './line.ts'
import type { Needs, TokenWord, Uplink, UplinkState } from './needs.ts'
import { openTokenDesk } from './token-desk.ts'

const fencedPauseMs = 60_000 // Two clones take turns at most once a minute (decision 2).
const clockSlackMs = 2_000
const clockAlarmMs = 30_000
const refusedPauseMs = 30_000 // An operator is adding the site, perhaps.

/** Starts at once and tries for ever in the background; the edge works whether or not anybody answers. */
export function openUplink(needs: Needs): Uplink {
  const stop = new AbortController()
  const calling = new Calling(needs, stop.signal)
  const running = calling.run()
  return {
    state: () => calling.state,
    askToken: (uid) => calling.askToken(uid),
    cloudHeardAtMs: () => calling.heardAtMs,
    welcomedAtMs: () => calling.welcomedAtMs,
    clockOffMs: () => calling.clockOffMs,
    stop: async () => {
      stop.abort()
      await running
      calling.become({ kind: 'stopped', since: needs.clock.instant() })
    }
  }
}

class Calling {
  readonly #needs: Needs
  readonly #stop: AbortSignal
  readonly #tries: { next(): number; reset(): void }
  readonly #desk: ReturnType<typeof openTokenDesk>
  #line: Line | null = null
  state: UplinkState
  heardAtMs: number | null = null
  welcomedAtMs: number | null = null
  clockOffMs = 0

  constructor(needs: Needs, stop: AbortSignal) {
    this.#needs = needs
    this.#stop = stop
    this.#tries = backOff(needs.random)
    this.#desk = openTokenDesk(needs)
    this.state = { kind: 'connecting', since: needs.clock.instant(), reason: 'starting' }
  }

  become(next: UplinkState): void {
    const news = next.kind !== this.state.kind
    this.state = next
    this.#needs.changed(next)
    if (news) this.#needs.log.info({ ...next }, `uplink: ${next.kind}`)
  }

  async run(): Promise<void> {
    while (!this.#stop.aborted) {
      const end = await this.#once()
      if (this.state.kind === 'online') this.#tries.reset()
      await pause(await this.#after(end), this.#stop)
    }
  }

  async #once(): Promise<End> {
    const { servers, credentials, site } = this.#needs
    try {
      this.#line = await openLine({ servers, credentials, site })
      return await hold(this.#needs, this.#line, this.#watch(), this.#stop)
    } catch (cause) {
      return { kind: 'lost', detail: cause instanceof Error ? cause.message : String(cause) }
    } finally {
      this.#line = null
    }
  }

  askToken(uid: string): Promise<TokenWord> {
    if (this.#line === null || this.state.kind !== 'online') return Promise.resolve({ kind: 'silent' })
    return this.#desk(this.#line, uid)
  }

  #watch(): Watch {
    const { clock, alarms, site } = this.#needs
    return {
      online: (epoch) => {
        if (this.state.kind === 'online' && this.state.epoch === epoch) return
        this.become({ kind: 'online', since: clock.instant(), epoch })
        alarms.clear('gateway-fenced', site)
      },
      silent: (detail) => this.#connecting(`the cloud does not answer: ${detail}`),
      heard: () => {
        this.heardAtMs = clock.monotonicMs()
      },
      welcomed: (cloudAt) => {
        this.welcomedAtMs = clock.monotonicMs()
        this.#compareClocks(cloudAt)
      }
    }
  }

  /** Half a second of travel is no error of a clock; a minute makes commands expire on their way. */
  #compareClocks(cloudAt: string): void {
    const { clock, log } = this.#needs
    const offMs = Date.parse(cloudAt) - Date.parse(clock.instant())
    this.clockOffMs = Math.abs(offMs) < clockSlackMs ? 0 : offMs
    if (Math.abs(offMs) > clockAlarmMs) {
      log.warn({ offSeconds: Math.round(offMs / 1000), once: 'clock' }, 'this clock and the cloud’s differ')
    }
  }

  #connecting(reason: string): void {
    const since = this.state.kind === 'connecting' ? this.state.since : this.#needs.clock.instant()
    this.become({ kind: 'connecting', since, reason })
  }

  /** @returns how long to wait before the next try */
  async #after(end: End): Promise<number> {
    const { clock, random, log } = this.#needs
    switch (end.kind) {
      case 'stopped':
        return 0
      case 'lost':
        this.#connecting(end.detail)
        return this.#tries.next()
      case 'forked':
        log.error({ cloud: end.detail }, 'this database is an older copy; going on under a new identity')
        await this.#needs.renewIdentity()
        return this.#tries.next()
      case 'refused':
        this.become({ kind: 'refused', since: clock.instant(), detail: end.detail })
        return refusedPauseMs * (0.5 + random() / 2)
      case 'fenced':
        this.become({ kind: 'fenced', since: clock.instant(), detail: end.detail })
        tellFenced(this.#needs, end.detail)
        return fencedPauseMs * (1 + random() / 4)
    }
  }
}

function tellFenced(needs: Needs, detail: string): void {
  needs.count('fenced')
  needs.alarms.raise({
    code: 'gateway-fenced',
    severity: 'urgent',
    subject: needs.site,
    detail: `Another process acts for this site: ${detail}`.slice(0, 500),
    advice: 'Find the second gateway with a copy of this disk and switch one of the two off.'
  })
}
