import { readOrder, readTrace, type Order, type Trace } from '@nova/shared-protocol/messages'
import type { Answer, LocalOrder, Orders, Taken } from './contract.ts'
import { judge } from './judge.ts'
import type { CommandRecord, Needs, NewCommand, Step } from './needs.ts'
import { carryOut } from './perform.ts'
import { openUnrecorded } from './unrecorded.ts'
import { again, answer, factOf, idOf, isoOf, lifeOf, stepIn, stepOf } from './words.ts'

const answerMs = 2_000 // The caller learns `sent` by then; the end follows as a fact.
const localLifeMs = 60_000 // A person at the site looks at the screen; a minute later he has tried again.
const mostAtOnce = 500 // Twice as many as connectors on the largest site.

/** Verify, remember, perform, conclude: each command at most once, whatever is sent twice or dies between. */
export function openOrders(needs: Needs): Orders {
  const desk = new Desk(needs)
  return {
    fromCloud: (bytes, epoch, trace) =>
      desk.fromCloud(Buffer.from(bytes).toString('utf8'), epoch, readTrace(trace)),
    fromLocal: (order) => desk.fromLocal(order),
    find: (id) => desk.find(id),
    ended: (id, waitMs) => desk.ended(id, waitMs),
    recover: () => desk.recover(),
    close: (waitMs) => desk.close(waitMs)
  }
}

