import { setImmediate as turn } from 'node:timers/promises'
import { subjects, type Durable, type Lane } from '@nova/shared-protocol/messages'
import { hear, next, openFlow, type Flow, type Heard } from './flow.ts'
import { pack, type Packed } from './frame.ts'
import type { Line } from './line.ts'
import type { Needs } from './needs.ts'

export type Drain = {
  durable(message: Durable): void
  stop(): void
}

const tickMs = 250 // Ends pauses and finds stalls; everything else is woken by news.
// The durable mark is a hint, not a fact: lost, it only means sending twice. So it is written rarely, for the
// flash's sake, and a mark of telemetry more rarely than one of facts, which people look at.
const markPauseMs = { facts: 1_000, history: 10_000 }

/** Keeps frames under way on one connection, for one epoch, until it is stopped. */
export function openDrain(needs: Needs, line: Line, epoch: number): Drain {
  const sending = new Sending(needs, line, epoch)
  const mark = markSoon(needs, () => sending.marks())
  const unlisten = needs.outbox.onAppend((lane) => sending.appended(lane))
  const timer = setInterval(() => sending.tell({ kind: 'tick' }), tickMs)
  sending.tell({ kind: 'tick' })
  return {
    durable: ({ lane, sequence, resendFrom }) => {
      sending.tell({ kind: 'durable', lane, sequence, resendFrom })
      mark.soon(lane)
    },
    stop: () => {
      sending.stop()
      clearInterval(timer)
      unlisten()
      mark.stop()
    }
  }
}

/** The flow with hands: whatever it wants sent is packed, compressed and published, in order. */
class Sending {
  readonly #needs: Needs
  readonly #line: Line
  readonly #epoch: number
  #flow: Flow
  #stopped = false
  #pumping = false
  #lastPublished: Promise<void> = Promise.resolve()
  #holeAt = ''

  constructor(needs: Needs, line: Line, epoch: number) {
    this.#needs = needs
    this.#line = line
    this.#epoch = epoch
    const { outbox, clock } = needs
    this.#flow = openFlow(
      { facts: outbox.durable('facts'), history: outbox.durable('history') },
      { facts: outbox.newest('facts').sequence, history: outbox.newest('history').sequence },
      clock.monotonicMs()
    )
  }

  marks(): Readonly<Record<Lane, number>> {
    return { facts: this.#flow.facts.durable, history: this.#flow.history.durable }
  }

  stop(): void {
    this.#stopped = true
  }

  appended(lane: Lane): void {
    this.tell({ kind: 'newest', lane, sequence: this.#needs.outbox.newest(lane).sequence })
  }

  tell(heard: Heard): void {
    this.#flow = hear(this.#flow, heard, this.#needs.clock.monotonicMs())
    if (!this.#pumping && !this.#stopped) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      while (!this.#stopped && this.#sendOne()) await turn() // A frame costs about a millisecond: others get their turn.
    } catch (cause) {
      this.#needs.log.error(
        { cause: String(cause) },
        'the outbox could not be read; the next tick tries again'
      )
    } finally {
      this.#pumping = false
    }
  }

  #sendOne(): boolean {
    const { outbox, clock, site } = this.#needs
    const wanted = next(this.#flow, clock.monotonicMs())
    if (wanted.kind === 'wait') return false
    const stamp = { site, epoch: this.#epoch, sentAt: clock.instant() }
    const packed = pack(outbox, wanted.lane, wanted, stamp)
    if (packed === null) return this.#hole(wanted.lane, wanted.after)
    this.#flow = hear(this.#flow, { kind: 'sent', lane: wanted.lane, ...packed }, clock.monotonicMs())
    this.#send(wanted.lane, packed)
    return true
  }

  /** The cloud wants what is older than the retention: a person has to look, and once is enough to say so. */
  #hole(lane: Lane, after: number): false {
    const at = `${lane}:${after}`
    if (at === this.#holeAt) return false
    this.#holeAt = at
    this.#needs.count('outbox_holes')
    const first = this.#needs.outbox.first(lane)
    this.#needs.log.error({ lane, after, first }, 'the outbox no longer has what the cloud lacks')
    return false
  }

  /** Frames are compressed side by side and published in their order. */
  #send(lane: Lane, { first, last, bytes }: Packed): void {
    const compressed = bytes()
    const before = this.#lastPublished
    this.#lastPublished = (async () => {
      try {
        const [data] = await Promise.all([compressed, before])
        if (!this.#stopped) void this.#publish(lane, { first, last }, data)
      } catch (cause) {
        this.#refused(lane, { first, last }, cause)
      }
    })()
  }

  async #publish(lane: Lane, range: { first: number; last: number }, data: Uint8Array): Promise<void> {
    this.#needs.count('frames_sent')
    this.#needs.count('frame_bytes_sent', data.length)
    try {
      await this.#line.store(subjects.frame(this.#needs.site), data)
      this.tell({ kind: 'stored', lane, last: range.last })
    } catch (cause) {
      this.#refused(lane, range, cause)
    }
  }

  #refused(lane: Lane, range: { first: number; last: number }, cause: unknown): void {
    if (this.#stopped) return
    this.#needs.count('frames_refused')
    this.#needs.log.warn(
      { lane, ...range, cause: String(cause) },
      'a frame was not stored and will be sent again'
    )
    this.tell({ kind: 'refused', lane, first: range.first })
  }
}

/** Writes both marks a while after either moved; the sooner of the two waits counts. */
function markSoon(needs: Needs, marks: () => Readonly<Record<Lane, number>>) {
  let timer: NodeJS.Timeout | undefined
  let dueAtMs = Infinity
  const write = async () => {
    dueAtMs = Infinity
    const { facts, history } = marks()
    try {
      await needs.commit(() => {
        needs.outbox.markDurable('facts', facts)
        needs.outbox.markDurable('history', history)
      })
    } catch (cause) {
      needs.log.warn({ cause: String(cause) }, 'the durable mark could not be kept; it will come again')
    }
  }
  return {
    soon: (lane: Lane) => {
      const wantedAtMs = needs.clock.monotonicMs() + markPauseMs[lane]
      if (wantedAtMs >= dueAtMs) return
      clearTimeout(timer)
      dueAtMs = wantedAtMs
      timer = setTimeout(() => void write(), markPauseMs[lane])
    },
    stop: () => {
      clearTimeout(timer)
      if (dueAtMs !== Infinity) void write()
    }
  }
}
