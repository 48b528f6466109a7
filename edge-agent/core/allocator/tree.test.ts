import { test } from 'tap'
import { checkFallbacks, checkSite } from './check.ts'
import { weightsOf } from './network.ts'
import { networkOf } from './rows.ts'
import { charger, site } from './site.suite.ts'
import { treeOf } from './tree.ts'

void test('a connector knows its phases, its rating per phase and every fuse up to the grid', async (t) => {
  const tree = treeOf(
    site({
      circuits: [
        { id: 'feeder', limitA: 63 },
        { id: 'row', parent: 'feeder', limitA: 32 }
      ],
      chargers: [
        { id: 'A', circuit: 'row', phaseRotation: 'STR' },
        { id: 'B', phaseRotation: 'S', maxPowerW: 7360 }
      ]
    })
  )
  const [a, b] = tree.places
  t.strictSame([a?.key, a?.phases, a?.ratingMilliA, a?.path], ['A:1:1', [1, 2, 0], 32_000, [2, 1, 0]])
  t.strictSame([b?.phases, b?.ratingMilliA, b?.path], [[1], 32_000, [0]])
  t.strictSame(tree.nodes[2]?.limitMilliA, [32_000, 32_000, 32_000])
})

void test('a plug with one live wire uses the first phase of its charger', async (t) => {
  const tree = treeOf(
    site({ chargers: [{ id: 'A', phaseRotation: 'TRS', type: 'schuko', maxPowerW: 3680 }] })
  )
  t.strictSame([tree.places[0]?.phases, tree.places[0]?.ratingMilliA], [[2], 16_000])
})

const faults = [
  {
    what: 'a circuit under an unknown parent',
    of: site({ circuits: [{ id: 'a', parent: 'b', limitA: 10 }], chargers: [] }),
    path: ['circuits', 0, 'parent'],
    says: /"b" is no circuit; known are grid, a/
  },
  {
    what: 'circuits that hang on each other',
    of: site({
      circuits: [
        { id: 'a', parent: 'b', limitA: 10 },
        { id: 'b', parent: 'a', limitA: 10 }
      ],
      chargers: []
    }),
    path: ['circuits', 0, 'parent'],
    says: /hangs on itself/
  },
  {
    what: 'a circuit twice',
    of: site({
      circuits: [
        { id: 'a', limitA: 10 },
        { id: 'a', limitA: 10 }
      ],
      chargers: []
    }),
    path: ['circuits', 1, 'id'],
    says: /there twice/
  },
  {
    what: 'a circuit called grid',
    of: site({ circuits: [{ id: 'grid', limitA: 10 }], chargers: [] }),
    path: ['circuits', 0, 'id'],
    says: /choose another id/
  },
  {
    what: 'a charger on an unknown circuit',
    of: site({ chargers: [{ id: 'A', circuit: 'nowhere' }] }),
    path: ['chargers', 0, 'circuit'],
    says: /"nowhere" is no circuit/
  },
  {
    what: 'a charger twice',
    of: site({ chargers: [{ id: 'A' }, { id: 'A' }] }),
    path: ['chargers', 1, 'id'],
    says: /there twice/
  },
  {
    what: 'fallbacks that do not fit under a feeder',
    of: site({
      circuits: [{ id: 'f', limitA: 10 }],
      chargers: [
        { id: 'A', circuit: 'f' },
        { id: 'B', circuit: 'f' }
      ]
    }),
    path: ['circuits', 0, 'limitA', 0],
    says: /fallbacks behind f add up to 12 A on L1, allowed are 10 A/
  },
  {
    what: 'fallbacks that fit only without the base load',
    of: site({ limitA: 16, baseLoadReserveW: 6900, chargers: [{ id: 'A' }, { id: 'B' }] }),
    path: ['grid', 'limitA', 0],
    says: /22 A on L1 with 10 A kept for the base load/
  },
  {
    what: 'an unmanaged charger, whose full power counts',
    of: site({ limitA: 20, chargers: [{ id: 'A', managed: false, phaseRotation: 'T', maxPowerW: 7360 }] }),
    path: ['grid', 'limitA', 2],
    says: /32 A on L3/
  }
]

