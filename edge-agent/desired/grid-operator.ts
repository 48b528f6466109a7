import type { SiteLimit } from '@nova/shared-protocol/model'
import {
  coldStart,
  limitInForce,
  stepFailsafe,
  type FailsafeRules,
  type FailsafeState,
  type Heard
} from '../core/limits/index.ts'

/** The grid operator's box as configured. `dimmedW`: what a relay lets through while it dims. */
export type GridOperator = {
  readonly source: string
  readonly kind: 'relay' | 'modbus' | 'lpc'
  readonly heartbeatSeconds: number
  readonly releaseSeconds: number
  readonly failsafeW: number
  readonly failsafeMinimumSeconds: number
  readonly dimmedW: number
}

/** What a box says when it is read; null: not connected, which is neither 0 nor "no limit". */
export type Signal = {
  readonly limitW: number | null
  readonly beatAtMs: number // Monotonic.
} | null

/** The state of one grid operator's source, moved by the caller's monotonic time. */
export class GridDesk {
  readonly #config: GridOperator
  readonly #rules: FailsafeRules
  readonly #edge: (because: string, limitW: number | null) => void
  #state: FailsafeState
  #beatAtMs = -Infinity

  /** @param edge called when what holds of this source changes, and only then */
  constructor(config: GridOperator, nowMs: number, edge: (because: string, limitW: number | null) => void) {
    this.#config = config
    this.#rules = {
      heartbeatMs: config.heartbeatSeconds * 1000,
      releaseMs: config.releaseSeconds * 1000,
      failsafeW: config.failsafeW,
      leastMs: config.failsafeMinimumSeconds * 1000
    }
    this.#edge = edge
    this.#state = coldStart(nowMs)
  }

  /** @returns why it was refused, or null */
  hear(heard: Heard, nowMs: number): string | null {
    const { state, acts, refused } = stepFailsafe(this.#state, heard, nowMs, this.#rules)
    this.#state = state
    for (const act of acts) this.#edge(act.because, act.limitW)
    return refused
  }

  /** A relay's contact is read: that it could be read is its heartbeat. */
  contact(isDimmed: boolean, nowMs: number): void {
    this.hear({ kind: 'heartbeat' }, nowMs)
    this.#say(isDimmed ? this.#config.dimmedW : null, nowMs)
  }

  /** What a box that is read over and over says: its heartbeat counts when it has moved. */
  read(signal: Signal, nowMs: number): string | null {
    if (signal === null || signal.beatAtMs <= this.#beatAtMs) return null
    this.#beatAtMs = signal.beatAtMs
    this.hear({ kind: 'heartbeat' }, nowMs)
    return this.#say(signal.limitW, nowMs)
  }

  #say(limitW: number | null, nowMs: number): string | null {
    const { standing, wrote } = this.#state
    if (limitW !== null) {
      const isKnown = standing === 'normal' && wrote?.limitW === limitW && wrote.untilMs === null
      return isKnown ? null : this.hear({ kind: 'limit', limitW, untilMs: null }, nowMs)
    }
    return wrote === null ? null : this.hear({ kind: 'release' }, nowMs)
  }

  /** The limit that it sets now, as one of the site's; null: it sets none. */
  standing(nowMs: number): { readonly limit: SiteLimit; readonly detail: string } | null {
    const { source, failsafeMinimumSeconds } = this.#config
    const limitW = limitInForce(this.#state, this.#rules)
    if (limitW === null) return null
    const { standing, because, sinceMs } = this.#state
    if (standing === 'normal') return { limit: { source, limitW, reason: 'grid operator' }, detail: because }
    const minutes = Math.ceil(failsafeMinimumSeconds / 60 - (nowMs - sinceMs) / 60_000)
    const announced = minutes > 0 ? `; ${minutes} min more unless it is heard again` : ''
    const detail = `fail-safe: ${because}${announced}`
    return { limit: { source, limitW, reason: 'fail-safe of the grid operator' }, detail }
  }
}
