import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { test } from 'tap'
import { commandKeyBlock, loadSettings, SettingsFault, type Problem, type Settings } from './index.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nova-settings-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = path.join(folder, 'site.yaml')

const good = `site: {id: demo-site, tenant: demo, name: Demo, timeZone: Asia/Shanghai, currency: CNY}
local: {port: 9280, token: change-me}
grid: {limitA: [400, 400, 400], voltageV: 230, meter: grid-meter}
circuits:
  - {id: feeder-1, parent: grid, limitA: [200, 200, 200]}
chargers:
  - id: CP-1
    protocol: ocpp1.6
    identity: CP-1
    circuit: feeder-1
    evses: [{id: 1, connectors: [{id: 1, type: type2, maxPowerW: 22000}]}]
devices:
  - {id: grid-meter, kind: meter, driver: modbus, model: eastron-sdm630, address: 'tcp://127.0.0.1:1502'}
tokens:
  - {uid: TAG-001, type: ISO14443, status: accepted, group: null}
`

function load(text: string, environment: Record<string, string> = {}): Settings {
  writeFileSync(file, text)
  return loadSettings(file, { environment, checks: [] })
}

function problems(text: string, environment: Record<string, string> = {}): readonly Problem[] {
  try {
    load(text, environment)
    return []
  } catch (fault) {
    if (fault instanceof SettingsFault) return fault.problems
    throw fault
  }
}

void test('the example of the interface loads, defaults filled, standalone without cloud', async (t) => {
  t.match(load(good), {
    cloud: null,
    local: { host: '127.0.0.1', port: 9280 },
    ocpp: { host: '127.0.0.1', port: 9220, tls: null },
    failsafe: { cloudSilentSeconds: 120, limitW: null, meterSilentSeconds: 5 },
    offline: { unknownToken: 'refuse', maxEnergyWh: 30_000, cachedHours: 720, listsInChargers: true },
    chargers: [{ managed: true, registration: 'accepted', phaseRotation: 'RST' }],
    tariff: { plans: [], defaults: [] },
    dataDirectory: path.resolve('.nova/edge/demo-site')
  })
})

const table: {
  title: string
  from: string
  to: string
  line: number
  field: string
  found: RegExp
  allowed: RegExp
}[] = [
  {
    title: 'a word where a number belongs',
    from: 'port: 9280',
    to: 'port: nine',
    line: 2,
    field: 'local.port',
    found: /"nine"/,
    allowed: /number/
  },
  {
    title: 'a port beyond the last',
    from: 'port: 9280',
    to: 'port: 99999',
    line: 2,
    field: 'local.port',
    found: /99999/,
    allowed: /at most 65535/
  },
  {
    title: 'a missing field',
    from: ', currency: CNY',
    to: '',
    line: 1,
    field: 'site.currency',
    found: /nothing/,
    allowed: /string/
  },
  {
    title: 'a secret that is too short is not shown',
    from: 'change-me',
    to: 'tiny',
    line: 2,
    field: 'local.token',
    found: /^a secret of 4 characters$/,
    allowed: /at least 8/
  },
  {
    title: 'a secret that is a number to YAML has to be text in quotes',
    from: 'change-me',
    to: '1234567890123456',
    line: 2,
    field: 'local.token',
    found: /^a secret without quotes, which is no text$/,
    allowed: /^text in quotes$/
  },
  {
    title: 'two phases in place of three',
    from: '[400, 400, 400]',
    to: '[400, 400]',
    line: 3,
    field: 'grid.limitA',
    found: /400,400/,
    allowed: /at least 3 entries/
  },
  {
    title: 'a protocol nobody speaks',
    from: 'protocol: ocpp1.6',
    to: 'protocol: ocpp9',
    line: 8,
    field: 'chargers[0].protocol',
    found: /"ocpp9"/,
    allowed: /ocpp1\.6, ocpp2\.0\.1/
  },
  {
    title: 'a protocol that is agreed and not spoken yet',
    from: 'protocol: ocpp1.6',
    to: 'protocol: ykc',
    line: 8,
    field: 'chargers[0].protocol',
    found: /^"ykc", which this version does not speak yet$/,
    allowed: /^ocpp1\.6$/
  },
  {
    title: 'a slip in a field’s name',
    from: 'identity: CP-1\n',
    to: 'identity: CP-1\n    fallbackAmps: 6\n',
    line: 10,
    field: 'chargers[0].fallbackAmps',
    found: /unknown field/,
    allowed: /fallbackA, .*identity|identity.*fallbackA/
  },
  {
    title: 'a parent that is not there',
    from: 'parent: grid',
    to: 'parent: feeder-9',
    line: 5,
    field: 'circuits[0].parent',
    found: /"feeder-9"/,
    allowed: /grid, feeder-1/
  },
  {
    title: 'a circuit that is its own parent',
    from: 'parent: grid',
    to: 'parent: feeder-1',
    line: 5,
    field: 'circuits[0].parent',
    found: /loop: feeder-1 → feeder-1/,
    allowed: /tree/
  },
  {
    title: 'a circuit that no charger can hang on',
    from: 'circuit: feeder-1',
    to: 'circuit: feeder-2',
    line: 10,
    field: 'chargers[0].circuit',
    found: /"feeder-2"/,
    allowed: /grid, feeder-1/
  },
  {
    title: 'a meter that is no device',
    from: 'meter: grid-meter',
    to: 'meter: other',
    line: 3,
    field: 'grid.meter',
    found: /"other"/,
    allowed: /grid-meter/
  },
  {
    title: 'a zone that no clock knows',
    from: 'Asia/Shanghai',
    to: 'Asia/Shangai',
    line: 1,
    field: 'site.timeZone',
    found: /Shangai/,
    allowed: /IANA/
  },
  {
    title: 'basic authentication without a password',
    from: 'protocol: ocpp1.6',
    to: 'protocol: ocpp1.6\n    security: {profile: 1}',
    line: 9,
    field: 'chargers[0].security.password',
    found: /nothing/,
    allowed: /16 to 40/
  },
  {
    title: 'TLS without a certificate',
    from: 'protocol: ocpp1.6',
    to: "protocol: ocpp1.6\n    security: {profile: 2, password: '0123456789abcdef'}",
    line: 9,
    field: 'chargers[0].security.profile',
    found: /2 \(TLS\)/,
    allowed: /ocpp\.tls/
  },
  {
    title: 'a file that is not there',
    from: 'local:',
    to: 'tariff: {file: ./none.yaml}\nlocal:',
    line: 2,
    field: 'tariff.file',
    found: /ENOENT/,
    allowed: /can be read/
  },
  {
    title: 'a key twice',
    from: 'local:',
    to: 'site: {}\nlocal:',
    line: 2,
    field: '(file)',
    found: /unique/i,
    allowed: /YAML/
  }
]
for (const { title, from, to, line, field, found, allowed } of table) {
  void test(`${title}: line ${line}, ${field}`, async (t) => {
    const [first] = problems(good.replace(from, to))
    t.match({ ...first }, { line, field, found, allowed })
  })
}

