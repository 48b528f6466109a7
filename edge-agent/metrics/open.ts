import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { openStallGauge, openWatchedGauges, prefix, type Watched } from './gauges.ts'

export type Metrics = {
  /** Counts something rare by its name: what was refused, dropped or repeated. */
  count(name: string, by?: number): void
  /** Exact shapes that the rooms need; see their `Needs`. */
  readonly ocpp: {
    heard(action: string, result: 'ok' | 'refused' | 'failed'): void
    asked(action: string, result: string, seconds: number): void
    connections(protocol: string, securityProfile: number, count: number): void
    refused(reason: string): void
    ignored(what: string): void
  }
  readonly loop: {
    cycle(durationMs: number): void
    missed(cycles: number): void
    setPoint(result: 'accepted' | 'rejected' | 'failed'): void
    overLimit(joules: number): void
    enforced(seconds: number): void
  }
  commandEnded(action: string, status: string, milliseconds: number): void
  httpAnswered(route: string, status: number, seconds: number): void
  text(): Promise<string>
  readonly contentType: string
  close(): void
}

/** Cars take some seconds to follow; the fail-safe of a liar may take a minute. */
const enforcementSeconds = [0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120]

const seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** All metrics of the agent, with the names of reliability.md 3.2; no ids in labels. */
export function openMetrics(version: string, watched: () => Watched | undefined): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix })
  openWatchedGauges(registry, watched)
  const stalls = openStallGauge(registry)
  const shop = workshop(registry)
  shop.gauge('build_info', 'Always 1; the version is the label', ['version']).set({ version }, 1)
  const events = shop.counter('edge_events_total', 'Things that should be rare, by name', ['event'])
  return {
    count: (name, by = 1) => events.inc({ event: name }, by),
    ocpp: ocppMetrics(shop),
    loop: loopMetrics(shop),
    ...otherMetrics(shop),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => stalls.close()
  }
}

type Shop = ReturnType<typeof workshop>

function workshop(registry: Registry) {
  const registers = [registry]
  return {
    counter: (name: string, help: string, labelNames: readonly string[] = []) =>
      new Counter({ name: prefix + name, help, labelNames, registers }),
    gauge: (name: string, help: string, labelNames: readonly string[] = []) =>
      new Gauge({ name: prefix + name, help, labelNames, registers }),
    histogram: (name: string, help: string, labelNames: readonly string[] = [], buckets = seconds) =>
      new Histogram({ name: prefix + name, help, labelNames, registers, buckets })
  }
}

function ocppMetrics(shop: Shop): Metrics['ocpp'] {
  const messages = shop.counter('ocpp_messages_total', 'OCPP calls', ['action', 'direction', 'result'])
  const calls = shop.histogram('ocpp_call_duration_seconds', 'Calls to chargers until their answer', [
    'action'
  ])
  const connections = shop.gauge('ocpp_connections', 'Open connections of chargers', [
    'protocol',
    'security_profile'
  ])
  const refused = shop.counter('ocpp_rejected_connections_total', 'Connections refused at the door', [
    'reason'
  ])
  const ignored = shop.counter('ocpp_ignored_frames_total', 'Frames that nobody waited for', ['what'])
  return {
    heard: (action, result) => messages.inc({ action, direction: 'in', result }),
    asked: (action, result, duration) => {
      messages.inc({ action, direction: 'out', result })
      calls.observe({ action }, duration)
    },
    connections: (protocol, profile, count) =>
      connections.set({ protocol, security_profile: String(profile) }, count),
    refused: (reason) => refused.inc({ reason }),
    ignored: (what) => ignored.inc({ what })
  }
}

function loopMetrics(shop: Shop): Metrics['loop'] {
  const cycles = shop.histogram('edge_control_loop_duration_seconds', 'One cycle of the control loop')
  const missed = shop.counter('edge_control_loop_missed_total', 'Cycles that began too late')
  const over = shop.counter('site_overlimit_joules_total', 'Energy that the site meter saw above the limit')
  const enforced = shop.histogram(
    'limit_enforcement_seconds',
    'From a limit that fell below what flows until less flows',
    [],
    enforcementSeconds
  )
  const points = shop.counter('edge_set_points_total', 'Set-points sent to chargers', ['result'])
  return {
    cycle: (durationMs) => cycles.observe(durationMs / 1000),
    missed: (count) => missed.inc(count),
    setPoint: (result) => points.inc({ result }),
    overLimit: (joules) => over.inc(joules),
    enforced: (duration) => enforced.observe(duration)
  }
}

function otherMetrics(shop: Shop): Pick<Metrics, 'commandEnded' | 'httpAnswered'> {
  const commands = shop.counter('commands_total', 'Commands that ended', ['action', 'result'])
  const latency = shop.histogram('command_latency_seconds', 'From issue to end', ['action'])
  const http = shop.histogram('http_request_duration_seconds', 'Local API', ['route', 'status'])
  return {
    commandEnded: (action, result, milliseconds) => {
      commands.inc({ action, result })
      latency.observe({ action }, Math.max(0, milliseconds) / 1000)
    },
    httpAnswered: (route, status, duration) => http.observe({ route, status: String(status) }, duration)
  }
}
