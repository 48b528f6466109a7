/** Work that comes back; one that is still running is not started again, one that fails is tried next time. */
export type Job = { readonly name: string; readonly everyMs: number; run(): Promise<void> }

export type Log = { warn(fields: object, text: string): void }

export function runJobs(jobs: readonly Job[], log: Log): { stop(): Promise<void> } {
  const running = new Map<string, Promise<void>>()
  const begin = (job: Job): void => {
    if (running.has(job.name)) return
    const work = job
      .run()
      .catch((error: unknown) =>
        log.warn({ job: job.name, err: String(error) }, 'a job failed, it comes again')
      )
      .finally(() => running.delete(job.name))
    running.set(job.name, work)
  }
  const timers = jobs.map((job) => setInterval(() => begin(job), job.everyMs))
  jobs.forEach(begin)
  return {
    async stop() {
      timers.forEach((timer) => clearInterval(timer))
      await Promise.all(running.values())
    }
  }
}
