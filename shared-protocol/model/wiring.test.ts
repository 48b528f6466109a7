import fc from 'fast-check'
import { test } from 'tap'
import { Charger } from './charger.ts'
import type { PhaseRotation } from './site.ts'
import { connectorPhases, ratingOf, sayMisfit, settleFallbacks, type Settled, type Wiring } from './wiring.ts'

type Words = Partial<Pick<Charger, 'fallbackA' | 'managed' | 'circuit' | 'phaseRotation'>> & {
  readonly type?: string
  readonly maxPowerW?: number
  readonly connectors?: number
}

const charger = (id: string, { type = 'type2', maxPowerW = 22_080, connectors = 1, ...rest }: Words = {}) =>
  Charger.parse({
    id,
    protocol: 'ocpp1.6',
    identity: id,
    ...rest,
    evses: [
      {
        id: 1,
        connectors: Array.from({ length: connectors }, (_, index) => ({ id: index + 1, type, maxPowerW }))
      }
    ]
  })

const wiring = (limitA: number, changes: { reserveW?: number; feederA?: number } = {}): Wiring => ({
  grid: { limitA: [limitA, limitA, limitA], voltageV: 230, baseLoadReserveW: changes.reserveW ?? 0 },
  circuits:
    changes.feederA === undefined
      ? []
      : [{ id: 'feeder', parent: 'grid', limitA: [changes.feederA, changes.feederA, changes.feederA] }]
})

const said = (all: readonly Settled[]) => all.map(({ kind, fallbackA }) => `${kind} ${fallbackA}`)

const table: { title: string; at: Wiring; chargers: Charger[]; says: string[] }[] = [
  {
    title: 'two have room for 6 A, the third waits',
    at: wiring(13),
    chargers: [charger('A'), charger('B'), charger('C')],
    says: ['automatic 6', 'automatic 6', 'waits 0']
  },
  {
    title: 'the base load is kept free',
    at: wiring(13, { reserveW: 3 * 230 * 2 }),
    chargers: [charger('A'), charger('B')],
    says: ['automatic 6', 'waits 0']
  },
  {
    title: 'a stated one comes before earlier automatic ones and stays as it is',
    at: wiring(13),
    chargers: [charger('A'), charger('B'), charger('C', { fallbackA: 10 })],
    says: ['waits 0', 'waits 0', 'stated 10']
  },
  {
    title: 'a stated one that does not fit is turned down alone',
    at: wiring(13),
    chargers: [
      charger('A', { fallbackA: 8 }),
      charger('B', { fallbackA: 8 }),
      charger('C', { fallbackA: 5 })
    ],
    says: ['stated 8', 'refused 0', 'stated 5']
  },
  {
    title: 'an unmanaged charger counts with its full power',
    at: wiring(40),
    chargers: [charger('A', { managed: false }), charger('B'), charger('C')],
    says: ['unmanaged 0', 'automatic 6', 'waits 0']
  },
  {
    title: 'an unmanaged charger that no fuse carries takes nothing from the others',
    at: wiring(20),
    chargers: [charger('A', { managed: false }), charger('B')],
    says: ['overload 0', 'automatic 6']
  },
  {
    title: 'a feeder that is full leaves room on the grid',
    at: wiring(100, { feederA: 6 }),
    chargers: [charger('A', { circuit: 'feeder' }), charger('B', { circuit: 'feeder' }), charger('C')],
    says: ['automatic 6', 'waits 0', 'automatic 6']
  },
  {
    title: 'single-phase chargers on other phases are not in each other’s way',
    at: wiring(6),
    chargers: (['R', 'S', 'T', 'R'] as PhaseRotation[]).map((phaseRotation, index) =>
      charger(`C${index}`, { phaseRotation, maxPowerW: 7_360 })
    ),
    says: ['automatic 6', 'automatic 6', 'automatic 6', 'waits 0']
  },
  {
    title: 'all connectors of a charger count, each at most at its rating',
    at: wiring(12),
    chargers: [charger('A', { connectors: 2 }), charger('B', { fallbackA: 99, maxPowerW: 690 })],
    says: ['waits 0', 'stated 99']
  },
  {
    title: 'a fail-safe limit of 9 kW carries two chargers at 6 A',
    at: { ...wiring(100), failsafe: { limitW: 9_000 } },
    chargers: [charger('A'), charger('B'), charger('C')],
    says: ['automatic 6', 'automatic 6', 'waits 0']
  },
  {
    title: 'a fail-safe limit turns a stated fallback down, but nobody who is not managed',
    at: { ...wiring(100), failsafe: { limitW: 1_000 } },
    chargers: [
      charger('A', { fallbackA: 6 }),
      charger('B', { managed: false }),
      charger('C', { fallbackA: 0 })
    ],
    says: ['refused 0', 'unmanaged 0', 'stated 0']
  },
  {
    title: 'no fail-safe limit bounds nothing',
    at: { ...wiring(100), failsafe: { limitW: null } },
    chargers: [charger('A'), charger('B'), charger('C')],
    says: ['automatic 6', 'automatic 6', 'automatic 6']
  },
  {
    title: 'stated 0 A needs no room',
    at: wiring(0),
    chargers: [charger('A', { fallbackA: 0 })],
    says: ['stated 0']
  }
]
for (const { title, at, chargers, says } of table) {
  void test(title, async (t) => {
    t.strictSame(said(settleFallbacks(at, chargers)), says)
  })
}

