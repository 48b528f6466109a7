import type pg from 'pg'

const channel = 'nova_events'
const atMostEveryMs = 10 // NOTIFY at each commit would queue all commits behind one lock of the server.
const reconnectMs = 1_000

export type Wake = { wrote(): void; onWake(act: () => void): void; stop(): Promise<void> }

/**
 * Tells readers of the log that there is something new: this process at once, others through NOTIFY. A hint
 * only: a lost one costs a poll interval, never an event.
 */
export function openWake(pool: pg.Pool, log: { onError(error: Error): void }): Wake {
  const listeners: (() => void)[] = []
  let sending: NodeJS.Timeout | undefined
  let stopped = false
  const wakeAll = (): void => listeners.forEach((act) => act())
  const hear = hearing(pool, { wakeAll, stopped: () => stopped, onError: log.onError })
  const send = (): void => {
    sending = undefined
    pool.query(`notify ${channel}`).catch(log.onError)
  }
  return {
    wrote() {
      wakeAll()
      if (!stopped) sending ??= setTimeout(send, atMostEveryMs)
    },
    onWake: (act) => {
      if (listeners.push(act) === 1) hear.start()
    },
    async stop() {
      stopped = true
      clearTimeout(sending)
      await hear.stop()
    }
  }
}

type Hearing = { wakeAll(): void; stopped(): boolean; onError(error: Error): void }

/** One connection that listens; taken from the pool for as long as it lives, made again when it dies. */
function hearing(pool: pg.Pool, { wakeAll, stopped, onError }: Hearing) {
  let again: NodeJS.Timeout | undefined
  let leave: () => void = () => undefined
  let living: Promise<void> = Promise.resolve()
  /** From connect to the end of the connection, which goes back to the pool once, whatever ends it. */
  const live = async (): Promise<void> => {
    const client = await pool.connect()
    const ended = Promise.withResolvers<void>()
    leave = ended.resolve
    client.once('end', ended.resolve)
    client.on('notification', wakeAll)
    try {
      await client.query(`listen ${channel}`)
      wakeAll()
      if (!stopped()) await ended.promise
    } finally {
      client.release(true)
    }
  }
  function start(): void {
    if (stopped()) return
    living = live()
      .catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        if (!stopped()) again = setTimeout(start, reconnectMs)
      })
  }
  return {
    start,
    async stop() {
      clearTimeout(again)
      leave()
      await living
    }
  }
}
