import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { enforcementWatch } from './power.ts'
import { bySource, certificatesOf } from './watched.ts'

/** Made by the `openssl` program; null where there is none. */
function certificateOf(days: number): string | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-watched-'))
  const file = (name: string) => path.join(folder, name)
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const named = ['-subj', '/CN=localhost', '-days', String(days), '-keyout', file('key'), '-out', file('pem')]
  try {
    execFileSync('openssl', [...made, ...named], { stdio: 'pipe' })
    return readFileSync(file('pem'), 'utf8')
  } catch {
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const dayS = 86_400
const [short, long] = [certificateOf(2), certificateOf(30)]
const skip = short === null || long === null ? 'openssl is not here' : false
const madeAt = Date.now()
const tls = (certificate: string, clientCa: string | null) => ({
  host: 'localhost',
  port: 0,
  tls: { port: 0, certificate, key: '', clientCa }
})
const credentials = (claims: object) => {
  const jwt = ['{}', JSON.stringify(claims), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
  return `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\nSU\n------END USER NKEY SEED------\n`
}
const cloud = (nats: string) => ({ nats: 'nats://x', credentials: { nats, commandKey: {} as never } })
const standalone = { ocpp: { host: 'localhost', port: 0, tls: null }, cloud: null }

void test('of a chain the first to end counts; after its end the time is below 0', { skip }, async (t) => {
  let now = madeAt
  const certificates = certificatesOf(
    { ocpp: tls(`${long}\n${short}`, long), cloud: cloud(credentials({ exp: madeAt / 1000 + 60 })) },
    () => now
  )
  const days = () =>
    certificates().map(({ certificate, expiresInSeconds }) => [
      certificate,
      Math.round(expiresInSeconds / dayS)
    ])
  t.strictSame(days(), [
    ['ocpp-server', 2],
    ['ocpp-client-ca', 30],
    ['nats-user', 0]
  ])
  now += 3 * dayS * 1000
  t.strictSame(days()[0], ['ocpp-server', -1])
})

void test('what has no end, or is not there, is not told', async (t) => {
  t.strictSame(certificatesOf(standalone, () => 0)(), [])
  for (const nats of [credentials({ name: 'no exp' }), ''])
    t.strictSame(certificatesOf({ ...standalone, cloud: cloud(nats) }, () => 0)(), [])
})

void test('limits by source: the lower of watts and amperes, the lowest of each source', async (t) => {
  const amps = [100, 100, 100] as [number, number, number]
  t.strictSame(
    bySource(
      [
        { source: 'contract', limitA: amps },
        { source: 'operator', limitW: 50_000 },
        { source: 'operator', limitW: 20_000, limitA: amps },
        { source: 'grid', limitA: [0, 0, 10] },
        { source: 'export-only' }
      ],
      230
    ),
    [
      { source: 'contract', limitW: 69_000 },
      { source: 'operator', limitW: 20_000 },
      { source: 'grid', limitW: 2_300 }
    ]
  )
})

type Step = readonly [atMs: number, limitW: number, siteW: number | null, chargersW?: number | null]

/** @returns the seconds that were told */
function watchOver(steps: readonly Step[]): number[] {
  const told: number[] = []
  let nowMs = 0
  const watch = enforcementWatch({ monotonicMs: () => nowMs }, (seconds) => told.push(seconds))
  for (const [atMs, limitW, siteW, powerW = 0] of steps) {
    nowMs = atMs
    watch({ limitW, siteW, baseLoadW: 1_000, connectors: [{ powerW, limitW: 22_000 }] })
  }
  return told
}

const stories: readonly (readonly [string, readonly Step[], readonly number[]])[] = [
  [
    'a limit that falls and is followed after 2.5 s',
    [
      [0, 50, 40],
      [1_000, 20, 40],
      [2_000, 20, 30],
      [3_500, 20, 20]
    ],
    [2.5]
  ],
  [
    'one that falls above what flows takes no time at all',
    [
      [0, 50, 10],
      [1_000, 20, 10]
    ],
    []
  ],
  [
    'what rises above a limit by itself is no enforcement',
    [
      [0, 50, 10],
      [1_000, 50, 60],
      [2_000, 50, 40]
    ],
    []
  ],
  [
    'a second fall meanwhile: from the first on',
    [
      [0, 50, 40],
      [1_000, 30, 40],
      [2_000, 20, 35],
      [4_000, 20, 10]
    ],
    [3]
  ],
  [
    'a limit that is lifted meanwhile',
    [
      [0, 50, 40],
      [1_000, 20, 40],
      [2_000, 45, 40],
      [3_000, 45, 40]
    ],
    []
  ],
  [
    'cars that charge above the limit at our start',
    [
      [0, 20, 40],
      [5_000, 20, 10]
    ],
    [5]
  ],
  [
    'each fall is told by itself',
    [
      [0, 50, 40],
      [1_000, 20, 40],
      [2_000, 20, 10],
      [3_000, 5, 10],
      [7_000, 5, 4]
    ],
    [1, 4]
  ],
  [
    'without a meter by what the chargers say and the base load',
    [
      [0, 50_000, null, 20_000],
      [1_000, 10_000, null, 20_000],
      [2_000, 10_000, null, 9_000]
    ],
    [1]
  ],
  [
    'a charger that does not say counts with its share',
    [
      [0, 50_000, null, null],
      [1_000, 10_000, null, null],
      [3_000, 10_000, null, 8_000]
    ],
    [2]
  ]
]
for (const [title, steps, wanted] of stories)
  void test(title, async (t) => void t.strictSame(watchOver(steps), wanted))
