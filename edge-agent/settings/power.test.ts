import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { loadSettings, SettingsFault, type Problem, type Settings } from './index.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nova-power-settings-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = path.join(folder, 'site.yaml')

const good = `site: {id: demo-site, tenant: demo, name: Demo, timeZone: Europe/Berlin, currency: EUR}
local: {port: 9280, token: change-me}
grid: {limitA: [100, 100, 100], voltageV: 230, meter: grid-meter, exportLimitW: 30000}
circuits:
  - {id: trafo, kind: transformer, limitA: [80, 80, 80], limitW: 20000}
  - {id: single, parent: trafo, kind: feeder, limitA: [40, 0, 0]}
chargers:
  - id: A
    protocol: ocpp1.6
    identity: A
    circuit: trafo
    fallbackA: 10
    evses: [{id: 1, connectors: [{id: 1, type: type2, maxPowerW: 22080}]}]
  - id: B
    protocol: ocpp1.6
    identity: B
    circuit: single
    phaseRotation: R
    fallbackA: 10
    evses: [{id: 1, connectors: [{id: 1, type: type2, maxPowerW: 7360}]}]
devices:
  - {id: grid-meter, kind: meter, driver: modbus, model: eastron-sdm630, address: 'tcp://127.0.0.1:1502'}
  - {id: roof, kind: pv, driver: sunspec, address: 'tcp://127.0.0.1:1503', maxPowerW: 12000, circuit: trafo}
  - {id: cellar, kind: battery, driver: sunspec, address: 'tcp://127.0.0.1:1504', maxPowerW: 5000, capacityWh: 10000, phaseRotation: S}
gridOperator: {kind: relay, section14a: {devices: 2}}
power: {strategy: least-laxity}
`

function load(text: string): Settings {
  writeFileSync(file, text)
  return loadSettings(file, { environment: {}, checks: [] })
}

function problems(text: string): readonly Problem[] {
  try {
    load(text)
    return []
  } catch (fault) {
    if (fault instanceof SettingsFault) return fault.problems
    throw fault
  }
}

void test('participants, the grid operator’s box and the strategy load complete', async (t) => {
  const { devices, participants, gridOperator, power, grid, circuits } = load(good)
  t.strictSame(
    devices.map(({ id }) => id),
    ['grid-meter']
  )
  t.match(participants, [
    {
      participant: { id: 'roof', kind: 'pv', circuit: 'trafo', rating: { leastW: -12_000, mostW: 0 } },
      address: 'tcp://127.0.0.1:1503',
      unit: 1
    },
    {
      participant: {
        id: 'cellar',
        circuit: 'grid',
        phaseRotation: 'S',
        rating: { leastW: -5_000, mostW: 5_000 },
        capacityWh: 10_000,
        minSocPercent: 10
      }
    }
  ])
  t.match(gridOperator, {
    source: 'grid-operator',
    heartbeatSeconds: 120,
    releaseSeconds: 120,
    failsafeW: 7_560, // 4,200 + 0.80 · 4,200 for two devices behind a management system.
    dimmedW: 7_560,
    failsafeMinimumSeconds: 7_200
  })
  t.strictSame(power, {
    strategy: 'least-laxity',
    departureMinutes: 480,
    sun: 'force',
    goal: 'energy',
    prices: [],
    sellPerKWh: 0
  })
  t.equal(grid.exportLimitW, 30_000)
  t.match(circuits, [{ limitW: 20_000, kind: 'transformer' }, {}])
})