void test('everything that is wrong is told at once', async (t) => {
  const bad = good.replace('port: 9280', 'port: -1').replace('ocpp1.6', 'x').replace('22000', '1.5')
  t.strictSame(
    problems(bad)
      .map(({ line }) => line)
      .toSorted((one, two) => one - two),
    [2, 8, 11]
  )
})

void test('ids and identities are given once', async (t) => {
  const twin =
    '  - {id: CP-1, protocol: ocpp1.6, identity: CP-1, evses: [{id: 1, connectors: [{id: 1, type: type2, maxPowerW: 7000}]}]}\n'
  const found = problems(good.replace('devices:', `${twin}devices:`))
  t.strictSame(
    found.map(({ field, line }) => [field, line]),
    [
      ['chargers[1].id', 12],
      ['chargers[1].identity', 12]
    ]
  )
  t.match(found[0]?.allowed, /first at chargers\[0\]/)
})

void test('a loop further up is told for its members only', async (t) => {
  const loop = `circuits:
  - {id: a, parent: b, limitA: [9, 9, 9]}
  - {id: b, parent: a, limitA: [9, 9, 9]}
  - {id: c, parent: a, limitA: [9, 9, 9]}
`
  const found = problems(good.replace(/circuits:\n.*\n/, loop).replace('circuit: feeder-1', 'circuit: c'))
  t.strictSame(
    found.map(({ field }) => field),
    ['circuits[0].parent', 'circuits[1].parent']
  )
})

void test('the environment stands above the file, and its mistakes are told by name', async (t) => {
  const set = load(`${good}cloud: {nats: 'nats://a:4222'}\n`, {
    NOVA_NATS_URL: 'nats://b:4222',
    NOVA_EDGE_OCPP_PORT: '0',
    NOVA_EDGE_LOCAL_PORT: '1234',
    NOVA_EDGE_LOCAL_TOKEN: 'from-environment',
    NOVA_DATA_DIR: '/data'
  })
  t.match(set, {
    cloud: { nats: 'nats://b:4222' },
    ocpp: { port: 0 },
    local: { port: 1234, token: 'from-environment' },
    dataDirectory: '/data/edge/demo-site'
  })
  t.equal(load(good, { NOVA_NATS_URL: 'nats://b:4222' }).cloud, null, 'a site without cloud stays standalone')
  t.equal(load(good, { NOVA_EDGE_DATA: '/own' }).dataDirectory, '/own')
  const [problem] = problems(good, { NOVA_EDGE_OCPP_PORT: 'many' })
  t.match({ ...problem }, { file: 'environment', field: 'NOVA_EDGE_OCPP_PORT', found: '"many"' })
})

