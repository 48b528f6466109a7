import { Worker } from 'node:worker_threads'
import type { Question, Reply } from './words.ts'

export type Thread = {
  post(question: Question): void
  /** Nothing is asked of it now: it keeps no program alive that wants to end. */
  rest(): void
  /** Ends it in the middle of whatever it computes; it is never heard of again. */
  end(): Promise<void>
}

/** A thread of its own for the solver, as a solve blocks. `broken`: it is gone without having been ended. */
export function openThread(on: {
  readonly reply: (reply: Reply) => void
  readonly broken: (cause: string) => void
}): Thread {
  const worker = new Worker(new URL('./worker.ts', import.meta.url))
  let over = false
  const broken = (cause: string): void => {
    if (over) return
    over = true
    on.broken(cause)
  }
  worker.on('message', (reply: Reply) => {
    if (!over) on.reply(reply)
  })
  worker.on('error', (cause) => broken(String(cause)))
  worker.on('exit', (code) => broken(`it ended with code ${code}`))
  return {
    post: (question) => {
      worker.ref()
      worker.postMessage(question)
    },
    rest: () => worker.unref(),
    end: async () => {
      over = true
      await worker.terminate()
    }
  }
}
