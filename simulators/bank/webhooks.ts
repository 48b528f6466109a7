import { createHmac, randomUUID } from 'node:crypto'
import type { Hold } from './accounts.ts'
import type { Faults } from './faults.ts'

const tries = 6
const firstPauseMs = 200
const patienceMs = 5_000

export type Target = { readonly url: string; readonly secret: string }

export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`

type Needs = {
  readonly target: Target | undefined
  faults(): Faults
  random(): number
  log(text: string): void
}

/** Tells the merchant what happened, as well or as badly as the faults say. */
export function openWebhooks({ target, faults, random, log }: Needs) {
  const stop = new AbortController()
  const running = new Set<Promise<void>>()
  const start = (work: Promise<void>): void => {
    running.add(work)
    void work.finally(() => running.delete(work))
  }
  const send = async (
    body: string,
    { delayMs, forged }: { delayMs: number; forged: boolean }
  ): Promise<void> => {
    if (!target) return
    await pause(delayMs, stop.signal)
    for (let count = 0; count < tries && !stop.signal.aborted; count++) {
      if (await deliver(target, { body, forged, signal: stop.signal })) return
      await pause(firstPauseMs * 2 ** count, stop.signal)
    }
    if (!stop.signal.aborted && !forged) log(`webhook not taken after ${tries} tries`)
  }
  return {
    tell(type: string, hold: Hold): void {
      const { webhookLost, webhookDoubled, webhookForged, webhookDelayMs } = faults()
      const delayMs = (): number =>
        webhookDelayMs[0] + Math.floor(random() * (webhookDelayMs[1] - webhookDelayMs[0]))
      const event = { id: randomUUID(), type, createdAt: new Date().toISOString(), hold }
      const forgery = { ...event, id: randomUUID(), hold: { ...hold, capturedMinor: hold.amountMinor + 1 } }
      if (random() < webhookForged) start(send(JSON.stringify(forgery), { delayMs: delayMs(), forged: true }))
      if (random() < webhookLost) return
      const copies = random() < webhookDoubled ? 2 : 1
      for (let copy = 0; copy < copies; copy++)
        start(send(JSON.stringify(event), { delayMs: delayMs(), forged: false }))
    },
    async stop(): Promise<void> {
      stop.abort()
      await Promise.all(running)
    }
  }
}

type Delivery = { readonly body: string; readonly forged: boolean; readonly signal: AbortSignal }

async function deliver(target: Target, { body, forged, signal }: Delivery): Promise<boolean> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const secret = forged ? 'somebody-else' : target.secret
  try {
    const answer = await fetch(target.url, {
      method: 'POST',
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      headers: {
        'content-type': 'application/json',
        'bank-timestamp': timestamp,
        'bank-signature': signatureOf(secret, timestamp, body)
      }
    })
    await answer.body?.cancel()
    return answer.ok || forged
  } catch {
    return forged // Not reachable: the next try tells; a forger does not insist.
  }
}

/** Ends early, without an error, when the bank closes. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
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
