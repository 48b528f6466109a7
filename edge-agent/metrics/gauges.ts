import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'

export const prefix = 'nova_'
const stallResolutionMs = 10
const joulesPerWh = 3_600

/** Read when Prometheus asks, so that nothing is counted twice. */
export type Watched = {
  /** `oldestSeconds`: of what waits for the cloud; 0: nothing does, null: there is no cloud. */
  outbox(): readonly {
    readonly lane: string
    readonly rows: number
    readonly oldestSeconds: number | null
  }[]
  storage(): {
    readonly fileBytes: number
    readonly freeBytes: number | null
    readonly writtenBytes: number | null // By this process since its start; null: the system does not tell.
    readonly dropped: number
  }
  power(): {
    readonly siteW: number | null
    readonly limitW: number
    /** Those that hold now, by who set them; a limit in amperes is reckoned at the nominal voltage. */
    readonly sources: readonly { readonly source: string; readonly limitW: number }[]
  } | null
  /** Seconds until each certificate or key of ours ends; below 0: it has. */
  certificates(): readonly { readonly certificate: string; readonly expiresInSeconds: number }[]
  epoch(): number
  clockTrusted(): boolean | null // null: nobody to compare with.
  counters(): Readonly<Record<string, number>> // Of intake, by name.
}

type Named = { readonly name: string; readonly help: string; readonly labels?: readonly string[] }
type Reading = Named & { fill(gauge: Gauge, now: Watched): void }
/** Counted elsewhere since the start; shown here as it stands. */
type Total = Named & { fill(counter: Counter, now: Watched): void }

const readings: readonly Reading[] = [
  {
    name: 'edge_outbox_rows',
    help: 'Events not yet durable in the cloud',
    labels: ['class'],
    fill: (gauge, now) => {
      for (const { lane, rows } of now.outbox()) gauge.set({ class: lane }, rows)
    }
  },
  {
    name: 'edge_outbox_oldest_seconds',
    help: 'Age of the oldest event that is not durable in the cloud',
    labels: ['class'],
    fill: (gauge, now) => {
      for (const { lane, oldestSeconds } of now.outbox())
        if (oldestSeconds !== null) gauge.set({ class: lane }, oldestSeconds)
    }
  },
  {
    name: 'edge_certificate_expiry_seconds',
    help: 'Until a certificate or key of this edge ends; below 0 it has',
    labels: ['certificate'],
    fill: (gauge, now) => {
      for (const { certificate, expiresInSeconds } of now.certificates())
        gauge.set({ certificate }, expiresInSeconds)
    }
  },
  {
    name: 'edge_store_bytes',
    help: 'Size of the database file',
    fill: (gauge, now) => gauge.set(now.storage().fileBytes)
  },
  {
    name: 'edge_disk_free_bytes',
    help: 'Room left on the disk; NaN when unknown',
    fill: (gauge, now) => gauge.set(now.storage().freeBytes ?? NaN)
  },
  {
    name: 'edge_epoch',
    help: 'Epoch granted by the cloud; 0 before the first',
    fill: (gauge, now) => gauge.set(now.epoch())
  },
  {
    name: 'edge_clock_trusted',
    help: '1 when the clock agrees with the cloud, 0 when not; NaN with nobody to compare',
    fill: (gauge, now) => gauge.set(Number(now.clockTrusted() ?? NaN))
  },
  {
    name: 'site_power_watts',
    help: 'The site meter; NaN when unknown',
    fill: (gauge, now) => gauge.set(now.power()?.siteW ?? NaN)
  },
  {
    name: 'site_limit_watts',
    help: 'The effective limit, and those it is made of',
    labels: ['source'],
    fill: (gauge, now) => {
      const power = now.power()
      gauge.set({ source: 'effective' }, power?.limitW ?? NaN)
      for (const { source, limitW } of power?.sources ?? []) gauge.set({ source }, limitW)
    }
  },
  {
    name: 'edge_intake_events',
    help: 'What the intake counted since the start, by name',
    labels: ['event'],
    fill: (gauge, now) => {
      for (const [event, count] of Object.entries(now.counters())) gauge.set({ event }, count)
    }
  }
]

const totals: readonly Total[] = [
  {
    name: 'edge_outbox_dropped_total',
    help: 'Telemetry thinned out for lack of room; facts never are',
    labels: ['class'],
    fill: (counter, now) => {
      counter.inc({ class: 'facts' }, 0)
      counter.inc({ class: 'history' }, now.storage().dropped)
    }
  },
  {
    name: 'edge_disk_written_bytes_total',
    help: 'Sent to the disk by this process since its start',
    fill: (counter, now) => {
      const { writtenBytes } = now.storage()
      if (writtenBytes === null) counter.remove()
      else counter.inc(writtenBytes)
    }
  },
  {
    name: 'metered_energy_joules_total',
    help: 'Of ended sessions, by their registers',
    fill: (counter, now) => counter.inc((now.counters()['metered-wh'] ?? 0) * joulesPerWh)
  },
  {
    name: 'sessions_total',
    help: 'Sessions by what became of them',
    labels: ['result'],
    fill: (counter, now) => {
      const {
        'session-started': started = 0,
        'session-ended': ended = 0,
        'session-review': review = 0
      } = now.counters()
      counter.inc({ result: 'started' }, started)
      counter.inc({ result: 'ended' }, Math.max(0, ended - review))
      counter.inc({ result: 'review' }, review)
    }
  }
]

/** Gauges and totals that look at the rooms only when Prometheus asks. */
export function openWatchedGauges(registry: Registry, watched: () => Watched | undefined): void {
  for (const { name, help, labels = [], fill } of readings) {
    new Gauge({
      name: prefix + name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        const now = watched()
        if (labels.length > 0) this.reset() // A source that is gone is not shown as it was.
        if (now) fill(this, now)
      }
    })
  }
  for (const { name, help, labels = [], fill } of totals) {
    new Counter({
      name: prefix + name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        const now = watched()
        this.reset()
        if (now) fill(this, now)
      }
    })
  }
}

/** The event loop's longest stall since the last look: how long a charger may have waited for nothing. */
export function openStallGauge(registry: Registry): { close(): void } {
  const delay = monitorEventLoopDelay({ resolution: stallResolutionMs })
  delay.enable()
  new Gauge({
    name: `${prefix}eventloop_stall_seconds`,
    help: 'Longest stall of the event loop since the last look',
    registers: [registry],
    collect() {
      this.set(Math.max(0, delay.max / 1e9 - stallResolutionMs / 1000))
      delay.reset()
    }
  })
  return { close: () => delay.disable() }
}
