import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ListenerLag } from './db/index.ts'
import type { Figures } from './figures.ts'

const stallResolutionMs = 10
const patienceMs = 3_000 // A scrape is given up after ten seconds; a database that hangs must not hide the rest.
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

export type Measured = {
  lag(): Promise<readonly ListenerLag[]>
  streamClients(): number
  edgesInTouch(): number
  readonly figures: Figures
}

/** Prometheus figures of one process (reliability 3.2): base units, no ids in labels. */
export function openMetrics(version: string) {
  const registry = new Registry()
  const counted = { name: missing, help: 'Figures that could not be had', labelNames: ['name'] }
  new Counter({ ...counted, registers: [registry] })
  collectDefaultMetrics({ register: registry, prefix: 'nova_' })
  gauge(registry, { name: 'nova_build_info', help: 'Version that runs', labelNames: ['version'] }, (set) =>
    set({ version }, 1)
  )
  const stall = watchStalls(registry)
  return {
    ...counters(registry),
    /** Figures that are asked for at each scrape. */
    measure(measured: Measured) {
      gauge(registry, { name: 'nova_stream_clients', help: 'Open event streams' }, (set) =>
        set({}, measured.streamClients())
      )
      gauge(registry, { name: 'nova_edges_in_touch', help: 'Edges heard within 15 s' }, (set) =>
        set({}, measured.edgesInTouch())
      )
      const lag = {
        name: 'nova_listener_behind_seconds',
        help: 'Age of the oldest unread event',
        labelNames: ['listener']
      }
      gauge(registry, lag, async (set) => {
        for (const { listener, seconds } of await measured.lag()) set({ listener }, seconds)
      })
      measureSessions(registry, measured.figures)
      measureProofs(registry, measured.figures)
    },
    read: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    stop: stall.stop
  }
}

function counters(registry: Registry) {
  const registers = [registry]
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name, help, labelNames, buckets, registers })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const http = histogram('nova_http_request_duration_seconds', 'HTTP requests', ['method', 'route', 'status'])
  const ingest = counter('nova_ingest_total', 'Frames and events from the edges', ['what'])
  const named: Readonly<Record<string, Counter>> = {
    duplicates: counter('nova_ingest_duplicates_total', 'Events that came again', []),
    gaps: counter('nova_ingest_gaps_total', 'Frames that came before what precedes them', []),
    quarantined: counter('nova_ingest_quarantined_total', 'Frames refused and kept', ['reason'])
  }
  // An alert on what has never happened needs a 0 to grow from.
  for (const reason of ['altered', 'unreadable']) named['quarantined']?.inc({ reason }, 0)
  const ingestLag = histogram('nova_ingest_lag_seconds', 'Edge sending to cloud commit')
  const commands = counter('nova_commands_total', 'Commands by first answer', ['result'])
  const commandLatency = histogram('nova_command_latency_seconds', 'Command sent to answer of the edge')
  return {
    onAnswered: ({
      method,
      route,
      status,
      seconds
    }: {
      method: string
      route: string
      status: number
      seconds: number
    }) => http.observe({ method, route, status: String(status) }, seconds),
    /** `reason`: why frames were quarantined. */
    count(what: string, by: number, reason?: string): void {
      ingest.inc({ what }, by)
      named[what]?.inc(reason === undefined ? {} : { reason }, by)
    },
    lag: (seconds: number) => ingestLag.observe(Math.max(0, seconds)),
    commandSettled(result: string, seconds: number) {
      commands.inc({ result })
      commandLatency.observe(seconds)
    }
  }
}

