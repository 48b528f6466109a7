/** A loop over rows that are due: woken when one is written, and by the clock for those of a process that died. */
export type Worker = { wake(): void; stop(): Promise<void> }

export type Work = {
  readonly pollMs: number
  /** Does what is due now. @returns true when more may be due at once */
  round(): Promise<boolean>
  onTrouble(error: unknown): void
}

const restAfterTroubleMs = 1_000

/** Runs rounds one after the other until stopped; a failing round is told and tried again later. */
export function startWorker({ pollMs, round, onTrouble }: Work): Worker {
  let [stopped, woken] = [false, true]
  let rouse: (() => void) | undefined
  const sleep = async (ms: number): Promise<void> => {
    if (stopped || woken) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    rouse = undefined
  }
  const attempt = async (): Promise<'more' | 'done' | 'trouble'> => {
    try {
      return (await round()) ? 'more' : 'done'
    } catch (error) {
      onTrouble(error)
      woken = false
      return 'trouble'
    }
  }
  const run = async (): Promise<void> => {
    while (!stopped) {
      woken = false
      const ended = await attempt()
      if (ended !== 'more') await sleep(ended === 'trouble' ? restAfterTroubleMs : pollMs)
    }
  }
  const running = run()
  return {
    wake() {
      woken = true
      rouse?.()
    },
    async stop() {
      stopped = true
      rouse?.()
      await running
    }
  }
}
