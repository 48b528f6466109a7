import type { Faults } from '../bank/faults.ts'

const tries = 6
const firstPauseMs = 200
const patienceMs = 5_000

/** One event for a merchant, sealed anew for each try; forged: by a stranger's key, with another amount. */
export type Letter = {
  readonly url: string
  seal(forged: boolean): { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  isTaken(status: number, text: string): boolean
}

type Needs = { faults(): Faults; random(): number; log(text: string): void }
export type Courier = { send(letter: Letter): void; stop(): Promise<void> }

/** Delivers events as well or as badly as the faults say: late, twice, never, out of order, or forged. */
export function openCourier({ faults, random, log }: Needs): Courier {
  const stop = new AbortController()
  const running = new Set<Promise<void>>()
  const start = (work: Promise<void>): void => {
    running.add(work)
    void work.finally(() => running.delete(work))
  }
  const carry = async (letter: Letter, { forged, delayMs }: { forged: boolean; delayMs: number }) => {
    await pause(delayMs, stop.signal)
    for (let count = 0; count < tries && !stop.signal.aborted; count++) {
      if ((await deliver(letter, forged, stop.signal)) || forged) return
      await pause(firstPauseMs * 2 ** count, stop.signal)
    }
    if (!stop.signal.aborted) log(`an event was not taken after ${tries} tries`)
  }
  return {
    send(letter) {
      const { webhookLost, webhookDoubled, webhookForged, webhookDelayMs } = faults()
      const [least, most] = webhookDelayMs
      const delayMs = (): number => least + Math.floor(random() * (most - least))
      if (random() < webhookForged) start(carry(letter, { forged: true, delayMs: delayMs() }))
      if (random() < webhookLost) return
      const copies = random() < webhookDoubled ? 2 : 1
      for (let copy = 0; copy < copies; copy++) start(carry(letter, { forged: false, delayMs: delayMs() }))
    },
    async stop() {
      stop.abort()
      await Promise.all(running)
    }
  }
}

async function deliver(letter: Letter, forged: boolean, stop: AbortSignal): Promise<boolean> {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(patienceMs)])
    const answer = await fetch(letter.url, { method: 'POST', signal, ...letter.seal(forged) })
    return letter.isTaken(answer.status, await answer.text())
  } catch {
    return false // Not reachable: the next try tells.
  }
}

/** Ends early, without an error, when the provider closes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
