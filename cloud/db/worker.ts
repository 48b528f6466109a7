/** A loop over rows that are due: woken when one is written, and by the clock for those of a process that died. */
export type Worker = { wake(): void; stop(): Promise<void> }

export type Work = {
  readonly pollMs: number
  /** Does what is due now. @returns true when more may be due at once */
  round(): Promise<boolean>
  onTrouble(error: unknown): void
}

const restAfterTroubleMs = 1_000

/** Sleeps until the time is over or somebody wakes it; a call in between is not lost. */
function openSleep() {
  let woken = true
  let rouse: (() => void) | undefined
  return {
    clear: (): void => void (woken = false),
    wake(): void {
      woken = true
      rouse?.()
    },
    async sleep(ms: number): Promise<void> {
      if (woken) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        rouse = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      rouse = undefined
    }
  }
}

/** Runs rounds one after the other until stopped; a failing round is told and tried again later. */
export function startWorker({ pollMs, round, onTrouble }: Work): Worker {
  const { clear, wake, sleep } = openSleep()
  let stopped = false
  const attempt = async (): Promise<'more' | 'done' | 'trouble'> => {
    try {
      return (await round()) ? 'more' : 'done'
    } catch (error) {
      onTrouble(error)
      if (!stopped) clear()
      return 'trouble'
    }
  }
  const run = async (): Promise<void> => {
    while (!stopped) {
      clear()
      const ended = await attempt()
      if (ended !== 'more' && !stopped) await sleep(ended === 'trouble' ? restAfterTroubleMs : pollMs)
    }
  }
  const running = run()
  return {
    wake,
    async stop() {
      stopped = true
      wake()
      await running
    }
  }
}
