import { setTimeout as wait } from 'node:timers/promises'
import type { Child } from './child.ts'
import type { Roll } from './roll.ts'
import { signalTo } from './process-table.ts'

const firstPauseMs = 500
const longestPauseMs = 30_000
const healthyMs = 60_000 // So long a run ends the count of failures.
const mostFailures = 8 // In a row: then it is not bad luck, and a person should look.
const killed = 'ended with SIGKILL' // By somebody else, or for want of memory: no fault that a pause would mend.
const mostBeforeReady = 3 // At the first start the reason is nearly always in the settings: say so soon.

/** A part of the system that is kept running: how to start it, how to ask it to stop. */
export type Part = {
  readonly name: string
  /** Starts it, tells the process at once, and waits until it is ready. */
  start(spawned: (child: Child) => void): Promise<Child>
  readonly stopSignal: NodeJS.Signals
  readonly patienceMs: number
  /** Stops at once, for the impatient. */
  readonly hurrySignal: NodeJS.Signals
  /** The rest goes on without it when it keeps failing. */
  readonly optional?: boolean
}

export type Kept = {
  /** Ready for the first time, or given up where the rest goes on without it: then why. Rejects when it never gets so far. */
  readonly ready: Promise<string | undefined>
  /** Rejects (only) when the part keeps failing. */
  readonly failed: Promise<never>
  stop(): Promise<void>
  hurry(): void
}

type Needs = { readonly roll: Roll; say(line: string): void }

/** Starts a part and starts it again: at once when it was killed while it ran, else with growing pauses. */
export function keep(part: Part, needs: Needs): Kept {
  const stopped = new AbortController()
  const ready = Promise.withResolvers<string | undefined>()
  const failed = Promise.withResolvers<never>()
  const state = { child: undefined as Child | undefined, hurried: false }
  const running = loop(part, needs, {
    state,
    stopped: stopped.signal,
    ready: () => ready.resolve(undefined)
  }).catch((cause: unknown) => {
    if (part.optional === true) {
      const why = cause instanceof Error ? cause.message : String(cause)
      needs.say(`${why}; going on without it`)
      ready.resolve(why)
    } else {
      ready.reject(cause)
      failed.reject(cause)
    }
  })
  ready.promise.catch(() => undefined) // Seen by whoever waits; the same fault also goes to `failed`.
  failed.promise.catch(() => undefined)
  return {
    ready: ready.promise,
    failed: failed.promise,
    hurry() {
      state.hurried = true
      if (state.child?.running() === true) signalTo(state.child.pid, part.hurrySignal)
    },
    async stop() {
      stopped.abort()
      await state.child?.stop(state.hurried ? part.hurrySignal : part.stopSignal, part.patienceMs)
      await running
    }
  }
}

type Course = {
  readonly state: { child: Child | undefined }
  readonly stopped: AbortSignal
  ready(): void
}

async function loop(part: Part, { roll, say }: Needs, { state, stopped, ready }: Course): Promise<void> {
  let wasReady = false
  for (let failures = 0; !stopped.aborted;) {
    const startedAt = performance.now()
    let cameUp = false
    const spawned = (child: Child): void => {
      state.child = child
      roll.add(part.name, child.pid)
    }
    const outcome = await once(part, spawned, () => {
      wasReady = cameUp = true
      ready()
    })
    if (state.child !== undefined) endGroup(state.child.pid, roll)
    if (stopped.aborted) return
    const blameless = cameUp && outcome === killed
    failures = blameless || performance.now() - startedAt > healthyMs ? 1 : failures + 1
    if (failures >= (wasReady ? mostFailures : mostBeforeReady))
      throw new Error(`${part.name} keeps failing: ${outcome}`)
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
    say(`${part.name} ${outcome}; starting it again in ${pauseMs / 1000} s`)
    await wait(pauseMs, undefined, { signal: stopped }).catch(() => undefined) // Stopped meanwhile: the loop ends.
  }
}

async function once(part: Part, spawned: (child: Child) => void, ready: () => void): Promise<string> {
  try {
    const child = await part.start(spawned)
    ready()
    return await child.ended
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

/** Whatever a part itself had started ends with it: each part leads a process group. */
function endGroup(pid: number, roll: Roll): void {
  if (pid > 0) signalTo(-pid, 'SIGKILL')
  roll.remove(pid)
}
