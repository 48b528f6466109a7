import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { add, dayOf, lineOf, noDays, type DaysPlan, type Sum } from './days.ts'

type Share = {
  readonly plan: DaysPlan
  readonly seed: number
  readonly count: number
  readonly next: SharedArrayBuffer
}

// A day allocates much and keeps little: a nursery four times the usual is cleared a fifth as often, by its own thread.
const nursery = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--no-parallel-scavenge']

/** Runs the days `seed` … `seed + count − 1` on all cores; each thread takes the next day that nobody has. */
export async function runDays(plan: DaysPlan, seed: number, count: number): Promise<Sum> {
  for (const flag of nursery) setFlagsFromString(flag) // Read when a thread's heap is laid out.
  const next = new SharedArrayBuffer(4)
  const threads = Math.min(count, availableParallelism())
  const share: Share = { plan, seed, count, next }
  const sums = await Promise.all(Array.from({ length: threads }, () => oneThread(share)))
  const all = noDays()
  for (const sum of sums) add(all, sum)
  return all
}

function oneThread(share: Share): Promise<Sum> {
  const { promise, resolve, reject } = Promise.withResolvers<Sum>()
  const worker = new Worker(new URL(import.meta.url), { workerData: share })
  worker.once('message', resolve)
  worker.once('error', reject) // An unhandled rejection in a day ends here too: no crash goes unseen.
  worker.once('exit', (code) => reject(new Error(`a thread ended with ${code}`)))
  return promise
}

async function takeDays({ plan, seed, count, next }: Share): Promise<Sum> {
  const sum = noDays()
  const taken = new Int32Array(next)
  for (let at = Atomics.add(taken, 0, 1); at < count; at = Atomics.add(taken, 0, 1)) {
    const begun = performance.now()
    const day = await dayOf(seed + at, plan)
    // A run of hours says at once what it has found: whoever ends it has all that was done.
    process.stderr.write(`${lineOf(seed + at, day, (performance.now() - begun) / 1000)}\n`)
    add(sum, day)
  }
  return sum
}

if (!isMainThread && parentPort !== null) parentPort.postMessage(await takeDays(workerData as Share))
