import path from 'node:path'
import { test } from 'tap'
import { parse } from 'yaml'
import { greeting } from './greeting.ts'
import { addressesFrom, cloudEnvironment } from './parts.ts'
import { help, ports, portsUsed, readSettings, type Environment } from './settings.ts'
import { siteFile } from './site-file.ts'

const root = '/house'
const read = (environment: Environment, ...args: readonly string[]) => readSettings(args, environment, root)

void test('with nothing said the usual ports and folder are used', async (t) => {
  const settings = read({})
  for (const [name, { usual }] of Object.entries(ports)) t.equal(settings[name as keyof typeof ports], usual)
  t.equal(settings.dataDir, path.join(root, '.nova'))
  t.ok(settings.simulators)
  t.equal(portsUsed(settings).length, Object.keys(ports).length)
})

void test('without simulators the demo has no chargers: they come from outside', async (t) => {
  const chargersWith = (...args: readonly string[]) => {
    const settings = read({}, ...args)
    const around = { root, settings, addresses: addressesFrom(settings), say: () => undefined }
    return cloudEnvironment(around)['NOVA_DEMO_CHARGERS']
  }
  t.equal(chargersWith(), 'all')
  t.equal(chargersWith('--no-simulators'), 'none')
})

const faults: readonly [string, Environment, readonly string[], RegExp][] = [
  ['a port that is a word', { NOVA_HTTP_PORT: 'web' }, [], /NOVA_HTTP_PORT: "web".*1 to 65535/],
  ['a port that is too high', { NOVA_EDGE_OCPP_PORT: '70000' }, [], /NOVA_EDGE_OCPP_PORT/],
  ['port 0', { NOVA_BANK_PORT: '0' }, [], /NOVA_BANK_PORT/],
  ['half a port', { NOVA_METER_PORT: '15.5' }, [], /NOVA_METER_PORT/],
  ['an unknown argument', {}, ['--simulators'], /--simulators.*--no-simulators/],
  ['a database that is no address', { NOVA_DATABASE_URL: 'here' }, [], /NOVA_DATABASE_URL/],
  ['a distant NATS without keys', { NOVA_NATS_URL: 'nats://far.example:4222' }, [], /NOVA_NATS_CREDENTIALS/]
]
for (const [what, environment, args, message] of faults) {
  void test(`${what} is refused with its name`, async (t) => {
    t.throws(() => read(environment, ...args), { name: 'SettingFault', message })
  })
}

void test('a password in a wrong address is not repeated', async (t) => {
  t.throws(() => read({ NOVA_DATABASE_URL: '//nova:secret@host' }), { message: /^(?!.*secret)/ })
})

void test('the help names every port with its variable', async (t) => {
  for (const { variable, usual } of Object.values(ports)) t.match(help, new RegExp(`${variable}.*${usual}`))
  t.match(help, /--no-simulators/)
})

void test('an empty variable counts as not set', async (t) => {
  t.equal(
    read({ NOVA_HTTP_PORT: '', NOVA_DATA_DIR: '', NOVA_DATABASE_URL: '' }).httpPort,
    ports.httpPort.usual
  )
})

void test('an address on this machine moves our own server, a full one replaces it', async (t) => {
  const moved = read({
    NOVA_DATABASE_URL: 'postgres://127.0.0.1:6000/nova',
    NOVA_NATS_URL: 'nats://localhost:6001'
  })
  t.match(moved, { postgresPort: 6000, natsPort: 6001, databaseUrl: undefined, nats: undefined })
  const theirs = read({
    NOVA_DATABASE_URL: 'postgres://me:secret@127.0.0.1:5432/nova',
    NOVA_NATS_URL: 'nats://far.example:4222',
    NOVA_NATS_CREDENTIALS: '/a.creds',
    NOVA_NATS_SIGNING_KEY: '/a.seed',
    NOVA_BANK_URL: 'https://bank.example'
  })
  t.strictSame(portsUsed(theirs), ['httpPort', 'ocppPort', 'localPort', 'meterPort', 'pvPort', 'batteryPort'])
  t.match(theirs.nats, { url: 'nats://far.example:4222', credentials: '/a.creds', signingKey: '/a.seed' })
})

void test('the demo site’s limit binds, and the fallbacks of its twelve connectors fit under it', async (t) => {
  type Written = {
    grid: { limitA: number[]; voltageV: number; baseLoadReserveW: number }
    circuits: { limitA: number[] }[]
  }
  const { grid, circuits } = parse(siteFile(read({}), 'nats://127.0.0.1:4222')) as Written
  const reserveA = grid.baseLoadReserveW / grid.voltageV / 3
  for (const limit of grid.limitA) {
    t.ok(12 * 32 > 2 * limit, 'twelve cars want more than twice of it')
    t.ok(12 * 6 + reserveA < limit, 'twelve fallbacks of 6 A and the reserve fit')
  }
  for (const { limitA } of circuits) t.ok(6 * 6 < Math.min(...limitA))
})

void test('without simulators there is no meter to wait for, and the greeting says so', async (t) => {
  const settings = read({ NOVA_EDGE_OCPP_PORT: '9999' }, '--no-simulators')
  const written = parse(siteFile(settings, 'nats://127.0.0.1:4222')) as {
    grid: object
    devices?: object
    ocpp: object
  }
  t.notOk('devices' in written)
  t.notOk('meter' in written.grid)
  t.strictSame(written.ocpp, { port: 9999 })
  t.match(greeting(settings, []), /9999.*no simulators/)
  t.equal(greeting(settings, []).split('\n').at(-1), 'Nova-X is ready')
  t.match(
    greeting(settings, ['demo keeps failing']),
    /runs, but not its demo: demo keeps failing\n.*--no-simulators$/
  )
  t.notMatch(greeting(settings, ['demo keeps failing']), /is ready/)
})
