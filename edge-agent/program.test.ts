import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { stringify } from 'yaml'
import { plugIn } from './charge-point.suite.ts'
import { siteFile, token } from './edge.suite.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nova-program-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const program = fileURLToPath(new URL('main.ts', import.meta.url))

type Run = { readonly child: ChildProcess; out: string; readonly ended: Promise<number | null> }

/** The program in a process of its own. @param text the site file, `null` for none */
function run(args: readonly string[], text: string | null, environment: Record<string, string> = {}): Run {
  const config = path.join(folder, `site-${Math.random().toString(36).slice(2)}.yaml`)
  if (text !== null) writeFileSync(config, text)
  const child = spawn(process.execPath, [program, ...(text === null ? [] : ['--config', config]), ...args], {
    env: { ...process.env, NOVA_EDGE_DATA: `${config}.data`, ...environment }
  })
  const run_: Run = { child, out: '', ended: once(child, 'exit').then(([code]) => code as number | null) }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => (run_.out += data.toString()))
  return run_
}

async function ready(run_: Run): Promise<{ ocpp: number; local: number }> {
  const end = performance.now() + 20_000
  for (;;) {
    const found = /is ready: OCPP ws:\/\/127\.0\.0\.1:(\d+)\/.* http:\/\/127\.0\.0\.1:(\d+)\//.exec(run_.out)
    if (found) return { ocpp: Number(found[1]), local: Number(found[2]) }
    if (run_.child.exitCode !== null || performance.now() > end) throw new Error(`not ready: ${run_.out}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}

void test('SIGTERM with a charger plugged in: exit 0 within five seconds, one ready line, no secret in the log', async (t) => {
  const [first] = siteFile.chargers
  const chargers = [
    { ...first, security: { profile: 1, password: 'canary-password-0123' } },
    { ...first, id: 'CP-2', identity: 'CP-2' }
  ]
  const edge = run([], stringify({ ...siteFile, chargers }), { NOVA_LOG_LEVEL: 'debug' })
  const { ocpp, local } = await ready(edge)
  await t.rejects(plugIn(ocpp, 'CP-1'), 'without its password nobody gets in')
  const stranger = await plugIn(ocpp, 'SOMEBODY')
  const charger = await plugIn(ocpp, 'CP-2')
  await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  await charger.call('Authorize', { idTag: 'CANARY-UID-01' })
  const odd = { connectorId: 1, idTag: 'CANARY-UID-02', meterStart: 5, timestamp: 'no instant at all' }
  await charger.call('StartTransaction', odd)
  await charger.call('StopTransaction', {
    transactionId: 4711,
    idTag: 'CANARY-UID-03',
    meterStop: 1,
    timestamp: ''
  })
  t.equal((await fetch(`http://127.0.0.1:${local}/readyz`)).status, 200)
  const begun = performance.now()
  edge.child.kill('SIGTERM')
  t.equal(await edge.ended, 0)
  t.ok(performance.now() - begun < 5_000)
  stranger.close()
  charger.close()
  t.equal(edge.out.split('is ready').length, 2)
  t.notMatch(edge.out, /canary/i)
  t.notMatch(edge.out, token)
  for (const line of edge.out.split('\n').filter((each) => each.startsWith('{')))
    t.match(JSON.parse(line), { msg: String, site: 'site-a' })
})

void test('what a person can mend is one clear line and exit 1', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const table: [title: string, run: Run, line: RegExp][] = [
    ['no file named', run([], null), /--config is missing; see --help/],
    ['an option that is none', run(['--frob'], null), /^Unknown option '--frob'; see --help\n$/],
    [
      'a file that is not there',
      run(['--config', '/nowhere/site.yaml'], null),
      /site\.yaml:1: \(file\): found ENOENT/
    ],
    [
      'a mistake in the file',
      run([], stringify(siteFile).replace('voltageV: 230', 'voltageV: 9')),
      /site-\w+\.yaml:\d+: grid\.voltageV: found 9; allowed: at least 50/
    ],
    [
      'fallbacks beyond the fuse',
      run(
        [],
        stringify({ ...siteFile, grid: { limitA: [5, 5, 5] } }).replace(
          '    identity:',
          '    fallbackA: 6\n    identity:'
        )
      ),
      /grid\.limitA\[0\]: found fallbacks .* 6 A/
    ],
    [
      'a meter nobody knows',
      run(
        [],
        stringify({
          ...siteFile,
          devices: [{ id: 'm', kind: 'meter', driver: 'modbus', model: 'odd', address: 'tcp://127.0.0.1:1' }]
        })
      ),
      /devices\[0\]\.model: found "odd"; allowed: .*eastron-sdm630/
    ],
    [
      'a port that is taken',
      run([], stringify({ ...siteFile, ocpp: { port } })),
      new RegExp(`${port}.*NOVA_EDGE_OCPP_PORT`)
    ]
  ]
  for (const [title, run_, line] of table) {
    t.equal(await run_.ended, 1, title)
    t.match(run_.out, line, title)
    t.notMatch(run_.out, /\n {4}at /, `${title}: no stack`)
  }
})

void test('a second agent on the same database is turned away in one line, the first goes on', async (t) => {
  const data = path.join(folder, 'shared')
  const first = run([], stringify(siteFile), { NOVA_EDGE_DATA: data })
  const { local } = await ready(first)
  const second = run([], stringify(siteFile), { NOVA_EDGE_DATA: data })
  t.equal(await second.ended, 1)
  t.match(second.out, /NOVA_EDGE_DATA.*another edge agent/)
  t.equal((await fetch(`http://127.0.0.1:${local}/readyz`)).status, 200)
  first.child.kill('SIGTERM')
  t.equal(await first.ended, 0)
})

void test('--help tells every option and variable; --check only reads', async (t) => {
  const help = run(['--help'], null)
  t.equal(await help.ended, 0)
  for (const word of ['--config', '--check', 'NOVA_EDGE_DATA', 'NOVA_NATS_URL', 'NOVA_LOG_LEVEL'])
    t.match(help.out, word)
  const check = run(['--check'], stringify(siteFile))
  t.equal(await check.ended, 0)
  t.match(check.out, /nothing wrong/)
})
