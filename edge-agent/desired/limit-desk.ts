import { epochMsOf } from '@nova/shared-protocol/units'
import { judgeLimit, type LimitRefusal, type LimitState, type SiteLimit } from '@nova/shared-protocol/model'
import { heldInDoubt, isDoubted, otherTimes, watchClock, type ClockWatch } from '../core/guard/index.ts'
import {
  learn,
  plainLimits,
  settleEvents,
  timelineOf,
  type Look,
  type Sources
} from '../core/limits/index.ts'
import type { LimitDesk, LimitDeskNeeds } from './desk-contract.ts'
import { GridDesk } from './grid-operator.ts'
import { keep, recall, type Memory } from './limit-memory.ts'
import { sift, withRefused } from './sift.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
const daysAhead = 3 // Nobody plans further; a week of many schedules takes its time to lay out.
const mostGiven = 250 // A section carries 200; who puts more by hand has a script that runs away.

/** Where limits come together: judged one by one, remembered, laid out over time. */
export function openLimitDesk(needs: LimitDeskNeeds): LimitDesk {
  const desk = new Desk(needs)
  return {
    limits: () => desk.limits(),
    timeline: () => desk.timeline(),
    put: (limit, actor) => desk.put(limit, actor),
    refuse: (source, detail) => desk.malformed(source, detail),
    delete: (source, actor) => desk.delete(source, actor),
    heartbeat: (source, isDimmed) => desk.heartbeat(source, isDimmed)
  }
}

class Desk {
  readonly #needs: LimitDeskNeeds
  readonly #grid: GridDesk | null
  #memory: Memory
  #clock: ClockWatch | null = null
  #given: readonly SiteLimit[] | null = null
  #taken: readonly SiteLimit[] = []
  #plain: { readonly minute: number; readonly limits: readonly SiteLimit[] } | null = null
  #states: { readonly untilMs: number; readonly states: LimitState[] } | null = null

  constructor(needs: LimitDeskNeeds) {
    this.#needs = needs
    this.#memory = recall(needs.meta, (why) => needs.log.warn({ why }, 'the limits’ memory cannot be read'))
    const { gridOperator, clock } = needs
    this.#grid =
      gridOperator &&
      new GridDesk(gridOperator, clock.monotonicMs(), (because, limitW) => {
        needs.log.warn(
          { source: gridOperator.source, because, limitW },
          'the grid operator’s limit has changed'
        )
        this.#forget()
        needs.changed()
      })
  }

