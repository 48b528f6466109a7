import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { once } from 'node:events'
import { test } from 'tap'
import { basic, knock, open, password, stage } from './stage.suite.ts'

/** Certificates of a small authority of our own, made by the `openssl` program; null where there is none. */
function authority() {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-ocpp-tls-'))
  const run = (...words: readonly string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const
  const self = (name: string, cn: string) =>
    run(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${cn}`,
      '-days',
      '2'
    )
  const issued = (name: string, cn: string) => {
    run('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${cn}`)
    run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      `${name}.pem`,
      '-days',
      '2'
    )
  }
  const read = (name: string) => ({
    cert: readFileSync(path.join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(path.join(folder, `${name}.key`), 'utf8')
  })
  try {
    self('ca', 'Nova test CA')
    self('stranger', 'TLS3')
    issued('server', 'localhost')
    issued('own', 'TLS3')
    issued('other', 'CP1')
    return {
      ca: read('ca'),
      server: read('server'),
      own: read('own'),
      other: read('other'),
      stranger: read('stranger')
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const made = authority()
const without = made ? false : 'the openssl program is not there'

/** A stage with TLS, and what a client needs to trust it. */
async function secureStage(t: Parameters<typeof stage>[0]) {
  if (!made) throw new Error('skipped')
  const { server, ca } = made
  const on = await stage(t, {
    tls: { port: 0, certificate: server.cert, key: server.key, clientCa: ca.cert }
  })
  const port = on.driver.addresses.tls?.port ?? 0
  return {
    ...on,
    port,
    made,
    secureUrl: (identity: string) => `wss://localhost:${port}/ocpp/${identity}`,
    trust: { ca: ca.cert }
  }
}

void test('profile 2: basic auth over TLS', { skip: without }, async (t) => {
  const { secureUrl, trust, intake } = await secureStage(t)
  t.equal(await knock(secureUrl('TLS2'), trust), 401)
  const charger = await open(secureUrl('TLS2'), { ...trust, headers: basic('TLS2', password) })
  t.match(await charger.call('Heartbeat', {}), [3])
  t.equal(intake.said.filter(({ what }) => what === 'connected').length, 1)
})

void test(
  'profile 3: a certificate of our authority that names the charger (O6)',
  { skip: without },
  async (t) => {
    const { secureUrl, trust, made: all } = await secureStage(t)
    t.equal(await knock(secureUrl('TLS3'), trust), 401, 'none')
    t.equal(await knock(secureUrl('TLS3'), { ...trust, ...all.other }), 401, 'that of another charger')
    t.equal(await knock(secureUrl('TLS3'), { ...trust, ...all.stranger }), 401, 'of an authority of its own')
    const charger = await open(secureUrl('TLS3'), { ...trust, ...all.own })
    t.match(await charger.call('Heartbeat', {}), [3])
  }
)

void test(
  'TLS 1.1 and CBC are refused, odd server names and protocols end nothing (O8, O24)',
  { skip: without },
  async (t) => {
    const { port, trust, secureUrl } = await secureStage(t)
    const old = tls.connect({
      port,
      host: '127.0.0.1',
      ca: trust.ca,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0'
    })
    const [refusal] = (await once(old, 'error')) as [NodeJS.ErrnoException]
    t.match(refusal.code, /ERR_SSL|ECONNRESET/)
    const weak = tls.connect({
      port,
      host: '127.0.0.1',
      ca: trust.ca,
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-SHA:ECDHE-ECDSA-AES128-SHA'
    })
    const [noCommon] = (await once(weak, 'error')) as [NodeJS.ErrnoException]
    t.match(noCommon.code, /ERR_SSL|ECONNRESET/)
    for (const servername of ['x'.repeat(200), '..', 'münchen']) {
      const odd = tls.connect({
        port,
        host: '127.0.0.1',
        servername,
        ALPNProtocols: ['h2', 'x'.repeat(200)],
        rejectUnauthorized: false
      })
      odd.on('error', () => {}) // Whether it is refused or borne: the server must go on.
      await new Promise<void>((resolve) => {
        odd.once('secureConnect', () => resolve()).once('close', () => resolve())
      })
      odd.destroy()
    }
    const charger = await open(secureUrl('TLS2'), { ...trust, headers: basic('TLS2', password) })
    t.match(await charger.call('Heartbeat', {}), [3])
  }
)

void test('a handshake that stalls is cut off (O23)', { skip: without }, async (t) => {
  if (!made) return
  const { server } = made
  const { driver } = await stage(t, {
    tls: { port: 0, certificate: server.cert, key: server.key, clientCa: null },
    limits: { headerMs: 200, tickMs: 50 }
  })
  const { createConnection } = await import('node:net')
  const socket = createConnection({ port: driver.addresses.tls?.port ?? 0, host: '127.0.0.1' })
  socket.on('error', () => {}) // Cut off: that is what is tested.
  await once(socket.resume(), 'close')
  t.pass()
})
