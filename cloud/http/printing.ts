import { Worker } from 'node:worker_threads'
import { problem } from './problem.ts'

const atOnce = 2 // Each holds a Chinese font of some megabytes while it prints.
const mostWaiting = 20
const patienceMs = 30_000

/**
 * Prints beside the event loop: opening the font alone takes longer than a request may block others.
 * @param script the worker: gets the page as its `workerData`, posts the bytes as its one message
 * @param what the pages, in the plural, for people
 * @returns a printer of its own queue. It throws Problem 503 `printer-busy` when too many wait
 */
export function printer<Page>(script: URL, what: string): (page: Page) => Promise<Uint8Array> {
  let running = 0
  const waiting: (() => void)[] = []
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
  return async (page) => {
    if (waiting.length >= mostWaiting)
      throw problem(503, 'printer-busy', `Too many ${what} are being printed.`, { retryAfterSeconds: 5 })
    if (running >= atOnce) {
      const turn = Promise.withResolvers<void>()
      waiting.push(turn.resolve)
      await turn.promise // Who leaves hands the place over: nobody comes between.
    } else running += 1
    try {
      return await inWorker(script, page)
    } finally {
      leave()
    }
  }
}

async function inWorker(script: URL, workerData: unknown): Promise<Uint8Array> {
  const worker = new Worker(script, { workerData })
  const done = Promise.withResolvers<Uint8Array>()
  const timer = setTimeout(() => done.reject(new Error('printing took too long')), patienceMs)
  worker.once('message', (bytes: Uint8Array) => done.resolve(bytes))
  worker.once('error', done.reject)
  worker.once('exit', () => done.reject(new Error('the printer ended without a page')))
  try {
    return await done.promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
