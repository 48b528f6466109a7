import { setTimeout as wait } from 'node:timers/promises'
import { CallFault, openWire, type Wire, type WireOptions } from './wire.ts'

const giveUpAfterMs = 120_000
const pauseMs = 50

/**
 * A charge point that says each thing until it has an answer: after a lost answer or a lost line it reconnects
 * without BootNotification and sends the same content under a new message id, as real ones were seen to do.
 */
export type Stubborn = {
  readonly identity: string
  /** Resolves with the last answer's payload, however many tries it took. @throws after two minutes */
  say<Answer>(action: string, payload: object, times?: number): Promise<Answer>
  /** Resolves with the payload of the next such CALL from the server that has not been taken yet. */
  heard(action: string, withinMs?: number): Promise<unknown>
  close(): void
}

export type StubbornOptions = WireOptions & {
  /** What to answer to a CALL of the server; Accepted when it says nothing. */
  readonly answer?: (action: string, payload: unknown) => object
}

export function stubborn(options: StubbornOptions): Stubborn {
  const calls: Heard[] = []
  const line = lineThatComesBack(options, calls)
  return {
    identity: options.identity,
    say: async <Answer>(action: string, payload: object, times = 1) => {
      let answer = await persist(line, options.identity, () => line.call(action, payload))
      for (let more = 1; more < times; more++)
        answer = await persist(line, options.identity, () => line.call(action, payload))
      return answer as Answer
    },
    heard: async (action, withinMs = 20_000) => {
      const until = performance.now() + withinMs
      while (performance.now() < until) {
        const index = calls.findIndex((each) => each.action === action)
        if (index >= 0) return calls.splice(index, 1)[0]?.payload
        await line.open().catch(unlessAnswered)
        await wait(10)
      }
      throw new Error(`${options.identity}: no ${action} in ${withinMs} ms`)
    },
    close: () => line.close()
  }
}

type Heard = { readonly action: string; readonly payload: unknown }
type Line = {
  open(): Promise<Wire>
  call(action: string, payload: object): Promise<unknown>
  isClosed(): boolean
  close(): void
}

function lineThatComesBack(options: StubbornOptions, calls: Heard[]): Line {
  let wire: Wire | undefined
  let closed = false
  const open = async (): Promise<Wire> => {
    if (wire?.isOpen()) return wire
    wire = await openWire(options, (action, payload) => {
      calls.push({ action, payload })
      return options.answer?.(action, payload) ?? { status: 'Accepted' }
    })
    return wire
  }
  return {
    open,
    call: async (action, payload) => (await open()).call(action, payload),
    isClosed: () => closed,
    close: () => {
      closed = true
      wire?.end()
    }
  }
}

async function persist(line: Line, identity: string, attempt: () => Promise<unknown>): Promise<unknown> {
  const until = performance.now() + giveUpAfterMs
  while (!line.isClosed() && performance.now() < until) {
    const answer = await attempt().catch(unlessAnswered)
    if (answer !== lost) return answer
    await wait(pauseMs)
  }
  throw new Error(`${identity}: no answer in ${giveUpAfterMs} ms`)
}

const lost = Symbol('lost')

/** Only a lost line is worth another try; a CALLERROR is an answer that the scenario must see. */
function unlessAnswered(cause: unknown): typeof lost {
  if (cause instanceof CallFault) throw cause
  return lost
}