class Desk {
  readonly #needs: Needs
  readonly #acts = new Map<string, Promise<Step>>() // Under way in this process, by command id.
  readonly #starting = new Set<string>()
  readonly #closing = new AbortController()
  readonly #unrecorded = openUnrecorded()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  find(id: string): CommandRecord | null {
    return this.#unrecorded.find(id) ?? this.#needs.store.commands.find(id)
  }

  async fromCloud(text: string, epoch: number, trace: Trace | undefined): Promise<Answer | null> {
    const { clock, site, signatureFits, intake, log, count } = this.#needs
    const chargers = new Set(intake.chargers().map((charger) => charger.id))
    const verdict = judge(text, { site, epoch, now: clock.now(), chargers, signatureFits })
    if (verdict.kind === 'ignore' || verdict.kind === 'refuse') count('commands_refused')
    if (verdict.kind === 'ignore') {
      log.warn(
        { because: verdict.because, bytes: text.length },
        'a command is not for us, or could not be read'
      )
      return null
    }
    const { id } = verdict.command
    const command: NewCommand = { ...verdict.command, trace }
    if (verdict.kind === 'refuse') {
      log.warn({ id, because: verdict.because, traceId: trace?.traceId }, 'a command was refused')
      return answer(id, { status: 'rejected', error: verdict.because })
    }
    const act =
      verdict.kind === 'go'
        ? this.#take(command, verdict.order)
        : this.#endAtOnce(command, { status: verdict.status, error: verdict.because })
    return answer(id, await firstOf(act, answerMs))
  }

  async fromLocal(order: LocalOrder): Promise<Taken> {
    const { clock, intake, uuid } = this.#needs
    if (!intake.chargers().some((charger) => charger.id === order.chargerId)) {
      return { kind: 'unknown-charger', detail: `charger ${order.chargerId} is unknown at this site` }
    }
    const understood = readOrder(order.action, order.payload, order.chargerId)
    if ('problem' in understood) return { kind: 'malformed', detail: understood.problem }
    const id = order.idempotencyKey === undefined ? uuid() : idOf(order.idempotencyKey)
    const now = clock.now()
    const command: NewCommand = {
      id,
      counter: null,
      issuer: order.issuer,
      chargerId: order.chargerId,
      action: order.action,
      payload: order.payload,
      issuedAt: isoOf(now),
      expiresAt: order.expiresAt ?? isoOf(now + localLifeMs)
    }
    const known = this.find(id)
    if (known) return again(known, command)
    if (this.#acts.size >= mostAtOnce) return { kind: 'busy', detail: `${mostAtOnce} orders are under way` }
    if (Date.parse(command.expiresAt) <= now) return this.#expired(command)
    return this.#takeLocal(command, understood.order)
  }

  async #expired(command: NewCommand): Promise<Taken> {
    await this.#endAtOnce(command, { status: 'expired', error: `expired at ${command.expiresAt}` })
    return this.#kept(command.id, undefined)
  }

  async #takeLocal(command: NewCommand, order: Order): Promise<Taken> {
    const kept = Promise.withResolvers<void>()
    const act = this.#take(command, order, kept.resolve)
    const first = await Promise.race([kept.promise, act])
    return this.#kept(command.id, first?.error)
  }

  #kept(id: string, error: string | null | undefined): Taken {
    const command = this.find(id)
    if (command) return { kind: 'taken', command }
    return { kind: 'not-stored', detail: error ?? 'the command could not be stored' }
  }

  async ended(id: string, waitMs: number): Promise<CommandRecord | null> {
    const act = this.#acts.get(id)
    if (act) await firstOf(act, waitMs)
    return this.find(id)
  }

  async recover(): Promise<void> {
    for (const record of this.#needs.store.commands.open()) {
      const error = 'edge restarted; unknown whether the charger acted'
      await this.#conclude(record, { status: 'failed', error })
    }
  }

  async close(waitMs: number): Promise<void> {
    this.#closing.abort()
    await firstOf(Promise.allSettled(this.#acts.values()), waitMs)
  }

  /** The same id never acts twice: known from the store, or still under way here. */
  #take(
    command: NewCommand,
    order: Order,
    kept: () => void = () => undefined
  ): Promise<Step | CommandRecord> {
    return this.#once(command.id, async () => {
      if (this.#closing.signal.aborted) return this.#unkept('the edge is stopping')
      const life = AbortSignal.timeout(lifeOf(command, this.#needs.clock.now()))
      const begin = () => this.#begin(command, order, kept)
      const deed = await carryOut(
        { needs: this.#needs, starting: this.#starting, begin },
        { command, order, signal: AbortSignal.any([life, this.#closing.signal]) }
      )
      if (deed.kind === 'not-new') return this.#known(command.id, deed.why)
      return this.#conclude(command, stepOf(deed))
    })
  }

  #endAtOnce(command: NewCommand, end: Omit<Step, 'at'>): Promise<Step | CommandRecord> {
    return this.#once(command.id, async () => {
      const how = await this.#remember(command, () => undefined)
      return how === 'new' ? this.#conclude(command, end) : this.#known(command.id, how)
    })
  }

  async #once(id: string, act: () => Promise<Step>): Promise<Step | CommandRecord> {
    const running = this.#acts.get(id)
    if (running) return running
    const known = this.find(id)
    if (known) return known
    if (this.#acts.size >= mostAtOnce) return this.#unkept('too many orders are under way')
    const step = act().catch((cause: unknown) => this.#broken(id, cause))
    this.#acts.set(id, step)
    try {
      return await step
    } finally {
      this.#acts.delete(id)
    }
  }

  /** A stop is carried out even when it cannot be kept: a car must be let go, and stopping twice does no harm. */
  async #begin(command: NewCommand, { action }: Order, kept: () => void): Promise<'new' | 'seen' | 'stale'> {
    const { clock, count, log } = this.#needs
    try {
      return await this.#remember(command, kept)
    } catch (cause) {
      if (action !== 'stop') throw cause
      count('commands_unrecorded')
      log.warn({ id: command.id, cause: String(cause) }, 'a stop is carried out without being recorded')
      this.#unrecorded.begin(command, isoOf(clock.now()))
      kept()
      return 'new'
    }
  }

  async #remember(command: NewCommand, kept: () => void): Promise<'new' | 'seen' | 'stale'> {
    const { store, clock } = this.#needs
    const at = isoOf(clock.now())
    const how = await store.commit(() => {
      const remembered = store.commands.remember(command, at)
      if (remembered === 'new') store.commands.progress(command.id, { status: 'sent', at })
      return remembered
    })
    if (how === 'new') kept()
    return how
  }

  #known(id: string, how: 'seen' | 'stale'): Step {
    const record = this.#needs.store.commands.find(id)
    if (record) return { ...stepIn(record), at: isoOf(this.#needs.clock.now()) }
    this.#needs.count('commands_refused')
    return this.#unkept(how === 'stale' ? 'its counter was used before (a replay)' : 'unknown')
  }

  #unkept(error: string): Step {
    return { status: 'rejected', error, at: isoOf(this.#needs.clock.now()) }
  }

  #broken(id: string, cause: unknown): Step {
    this.#needs.log.error({ id, cause: String(cause) }, 'a command could not be brought to its end')
    return {
      status: 'failed',
      error: `the edge could not store it: ${String(cause)}`.slice(0, 500),
      at: isoOf(this.#needs.clock.now())
    }
  }

  async #conclude(command: NewCommand, end: Omit<Step, 'at'>): Promise<Step> {
    const { clock, metrics, log } = this.#needs
    const at = isoOf(clock.now())
    const step = this.#unrecorded.end(command.id, { ...end, at }) ?? { ...end, at }
    await this.#record(command, step)
    metrics.ended(command.action, step.status, Date.parse(step.at) - Date.parse(command.issuedAt))
    log.info(
      {
        id: command.id,
        action: command.action,
        charger: command.chargerId,
        status: step.status,
        error: step.error,
        traceId: command.trace?.traceId
      },
      'command ended'
    )
    return step
  }

  /** The end and the news of it in one commit; of what was begun unrecorded the sender alone is told. */
  async #record(command: NewCommand, step: Step): Promise<void> {
    const { store } = this.#needs
    if (this.#unrecorded.find(command.id)) return
    await store.commit(() => {
      store.commands.progress(command.id, step)
      const { key, fact } = factOf(command, step)
      store.appendFact(key, fact)
    })
  }
}

/** @returns what `work` brings, or undefined when it takes longer; `work` goes on */
async function firstOf<Value>(work: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), milliseconds)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