/** What happened to sessions and their energy since the beginning; it only grows. */
function measureSessions(registry: Registry, figures: Figures): void {
  total(
    registry,
    { name: 'nova_sessions_total', help: 'Sessions by what became of them', labelNames: ['result'] },
    async (set) => {
      for (const { kind, count } of await figures.tallies()) set({ result: kind }, count)
    }
  )
  const energy = {
    ended: ['nova_metered_energy_joules_total', 'Energy of ended sessions by their registers'],
    billed: ['nova_billed_energy_joules_total', 'Energy on bills, corrected ones included'],
    credited: ['nova_credited_energy_joules_total', 'Energy on bills that were taken back']
  } as const
  for (const [wanted, [name, help]] of Object.entries(energy))
    total(registry, { name, help }, async (set) => {
      set({}, Number((await figures.tallies()).find(({ kind }) => kind === wanted)?.joules ?? 0))
    })
  gauge(
    registry,
    { name: 'nova_sessions_in_review', help: 'Ended sessions that wait for a person' },
    async (set) => set({}, (await figures.inReview()).sessions)
  )
  const oldest = { name: 'nova_sessions_in_review_oldest_seconds', help: 'How long the oldest has waited' }
  gauge(registry, oldest, async (set) => set({}, (await figures.inReview()).oldestSeconds))
}

/** What must hold, whatever happens: the ledger is even, the trail is whole and witnessed outside. */
function measureProofs(registry: Registry, figures: Figures): void {
  gauge(
    registry,
    { name: 'nova_ledger_imbalance', help: 'Minor units by which the ledgers fail to sum to zero' },
    async (set) => set({}, Number(await figures.ledgerImbalance()))
  )
  const audit = {
    nova_audit_sequence: ['Entries of the audit trails', 'entries'],
    nova_audit_verified_sequence: ['Entries that were gone through and hold', 'verified'],
    nova_audit_broken_trails: ['Audit trails that do not hold', 'broken'],
    nova_audit_head_age_seconds: ['Age of the oldest entry under no head outside', 'headAgeSeconds']
  } as const
  for (const [name, [help, of]] of Object.entries(audit))
    gauge(registry, { name, help }, async (set) => set({}, (await figures.audit())[of]))
}

function watchStalls(registry: Registry): { stop(): void } {
  const stall = monitorEventLoopDelay({ resolution: stallResolutionMs })
  stall.enable()
  gauge(
    registry,
    { name: 'nova_eventloop_stall_seconds', help: 'Longest stall since the last scrape' },
    (set) => {
      set({}, stall.max / 1e9)
      stall.reset()
    }
  )
  return { stop: () => void stall.disable() }
}

export type Metrics = ReturnType<typeof openMetrics>

type Setter = (labels: Record<string, string>, value: number) => void

function gauge(
  registry: Registry,
  settings: { name: string; help: string; labelNames?: string[] },
  collect: (set: Setter) => void | Promise<void>
): void {
  new Gauge({
    ...settings,
    registers: [registry],
    async collect() {
      clear(this, settings)
      await orMissing(registry, settings.name, async () =>
        collect((labels, value) => this.set(labels, value))
      )
    }
  })
}

/** What cannot be asked now is shown neither as it was nor as 0. */
function clear(metric: Gauge | Counter, { labelNames }: { labelNames?: string[] }): void {
  metric.reset()
  if (labelNames === undefined) metric.remove()
}

const missing = 'nova_metrics_missing_total'

/** One figure that cannot be had, or not soon, takes no other along: it is left out and counted. */
async function orMissing(registry: Registry, name: string, ask: () => Promise<void>): Promise<void> {
  const answered = new AbortController()
  try {
    await Promise.race([ask(), tooLate(answered.signal)])
  } catch {
    const counter = registry.getSingleMetric(missing)
    if (counter instanceof Counter) counter.inc({ name })
  } finally {
    answered.abort()
  }
}

async function tooLate(answered: AbortSignal): Promise<never> {
  await wait(patienceMs, undefined, { signal: answered })
  throw new Error('no answer in time')
}

/** A counter whose value is kept elsewhere. */
function total(
  registry: Registry,
  settings: { name: string; help: string; labelNames?: string[] },
  collect: (set: Setter) => Promise<void>
): void {
  new Counter({
    ...settings,
    registers: [registry],
    async collect() {
      clear(this, settings)
      await orMissing(registry, settings.name, async () =>
        collect((labels, value) => this.inc(labels, value))
      )
    }
  })
}