void test('credentials: NATS creds, then the key that commands are signed with', async (t) => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const creds = '-----BEGIN NATS USER JWT-----\nx\n------END NATS USER JWT------\n'
  const text = `${good}cloud: {nats: 'nats://a:4222', credentials: ./site.creds}\n`
  const with_ = (content: string) => {
    writeFileSync(path.join(folder, 'site.creds'), content)
    return problems(text)
  }
  t.strictSame(with_(`${creds}${commandKeyBlock(publicKey)}`), [])
  t.ok(load(text).cloud?.credentials?.nats.endsWith('JWT------\n'), 'with the line end its reader wants')
  t.match(
    { ...with_(creds)[0] },
    { field: 'cloud.credentials', line: 16, found: /no "-----BEGIN NOVA COMMAND KEY/ }
  )
  t.match({ ...with_(`${creds}-----BEGIN NOVA COMMAND KEY-----\nAAAA\n`)[0] }, { found: /no base64 SPKI/ })
  const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  t.match({ ...with_(`${creds}${commandKeyBlock(rsa)}`)[0] }, { found: /type rsa/ })
})

void test('a tariff file has its own lines', async (t) => {
  const plan = `- tariffId: tou
  version: 1
  name: Time of use
  timeZone: Asia/Shanghai
  validFrom: null
  validUntil: null
  currency: CNY
  segments:
    - {start: '00:00', end: '24:00', electricityPrice: '0.5', servicePrice: '0.2'}
`
  const text = good.replace('local:', 'tariff: {file: ./tariff.yaml}\nlocal:')
  writeFileSync(path.join(folder, 'tariff.yaml'), plan)
  t.strictSame(
    load(text).tariff.defaults,
    [{ tariffId: 'tou' }],
    'what nothing is said of applies to the site'
  )
  t.match(load(text).tariff.plans, [{ tariffId: 'tou', priority: 0 }])
  const indented = plan.replaceAll(/^/gm, '  ')
  writeFileSync(path.join(folder, 'tariff.yaml'), `plans:\n${indented}`)
  t.strictSame(load(text).tariff.defaults, [{ tariffId: 'tou' }])
  writeFileSync(
    path.join(folder, 'tariff.yaml'),
    `plans:\n${indented}\ndefaults: [{tariffId: tou, connector: 'A:1:1'}]`
  )
  t.strictSame(load(text).tariff.defaults, [{ tariffId: 'tou', connector: 'A:1:1' }])
  writeFileSync(path.join(folder, 'tariff.yaml'), plan.replace("'0.5'", '0.5'))
  const [problem] = problems(text)
  t.match(
    { ...problem },
    { line: 9, field: '[0].segments[0].electricityPrice', found: '0.5', allowed: /string/ }
  )
  t.match(problem?.file, /tariff\.yaml$/)
  writeFileSync(path.join(folder, 'tariff.yaml'), 'plans: []\ndefault: []\n')
  t.match({ ...problems(text)[0] }, { line: 2, field: 'default', allowed: 'plans, defaults' })
})

void test('no text makes the reader fall over: it loads or it tells problems', async (t) => {
  const words = fc.constantFrom(
    ...good.split(/(?<=[\s:{}[\],])/),
    '&a ',
    '*a ',
    '- ',
    '"',
    '\u0000',
    '{',
    '1e999'
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 60 }), fc.string(), (pieces, noise) => {
      const found = problems(pieces.join('') + noise)
      return found.every(({ line, field, allowed }) => line >= 0 && field !== '' && allowed !== '')
    }),
    { numRuns: 300 }
  )
  t.pass()
})

void test('what two rooms find wrong in one field is told once', async (t) => {
  const text = good.replace('circuit: feeder-1', 'circuit: feeder-9')
  writeFileSync(file, text)
  const complaint = (field: string) => ({ path: ['chargers', 0, field], found: 'it again', allowed: 'a sum' })
  const told = (): readonly Problem[] => {
    try {
      loadSettings(file, { environment: {}, checks: [() => [complaint('circuit'), complaint('fallbackA')]] })
      return []
    } catch (fault) {
      if (fault instanceof SettingsFault) return fault.problems
      throw fault
    }
  }
  t.match(told(), [
    { field: 'chargers[0].circuit', found: /feeder-9/ },
    { field: 'chargers[0].fallbackA', found: 'it again' }
  ])
  t.equal(told().length, 2)
})
