import { Worker } from 'node:worker_threads'
import { problem } from '../../http/index.ts'
import type { Printable } from './pdf-worker.ts'

const atOnce = 2 // Each holds a Chinese font of some megabytes while it prints.
const mostWaiting = 20
const patienceMs = 20_000

let running = 0
const waiting: (() => void)[] = []

/**
 * Prints an invoice beside the event loop: opening the font alone takes longer than a request may block others.
 * @throws Problem 503 `printer-busy` when too many wait
 */
export async function printInvoice(invoice: Printable): Promise<Uint8Array> {
  if (waiting.length >= mostWaiting)
    throw problem(503, 'printer-busy', 'Too many invoices are being printed.', { retryAfterSeconds: 5 })
  if (running >= atOnce)
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  running++
  try {
    return await inWorker(invoice)
  } finally {
    running--
    waiting.shift()?.()
  }
}

async function inWorker(invoice: Printable): Promise<Uint8Array> {
  const worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), { workerData: invoice })
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