void test('without a word of it there are no participants, no box, and equal shares', async (t) => {
  const short = good.replace(/ {2}- \{id: (roof|cellar).*\n/g, '').replace(/gridOperator:.*\npower:.*\n/, '')
  t.match(load(short), { participants: [], gridOperator: null, power: { strategy: 'equal' } })
  t.match(load(short.concat('gridOperator: {kind: lpc, failsafeW: 0}\n')).gridOperator, {
    failsafeW: 0,
    dimmedW: 4_200
  })
})

type Row = {
  title: string
  from: string
  to: string
  line: number
  field: string
  found: RegExp
  allowed: RegExp
}
const table: Row[] = [
  {
    title: 'a tree with a loop',
    from: 'id: trafo, kind',
    to: 'id: trafo, parent: single, kind',
    line: 5,
    field: 'circuits[0].parent',
    found: /loop: trafo → single → trafo/,
    allowed: /tree that ends at grid/
  },
  {
    title: 'an unknown parent',
    from: 'parent: trafo',
    to: 'parent: tower',
    line: 6,
    field: 'circuits[1].parent',
    found: /"tower"/,
    allowed: /grid, trafo, single/
  },
  {
    title: 'watts below the sum of the fallbacks behind them', // 10 A · 3 · 230 V + 10 A · 230 V = 9,200 W.
    from: 'limitW: 20000',
    to: 'limitW: 9199',
    line: 5,
    field: 'circuits[0].limitW',
    found: /9199, and the fallbacks behind trafo add up to 9200 W/,
    allowed: /9200 or more/
  },
  {
    title: 'an unmanaged charger’s full power counts',
    from: 'circuit: trafo\n    fallbackA: 10',
    to: 'circuit: trafo\n    managed: false',
    line: 5,
    field: 'circuits[0].limitW',
    found: /24380 W/, // 22,080 + 2,300.
    allowed: /24380/
  },
  {
    title: 'a phase that the charger’s circuit does not have',
    from: 'phaseRotation: R\n',
    to: 'phaseRotation: S\n',
    line: 18,
    field: 'chargers[1].phaseRotation',
    found: /S with L2, which single does not have/,
    allowed: /phases of single: R$/
  },
  {
    title: 'three phases where there is one, without a word of rotation',
    from: '    phaseRotation: R\n',
    to: '',
    line: 14,
    field: 'chargers[1].phaseRotation',
    found: /RST with L2/,
    allowed: /R/
  },
  {
    title: 'a phase that no grid has',
    from: 'phaseRotation: S}',
    to: 'phaseRotation: U}',
    line: 24,
    field: 'devices[2].phaseRotation',
    found: /"U"/,
    allowed: /RST, RTS/
  },
  {
    title: 'an inverter on a phase that is not there',
    from: 'maxPowerW: 12000, circuit: trafo',
    to: 'maxPowerW: 12000, circuit: single',
    line: 23,
    field: 'devices[1].phaseRotation',
    found: /RST with L2, which single/,
    allowed: /R$/
  },
  {
    title: 'an inverter on a circuit that is not there',
    from: 'maxPowerW: 12000, circuit: trafo',
    to: 'maxPowerW: 12000, circuit: attic',
    line: 23,
    field: 'devices[1].circuit',
    found: /"attic"/,
    allowed: /grid, trafo, single/
  },
  {
    title: 'a meter without a device',
    from: 'id: grid-meter',
    to: 'id: other-meter',
    line: 3,
    field: 'grid.meter',
    found: /"grid-meter"/,
    allowed: /other-meter/
  },
  {
    title: 'a battery as the site’s meter',
    from: 'meter: grid-meter',
    to: 'meter: cellar',
    line: 3,
    field: 'grid.meter',
    found: /"cellar"/,
    allowed: /grid-meter/
  },
  {
    title: 'a device twice',
    from: 'id: cellar',
    to: 'id: roof',
    line: 24,
    field: 'devices[2].id',
    found: /"roof" a second time/,
    allowed: /first at devices\[1\]/
  },
  {
    title: 'a device with the name of a charger',
    from: 'id: cellar',
    to: 'id: A',
    line: 24,
    field: 'devices[2].id',
    found: /"A", which is the id of chargers\[0\] too/,
    allowed: /its own/
  },
  {
    title: 'a device with the name of a circuit',
    from: 'id: roof',
    to: 'id: trafo',
    line: 23,
    field: 'devices[1].id',
    found: /circuits\[0\]/,
    allowed: /its own/
  },
  {
    title: 'a kind of device that nobody knows',
    from: 'kind: pv',
    to: 'kind: wind',
    line: 23,
    field: 'devices[1].kind',
    found: /"wind"/,
    allowed: /^meter, pv, battery, vehicle$/
  },
  {
    title: 'a driver that does not fit its kind',
    from: 'kind: pv, driver: sunspec',
    to: 'kind: pv, driver: modbus',
    line: 23,
    field: 'devices[1].driver',
    found: /"modbus"/,
    allowed: /sunspec/
  },
  {
    title: 'a battery without a capacity',
    from: ', capacityWh: 10000',
    to: '',
    line: 24,
    field: 'devices[2].capacityWh',
    found: /nothing/,
    allowed: /number/
  },
  {
    title: 'a field that this kind does not have',
    from: 'maxPowerW: 12000',
    to: 'maxPowerW: 12000, capacityWh: 1',
    line: 23,
    field: 'devices[1].capacityWh',
    found: /unknown field/,
    allowed: /^id, kind, driver, address, unit, circuit, phaseRotation, maxPowerW$/
  },
  {
    title: 'a kind of circuit that nobody knows',
    from: 'kind: feeder',
    to: 'kind: wire',
    line: 6,
    field: 'circuits[1].kind',
    found: /"wire"/,
    allowed: /transformer, feeder, circuit/
  },
  {
    title: 'negative watts of a circuit',
    from: 'limitW: 20000',
    to: 'limitW: -1',
    line: 5,
    field: 'circuits[0].limitW',
    found: /-1/,
    allowed: /at least 0/
  },
  {
    title: 'a negative export',
    from: 'exportLimitW: 30000',
    to: 'exportLimitW: -30000',
    line: 3,
    field: 'grid.exportLimitW',
    found: /-30000/,
    allowed: /at least 0/
  },
  {
    title: 'a strategy that nobody knows',
    from: 'least-laxity',
    to: 'loudest',
    line: 26,
    field: 'power.strategy',
    found: /"loudest"/,
    allowed: /equal, first-come/
  },
  {
    title: 'a ramp of two kinds at once',
    from: 'strategy: least-laxity',
    to: 'ramp: {percentPerSecond: 3, stepA: 3}',
    line: 26,
    field: 'power.ramp.stepA',
    found: /an unknown field/,
    allowed: /percentPerSecond/
  },
  {
    title: 'a car that stays for no time',
    from: 'strategy: least-laxity',
    to: 'departureMinutes: 0',
    line: 26,
    field: 'power.departureMinutes',
    found: /0/,
    allowed: /at least 1/
  },
  {
    title: 'a box that poses as somebody else',
    from: 'kind: relay',
    to: 'kind: relay, source: failsafe',
    line: 25,
    field: 'gridOperator.source',
    found: /"failsafe"/,
    allowed: /any but wiring, failsafe, contract, operator/
  },
  {
    title: 'a box over Modbus without an address',
    from: 'kind: relay',
    to: 'kind: modbus',
    line: 25,
    field: 'gridOperator.address',
    found: /nothing/,
    allowed: /tcp:\/\/host:port/
  },
  {
    title: 'kilowatts times a thousand once too often', // 10 · 300 A · 230 V.
    from: 'kind: relay',
    to: 'kind: relay, failsafeW: 4200000',
    line: 25,
    field: 'gridOperator.failsafeW',
    found: /4200000/,
    allowed: /at most 690000/
  },
  {
    title: 'a relay’s watts for a box that writes its own',
    from: 'kind: relay',
    to: 'kind: lpc, dimmedW: 4200',
    line: 25,
    field: 'gridOperator.dimmedW',
    found: /kind lpc/,
    allowed: /only with kind relay/
  },
  {
    title: 'no device for §14a',
    from: 'devices: 2',
    to: 'devices: 0',
    line: 25,
    field: 'gridOperator.section14a.devices',
    found: /0/,
    allowed: /at least 1/
  },
  {
    title: 'a watch-dog shorter than the loop can see',
    from: 'kind: relay',
    to: 'kind: relay, heartbeatSeconds: 1',
    line: 25,
    field: 'gridOperator.heartbeatSeconds',
    found: /1/,
    allowed: /at least 10/
  }
]

for (const { title, from, to, line, field, found, allowed } of table)
  void test(`${title}: line ${line}, ${field}`, async (t) => {
    t.ok(good.includes(from), 'the row changes something')
    const all = problems(good.replace(from, to))
    const [first] = all.filter((each) => each.field === field)
    t.match({ ...first }, { line, field, found, allowed })
  })

void test('the example itself has nothing wrong', async (t) => {
  t.strictSame(problems(good), [])
})

void test('a circuit that is locked out on all phases is no circuit with a missing phase', async (t) => {
  t.strictSame(problems(good.replace('limitA: [40, 0, 0]', 'limitA: [0, 0, 0]')), [])
})
