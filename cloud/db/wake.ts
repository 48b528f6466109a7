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
  let client: pg.PoolClient | undefined
  let again: NodeJS.Timeout | undefined
  let starting: Promise<void> = Promise.resolve()
  const lost = (): void => {
    client?.release(true)
    client = undefined
    if (!stopped()) again = setTimeout(start, reconnectMs)
  }
  const connect = async (): Promise<void> => {
    const fresh = await pool.connect()
    fresh.on('notification', wakeAll)
    fresh.once('end', lost)
    client = fresh
    await fresh.query(`listen ${channel}`)
    wakeAll()
  }
  function start(): void {
    if (stopped()) return
    starting = connect().catch((error: unknown) => {
      onError(error instanceof Error ? error : new Error(String(error)))
      if (client) client.removeListener('end', lost)
      lost()
    })
  }
  return {
    start,
    async stop() {
      clearTimeout(again)
      await starting
      client?.removeListener('end', lost)
      client?.release(true)
      client = undefined
    }
  }
}
