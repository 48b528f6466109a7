import type { LimitState, SiteLimit } from '@nova/shared-protocol/model'
import { heldInDoubt, isDoubted, otherTimes, watchClock, type ClockWatch } from '../core/guard/index.ts'
import {
  judgeLimit,
  learn,
  plainLimits,
  settleEvents,
  timelineOf,
  type Judged,
  type Look,
  type Refusal,
  type Sources
} from '../core/limits/index.ts'
import { GridDesk, type GridOperator, type Signal } from './grid-operator.ts'
import { keep, recall, type Memory } from './limit-memory.ts'
import { sift, withRefused } from './sift.ts'

export type LimitDeskNeeds = {
  readonly site: Judged & { readonly timeZone: string }
  readonly gridOperator: GridOperator | null
  readonly clock: { monotonicMs(): number; now(): number }
  /** When somebody compared the wall clock with his, monotonic, and whether it was right; null: nobody did. */
  clockChecked(): { readonly atMs: number; readonly right: boolean } | null
  /** Every limit as it was sent, kept here or by the cloud; another list means that something changed. */
  given(): readonly SiteLimit[]
  putLimit(limit: SiteLimit, actor: string): Promise<void>
  deleteLimit(source: string, actor: string): Promise<boolean>
  commit<Value>(write: () => Value): Promise<Value>
  readonly meta: { get(name: string): string | null; put(name: string, value: string): void }
  /** What the grid operator's box says, where one is read; null: nothing was heard of it yet. */
  signal(): Signal
  /** What holds has changed without anybody putting a limit: a fail-safe came or went. */
  changed(): void
  count(name: string): void
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, text: string): void }
}

export type LimitDesk = {
  /** What rules, and will rule within eight days, each with one `from` and `until`: for the control loop. */
  limits(): readonly SiteLimit[]
  /** Every source with its state, a day back and a week ahead. */
  timeline(): LimitState[]
  /** @returns null, or why it was refused; what is refused is recorded and changes nothing */
  put(limit: SiteLimit, actor: string): Promise<Refusal | null>
  /** @returns false when nobody here gave such a limit */
  delete(source: string, actor: string): Promise<boolean>
  /** @param isDimmed a relay's contact; absent for sources that write their limits */
  heartbeat(source: string, isDimmed?: boolean): 'taken' | 'unknown-source' | 'no-relay'
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** @throws when what the database holds is none of ours */
export function openLimitDesk(needs: LimitDeskNeeds): LimitDesk {
  const desk = new Desk(needs)
  return {
    limits: () => desk.limits(),
    timeline: () => desk.timeline(),
    put: (limit, actor) => desk.put(limit, actor),
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

  constructor(needs: LimitDeskNeeds) {
    this.#needs = needs
    this.#memory = recall(needs.meta)
    const { gridOperator, clock } = needs
    this.#grid =
      gridOperator &&
      new GridDesk(gridOperator, clock.monotonicMs(), (because, limitW) => {
        needs.log.warn(
          { source: gridOperator.source, because, limitW },
          'the grid operator’s limit has changed'
        )
        this.#plain = null
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
    const plain = plainLimits(sources, this.#look(nowMs, 0, 8))
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
    return timelineOf(this.#sources(), this.#look(this.#needs.clock.now(), 1, 7))
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
    this.#plain = null
    for (const fault of refused) this.#tell(fault.limit, fault)
    this.#remember(memory)
  }

  #tell({ source }: SiteLimit, { name, detail }: Refusal): void {
    this.#needs.count('limit_refused')
    this.#needs.log.warn({ source, name, detail }, 'a limit was refused')
  }

  #remember(memory: Memory): void {
    this.#memory = memory
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

  async put(limit: SiteLimit, actor: string): Promise<Refusal | null> {
    this.#listen()
    const { site, clock, gridOperator } = this.#needs
    const refusal = judgeLimit(limit, site, clock.now()) ?? learn(this.#memory.book, limit).refusal
    if (refusal !== null) return this.#refuse(limit, refusal)
    const isGrids = limit.source === gridOperator?.source && limit.eventId === undefined
    if (isGrids && this.#isNow(limit)) return this.#write(limit)
    await this.#needs.putLimit(limit, actor)
    this.#listen()
    return null
  }

  #isNow({ from, weekly }: SiteLimit): boolean {
    return weekly === undefined && (from === undefined || msOf(from) <= this.#needs.clock.now())
  }

  /** The grid operator writes: his limit lives and dies with his heartbeat, so it is not kept over a restart. */
  #write(limit: SiteLimit): Refusal | null {
    const { limitW, until } = limit
    const { clock } = this.#needs
    if (limitW === undefined)
      return this.#refuse(limit, {
        name: 'limit-says-nothing',
        detail: 'the grid operator’s limit is in watts'
      })
    const nowMs = clock.monotonicMs()
    const untilMs = until === undefined ? null : nowMs + msOf(until) - clock.now()
    this.#grid?.hear({ kind: 'limit', limitW, untilMs }, nowMs)
    return null
  }

  #refuse(limit: SiteLimit, refusal: Refusal): Refusal {
    this.#tell(limit, refusal)
    const refused = withRefused(this.#memory.refused, [{ ...refusal, limit, atMs: this.#needs.clock.now() }])
    this.#remember({ ...this.#memory, refused })
    return refusal
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

const msOf = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds
