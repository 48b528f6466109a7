import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ListenerLag } from './db/index.ts'

const stallResolutionMs = 10
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

export type Measured = {
  lag(): Promise<readonly ListenerLag[]>
  streamClients(): number
  edgesInTouch(): number
}

/** Prometheus figures of one process (reliability 3.2): base units, no ids in labels. */
export function openMetrics(version: string) {
  const registry = new Registry()
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
    count: (what: string, by: number) => ingest.inc({ what }, by),
    lag: (seconds: number) => ingestLag.observe(Math.max(0, seconds)),
    commandSettled(result: string, seconds: number) {
      commands.inc({ result })
      commandLatency.observe(seconds)
    }
  }
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
      await collect((labels, value) => this.set(labels, value))
    }
  })
}