for (const { what, of, path, says } of faults)
  void test(`the site file is refused for ${what}`, async (t) => {
    const [problem] = checkSite(of)
    t.strictSame(problem?.path, path)
    t.match(problem?.message, says)
  })

void test('a site whose fallbacks fit has no problem', async (t) => {
  const of = site({ limitA: 13, chargers: [{ id: 'A' }, { id: 'B' }, { id: 'C', fallbackA: 0 }] })
  t.strictSame(checkSite(of), [])
  t.strictSame(checkFallbacks(of), [])
})

void test('a circuit that hangs on nothing known still hangs under the fuse of the grid', async (t) => {
  const lost = site({
    circuits: [{ id: 'a', parent: 'nowhere', limitA: 10 }],
    chargers: [{ id: 'A', circuit: 'a' }]
  })
  t.strictSame(treeOf(lost).places[0]?.path, [1, 0])
  t.strictSame(treeOf({ ...lost, chargers: [charger({ id: 'B', circuit: 'else' })] }).places[0]?.path, [0])
})

void test('behind a delta-wound transformer and between two lines: voltage, rating and rows follow', async (t) => {
  const garage = {
    ...site({
      limitA: 100,
      chargers: [{ id: 'A', circuit: 't', phaseRotation: 'ST', maxPowerW: 6656, type: 'type1' }]
    }),
    circuits: [
      {
        id: 't',
        parent: 'grid',
        limitA: [139, 139, 139] as [number, number, number],
        delta: { ratio: 4, limitA: [60, 60, 60] as [number, number, number] }
      }
    ]
  }
  const tree = treeOf({ ...garage, grid: { ...garage.grid, voltageV: 277.128 } })
  // 277.128 V a phase are 480 V between lines, a quarter of it is 120 V, between two lines of which are 208 V.
  const [only] = tree.places
  t.match(only, { phases: [1], loop: true })
  t.ok(Math.abs((only?.ratingMilliA ?? 0) - 32_000) < 50, `${only?.ratingMilliA}`)
  const bound = { value: 100_000, because: 'grid', until: null }
  const rows = networkOf(tree, { phases: [bound, bound, bound], watts: null, valid: [] }, 277.128)
  const through = weightsOf(rows, 0, [0, 1, 0])
  const names = [...through.rows].map((row) => rows.rows[row]?.name)
  t.ok(names.includes('t L2') && names.includes('t L3') && !names.includes('t L1'), names.join())
  t.ok(names.includes('t primary L1'))
})

void test('fallbacks of an unmanaged car between two lines load both of them', async (t) => {
  const unmanaged = { id: 'A', phaseRotation: 'TR' as const, maxPowerW: 6900, managed: false }
  const problems = (limitA: number): string[] =>
    checkSite(site({ limitA, chargers: [unmanaged] })).map(({ message }) => message)
  // 6 900 W between two lines of 398 V: 17.3 A.
  t.strictSame(problems(18), [])
  t.match(problems(17)[0], /fallbacks behind grid add up to 17.3/)
})

void test('a circuit in watts is checked against the fallbacks as its fuses are', async (t) => {
  const wired = site({
    circuits: [{ id: 'f', limitA: 100 }],
    chargers: [{ id: 'A', circuit: 'f', fallbackA: 10 }]
  })
  const inWatts = (limitW: number) =>
    checkSite({ ...wired, circuits: wired.circuits.map((circuit) => ({ ...circuit, limitW })) })
  t.strictSame(inWatts(6_900), [])
  t.match(inWatts(6_800), [{ path: ['circuits', 0, 'limitW'], message: /6900 W in total/ }])
})

void test('an unbalance limit and a car between two lines are refused together', async (t) => {
  const wired = site({ circuits: [{ id: 'f', limitA: 100 }], chargers: [{ id: 'A', phaseRotation: 'RS' }] })
  const unbalance = { percent: 20, allowanceA: 16 }
  const circuits = wired.circuits.map((circuit) => ({ ...circuit, unbalance }))
  t.match(checkSite({ ...wired, circuits }), [{ path: ['circuits', 0, 'unbalance'], message: /"A"/ }])
  t.match(checkSite({ ...wired, grid: { ...wired.grid, unbalance } }), [{ path: ['grid', 'unbalance'] }])
})