void test('why it does not fit is said with fuse, phase and amperes', async (t) => {
  const [, second] = settleFallbacks(wiring(10), [
    charger('A', { fallbackA: 8 }),
    charger('B', { fallbackA: 6 })
  ])
  t.equal(second?.misfit && sayMisfit(second.misfit), '6 A wanted on grid L1, 2 A are free')
})

const words = fc.record({
  fallbackA: fc.option(fc.constantFrom(0, 5.5, 6, 8, 16), { nil: undefined }),
  managed: fc.constantFrom(true, true, true, false),
  circuit: fc.constantFrom('grid', 'c0', 'c1', 'c2', 'moon'),
  phaseRotation: fc.constantFrom<PhaseRotation>('RST', 'STR', 'TSR', 'R', 'S', 'T'),
  type: fc.constantFrom('type2', 'schuko', 'ccs2'),
  maxPowerW: fc.constantFrom(690, 3_680, 11_040, 22_080),
  connectors: fc.integer({ min: 1, max: 2 })
})
const made = (id: string, { fallbackA, ...rest }: Words & { fallbackA: number | undefined }) =>
  charger(id, fallbackA === undefined ? rest : { ...rest, fallbackA })
const anyChargers = fc
  .array(words, { maxLength: 14 })
  .map((all) => all.map((each, index) => made(`C${index}`, each)))
const anyWiring = fc
  .record({
    limits: fc.array(fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 3, maxLength: 3 }), {
      minLength: 4,
      maxLength: 4
    }),
    parents: fc.array(fc.constantFrom('grid', 'c0', 'c1', 'c2'), { minLength: 3, maxLength: 3 }),
    baseLoadReserveW: fc.integer({ min: 0, max: 9_000 })
  })
  .map(({ limits, parents, baseLoadReserveW }): Wiring => {
    const tuple = (at: number) => limits[at] as [number, number, number]
    return {
      grid: { limitA: tuple(3), voltageV: 230, baseLoadReserveW },
      circuits: parents.map((parent, index) => ({ id: `c${index}`, parent, limitA: tuple(index) }))
    }
  })

/** What a fuse carries on a phase when nobody guides anybody, counted another way than the code counts. */
function carried(
  at: Wiring,
  chargers: readonly Charger[],
  settled: readonly Settled[],
  [fuse, phase]: readonly [string, 0 | 1 | 2]
) {
  const behind = (circuit: string | undefined): boolean => {
    const seen: string[] = []
    let here = at.circuits.some(({ id }) => id === circuit) ? circuit : 'grid'
    while (here !== undefined && here !== 'grid' && !seen.includes(here)) {
      seen.push(here)
      here = at.circuits.find(({ id }) => id === here)?.parent
    }
    return fuse === 'grid' || seen.includes(fuse)
  }
  return chargers.reduce((sum, each, index) => {
    const own = settled[index]
    if (own === undefined || own.kind === 'overload' || !behind(each.circuit)) return sum
    return each.evses
      .flatMap(({ connectors }) => connectors)
      .reduce((part, connector) => {
        const phases = connectorPhases(each, connector)
        const rating = ratingOf(connector.maxPowerW, phases.length, 230)
        const draw = own.kind === 'unmanaged' ? rating : Math.min(own.fallbackA * 1000, rating)
        return part + (phases.includes(phase) ? draw : 0)
      }, sum)
  }, 0)
}

void test('the sum behind every fuse and phase fits, whatever is configured', async (t) => {
  fc.assert(
    fc.property(anyWiring, anyChargers, (at, chargers) => {
      const settled = settleFallbacks(at, chargers)
      return ['grid', 'c0', 'c1', 'c2'].every((fuse) =>
        ([0, 1, 2] as const).every((phase) => {
          const { limitA } =
            fuse === 'grid' ? at.grid : (at.circuits.find(({ id }) => id === fuse) ?? at.grid)
          const base = fuse === 'grid' ? Math.ceil((at.grid.baseLoadReserveW * 1000) / 690) : 0
          const sum = carried(at, chargers, settled, [fuse, phase])
          return sum === 0 || sum + base <= limitA[phase] * 1000
        })
      )
    })
  )
  t.pass()
})

void test('one more charger without a stated fallback takes nothing from those before it, wherever it stands', async (t) => {
  fc.assert(
    fc.property(anyWiring, anyChargers, words, fc.nat(14), (at, chargers, more, place) => {
      const cut = Math.min(place, chargers.length)
      const { fallbackA: _none, ...rest } = more
      const added = made('NEW', { ...rest, managed: true, fallbackA: undefined })
      const before = said(settleFallbacks(at, chargers)).slice(0, cut)
      const after = said(settleFallbacks(at, [...chargers.slice(0, cut), added, ...chargers.slice(cut)]))
      return JSON.stringify(after.slice(0, cut)) === JSON.stringify(before)
    })
  )
  t.pass()
})

void test('one more at the end, stated or not, never changes a stated one before it', async (t) => {
  fc.assert(
    fc.property(anyWiring, anyChargers, words, (at, chargers, more) => {
      const fixed = (all: readonly Settled[]) =>
        JSON.stringify(
          all.slice(0, chargers.length).filter(({ kind }) => kind !== 'automatic' && kind !== 'waits')
        )
      return (
        fixed(settleFallbacks(at, chargers)) === fixed(settleFallbacks(at, [...chargers, made('NEW', more)]))
      )
    })
  )
  t.pass()
})