  limits(): readonly SiteLimit[] {
    this.#listen()
    const { clock } = this.#needs
    const nowMs = clock.now()
    const minute = Math.floor(nowMs / minuteMs)
    const doubted = this.#clock !== null && isDoubted(this.#clock)
    if (!doubted && this.#plain?.minute === minute) return this.#plain.limits
    const sources = this.#sources()
    const plain = plainLimits(sources, this.#look(nowMs, 0, daysAhead))
    if (doubted) {
      this.#plain = null
      return [...plain, ...this.#held(sources)]
    }
    this.#plain = { minute, limits: plain }
    return plain
  }

  /** What holds by the other times that may be true; of a clock that was never set all there is. */
  #held(sources: Sources): SiteLimit[] {
    if (this.#clock === null) return []
    const nowMs = this.#needs.clock.monotonicMs()
    const limits = this.#clock.unset
      ? sources.given
      : otherTimes(this.#clock, nowMs).flatMap((atMs) => plainLimits(sources, this.#look(atMs, 0, 1)))
    return heldInDoubt(this.#clock, limits, nowMs)
  }

  timeline(): LimitState[] {
    this.#listen()
    const nowMs = this.#needs.clock.now()
    if (this.#states !== null && nowMs < this.#states.untilMs && nowMs >= this.#states.untilMs - minuteMs)
      return this.#states.states
    const states = timelineOf(this.#sources(), this.#look(nowMs, 1, 7))
    this.#states = { untilMs: Math.min(nowMs + minuteMs, nextTurn(states, nowMs)), states }
    return states
  }

  #forget(): void {
    this.#plain = null
    this.#states = null
  }

  /** The cycle's look at everything that comes by itself: time, the box, the lists of cloud and file. */
  #listen(): void {
    const { clock, clockChecked, signal, given, site } = this.#needs
    const nowMs = clock.monotonicMs()
    this.#clock = watchClock(this.#clock, { nowMs, wallMs: clock.now(), checked: clockChecked() })
    this.#grid?.hear({ kind: 'tick' }, nowMs)
    const odd = this.#grid?.read(signal(), nowMs) ?? null
    if (odd !== null) this.#needs.log.warn({ because: odd }, 'the grid operator’s box says what is no limit')
    const now = given()
    if (now === this.#given) return
    this.#given = now
    const { memory, taken, refused } = sift(this.#memory, now, site, clock.now())
    this.#taken = taken
    this.#forget()
    for (const fault of refused) this.#tell(fault.limit, fault)
    this.#remember(memory)
  }

  #tell({ source }: SiteLimit, { name, detail }: LimitRefusal): void {
    this.#needs.count('limit_refused')
    this.#needs.log.warn({ source, name, detail }, 'a limit was refused')
  }

  #remember(memory: Memory): void {
    this.#memory = memory
    this.#states = null
    this.#needs
      .commit(() => keep(this.#needs.meta, memory))
      .catch((cause: unknown) =>
        this.#needs.log.warn({ cause: String(cause) }, 'the limits’ memory was not kept')
      )
  }

  #sources(): Sources {
    const { rules, ended } = settleEvents(this.#taken, this.#memory.book)
    const { clock } = this.#needs
    const standing = this.#grid?.standing(clock.monotonicMs()) ?? null
    return {
      given: rules,
      ended,
      refused: this.#memory.refused,
      standing: standing === null ? [] : [standing]
    }
  }

  #look(nowMs: number, daysBack: number, daysAhead: number): Look {
    const { site } = this.#needs
    const span = { startMs: nowMs - daysBack * dayMs, endMs: nowMs + daysAhead * dayMs }
    return { nowMs, span, timeZone: site.timeZone, site }
  }

  async put(limit: SiteLimit, actor: string): Promise<LimitRefusal | null> {
    this.#listen()
    const { site, clock, gridOperator } = this.#needs
    const refusal =
      judgeLimit(limit, site, clock.now()) ?? learn(this.#memory.book, limit).refusal ?? this.#crowd(limit)
    if (refusal !== null) return this.#refuse(limit, refusal)
    const isGrids = limit.source === gridOperator?.source && limit.eventId === undefined
    if (isGrids && this.#isNow(limit)) return this.#write(limit)
    await this.#needs.putLimit(limit, actor)
    this.#listen()
    return null
  }

  #crowd({ source }: SiteLimit): LimitRefusal | null {
    const given = this.#needs.given()
    if (given.length < mostGiven || given.some((each) => each.source === source)) return null
    return { name: 'limit-too-many', detail: `${given.length} limits are here already; delete some` }
  }

  #isNow({ from, weekly }: SiteLimit): boolean {
    return weekly === undefined && (from === undefined || epochMsOf(from) <= this.#needs.clock.now())
  }

  /** The grid operator writes: his limit lives and dies with his heartbeat, so it is not kept over a restart. */
  #write(limit: SiteLimit): LimitRefusal | null {
    const { limitW, until } = limit
    const { clock } = this.#needs
    if (limitW === undefined)
      return this.#refuse(limit, {
        name: 'limit-says-nothing',
        detail: 'the grid operator’s limit is in watts'
      })
    const nowMs = clock.monotonicMs()
    const untilMs = until === undefined ? null : nowMs + epochMsOf(until) - clock.now()
    this.#grid?.hear({ kind: 'limit', limitW, untilMs }, nowMs)
    return null
  }

  #refuse(limit: SiteLimit, refusal: LimitRefusal): LimitRefusal {
    this.#tell(limit, refusal)
    const refused = withRefused(this.#memory.refused, [{ ...refusal, limit, atMs: this.#needs.clock.now() }])
    this.#remember({ ...this.#memory, refused })
    return refusal
  }

  malformed(source: string, detail: string): void {
    const limit = { source, reason: 'what was sent is no limit' }
    this.#refuse(limit, { name: 'limit-malformed', detail: detail.slice(0, 300) })
  }

  async delete(source: string, actor: string): Promise<boolean> {
    const { gridOperator, clock, deleteLimit } = this.#needs
    const isGrids = source === gridOperator?.source
    if (isGrids) this.#grid?.hear({ kind: 'release' }, clock.monotonicMs())
    const there = await deleteLimit(source, actor)
    this.#listen()
    return there || isGrids
  }

  heartbeat(source: string, isDimmed?: boolean): 'taken' | 'unknown-source' | 'no-relay' {
    const { gridOperator, clock } = this.#needs
    if (this.#grid === null || source !== gridOperator?.source) return 'unknown-source'
    if (isDimmed === undefined) this.#grid.hear({ kind: 'heartbeat' }, clock.monotonicMs())
    else if (gridOperator.kind === 'relay') this.#grid.contact(isDimmed, clock.monotonicMs())
    else return 'no-relay'
    return 'taken'
  }
}

/** When the first of them begins or ends. */
const nextTurn = (states: readonly LimitState[], nowMs: number): number =>
  Math.min(
    ...states
      .flatMap(({ from, until }) => [from, until])
      .map((each) => (each === null ? Infinity : epochMsOf(each)))
      .filter((atMs) => atMs > nowMs)
  )
