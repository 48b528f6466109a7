import { test } from 'tap'
import { openMetrics, type Watched } from './index.ts'

const watched: Watched = {
  outbox: () => [
    { lane: 'facts', rows: 12, oldestSeconds: 61.5 },
    { lane: 'history', rows: 3_000, oldestSeconds: null }
  ],
  storage: () => ({ fileBytes: 4_096, freeBytes: null, writtenBytes: 8_192, dropped: 7 }),
  power: () => ({ siteW: null, limitW: 34_500, sources: [{ source: 'operator', limitW: 40_000 }] }),
  certificates: () => [{ certificate: 'ocpp-server', expiresInSeconds: -5 }],
  epoch: () => 4,
  clockTrusted: () => true,
  counters: () => ({
    duplicates: 2,
    'session-started': 5,
    'session-ended': 4,
    'session-review': 1,
    'metered-wh': 1_500
  })
}

void test('metrics: base units, the agreed names, no ids in labels', async (t) => {
  const metrics = openMetrics('1.2.3', () => watched)
  t.teardown(() => metrics.close())
  metrics.count('frames_sent', 3)
  metrics.ocpp.heard('MeterValues', 'ok')
  metrics.ocpp.asked('RemoteStartTransaction', 'result', 0.2)
  metrics.ocpp.connections('ocpp1.6', 1, 8)
  metrics.ocpp.refused('wrong-credentials')
  metrics.loop.cycle(12)
  metrics.loop.missed(2)
  metrics.loop.overLimit(1_500)
  metrics.loop.enforced(2.5)
  metrics.commandEnded('start', 'accepted', 250)
  metrics.httpAnswered('/local/v1/site', 200, 0.01)
  await metrics.text() // Looking twice counts nothing twice.
  const text = await metrics.text()
  for (const line of [
    'nova_build_info{version="1.2.3"} 1',
    'nova_edge_outbox_rows{class="facts"} 12',
    'nova_edge_outbox_dropped_total{class="facts"} 0',
    'nova_edge_outbox_dropped_total{class="history"} 7',
    'nova_sessions_total{result="started"} 5',
    'nova_sessions_total{result="ended"} 3',
    'nova_sessions_total{result="review"} 1',
    'nova_edge_outbox_oldest_seconds{class="facts"} 61.5',
    'nova_edge_disk_written_bytes_total 8192',
    'nova_edge_certificate_expiry_seconds{certificate="ocpp-server"} -5',
    'nova_site_limit_watts{source="operator"} 40000',
    'nova_limit_enforcement_seconds_bucket{le="2"} 0',
    'nova_limit_enforcement_seconds_bucket{le="3"} 1',
    'nova_metered_energy_joules_total 5400000',
    'nova_edge_clock_trusted 1',
    'nova_site_overlimit_joules_total 1500',
    'nova_edge_disk_free_bytes Nan',
    'nova_site_limit_watts{source="effective"} 34500',
    'nova_site_power_watts Nan',
    'nova_edge_epoch 4',
    'nova_edge_intake_events{event="duplicates"} 2',
    'nova_edge_events_total{event="frames_sent"} 3',
    'nova_ocpp_messages_total{action="MeterValues",direction="in",result="ok"} 1',
    'nova_ocpp_connections{protocol="ocpp1.6",security_profile="1"} 8',
    'nova_ocpp_rejected_connections_total{reason="wrong-credentials"} 1',
    'nova_edge_control_loop_duration_seconds_bucket{le="0.025"} 1',
    'nova_edge_control_loop_missed_total 2',
    'nova_commands_total{action="start",result="accepted"} 1',
    'nova_command_latency_seconds_sum{action="start"} 0.25'
  ]) {
    t.ok(text.includes(line), line)
  }
})

void test('what is not known, or no more, is left out', async (t) => {
  let now: Watched = watched
  const metrics = openMetrics('1', () => now)
  t.teardown(() => metrics.close())
  t.notMatch(await metrics.text(), /oldest_seconds\{class="history"/, 'there is no cloud to wait for')
  now = {
    ...watched,
    storage: () => ({ ...watched.storage(), writtenBytes: null }),
    power: () => ({ siteW: 1, limitW: 2, sources: [] }),
    certificates: () => []
  }
  const text = await metrics.text()
  t.notMatch(text, /^nova_edge_disk_written_bytes_total /m)
  t.notMatch(text, /source="operator"/)
  t.notMatch(text, /^nova_edge_certificate_expiry_seconds\{/m)
})

void test('before the rooms are open the gauges say nothing instead of something wrong', async (t) => {
  const metrics = openMetrics('1', () => undefined)
  t.teardown(() => metrics.close())
  t.notMatch(await metrics.text(), /nova_edge_outbox_rows\{/)
})

void test('a stall of the event loop is seen, and only once', async (t) => {
  const metrics = openMetrics('1', () => undefined)
  t.teardown(() => metrics.close())
  const stall = async () => Number(/^nova_eventloop_stall_seconds (\S+)/m.exec(await metrics.text())?.[1])
  await new Promise((resolve) => {
    setTimeout(resolve, 50) // The watch's first sample.
  })
  const end = performance.now() + 150
  while (performance.now() < end);
  await new Promise((resolve) => {
    setTimeout(resolve, 30)
  })
  const first = await stall()
  t.ok(first >= 0.1)
  t.ok((await stall()) < first)
})
