import fc from 'fast-check'
import { test } from 'tap'
import { excess, phasorOf, shareThatHolds, wiresOf } from './phasor.ts'
import { fuse, hours, member, wire } from './problem.suite.ts'
import { programOf, tangentOf } from './program.ts'

const degrees = (radians: number): number => Math.round((radians * 180) / Math.PI)

const cones: readonly {
  readonly what: string
  readonly angles: readonly number[]
  readonly lines: readonly number[]
}[] = [
  { what: 'one direction needs one line', angles: [30], lines: [390] },
  {
    what: 'a cone of 60° is covered by lines 15° apart',
    angles: [-30, 30],
    lines: [330, 345, 360, 375, 390]
  },
  { what: 'a cone across 0° is no wider for it', angles: [10, 350], lines: [350, 360, 370] }
]
for (const { what, angles, lines } of cones)
  void test(what, async (t) => {
    const problem = hours(1, { members: angles.map(() => member()), rows: [wire(1, 10, angles)] })
    t.strictSame(wiresOf(problem)[0]?.angles.map(degrees), lines)
  })

void test('three directions around, or one that goes both ways, need the whole circle', async (t) => {
  const around = hours(1, { members: [member(), member(), member()], rows: [wire(1, 10, [0, 120, 240])] })
  t.equal(wiresOf(around)[0]?.angles.length, 25)
  const both = hours(1, { members: [member({ dischargeA: 5 }), member()], rows: [wire(1, 10, [0, 90])] })
  t.ok((wiresOf(both)[0]?.angles.length ?? 0) >= 19, 'from 0° over 90° to 180°, or around')
})

void test('currents in phase need their two limits only', async (t) => {
  t.match(wiresOf(hours(1, { members: [member()], rows: [fuse(1, 10, [0])] })), [
    { round: false, angles: [0, Math.PI] }
  ])
})

const sites = fc.record({
  angles: fc.array(fc.integer({ min: 0, max: 359 }), { minLength: 1, maxLength: 4 }),
  amps: fc.array(fc.double({ min: 0, max: 32, noNaN: true }), { minLength: 4, maxLength: 4 }),
  limit: fc.double({ min: 1, max: 60, noNaN: true }),
  cut: fc.double({ min: 0, max: 6.28, noNaN: true })
})

void test('no line at any angle forbids what the true circle allows', async (t) => {
  fc.assert(
    fc.property(sites, ({ angles, amps, limit, cut }) => {
      const members = angles.map((_, at) => member({ key: String(at) }))
      const row = wire(1, limit, angles)
      const problem = hours(1, { members, rows: [row] })
      const currents = amps.slice(0, angles.length)
      const inside = currents.map((each) => each * (shareThatHolds([row], 0, currents) ?? 0))
      const { wires, parts, flows } = programOf(problem)
      // Members that weigh alike stand as one column: put their sum where the first of them stands.
      const sums = new Map<string, number>()
      flows.forEach(({ at }) => {
        const key = String(angles[at])
        sums.set(key, (sums.get(key) ?? 0) + (inside[at] ?? 0))
      })
      const columns = parts[0]?.get(0) ?? []
      const values = new Map(columns.map(({ column }, n) => [column, [...sums.values()][n] ?? 0]))
      const [only] = wires
      if (only === undefined) return false
      return [...only.angles, cut].every((angle) => {
        const line = tangentOf(problem, only, { parts: columns, slot: 0, angle })
        if (line === null) return true
        const sum = line.terms.reduce((all, [at, by]) => all + by * (values.get(at) ?? 0), 0)
        return sum <= line.upper + 1e-6
      })
    })
  )
  t.pass()
})

void test('the share that holds, holds; and a hair more does not', async (t) => {
  fc.assert(
    fc.property(sites, ({ angles, amps, limit }) => {
      const row = { ...wire(1, limit, angles), base: [[limit / 2, 0] as const] }
      const currents = amps.slice(0, angles.length)
      const share = shareThatHolds([row], 0, currents) ?? Number.NaN
      const over = (by: number): number =>
        excess(
          row,
          0,
          phasorOf(
            row,
            0,
            currents.map((each) => each * by)
          )
        )
      return over(share) <= 0 && (share === 1 || over(share * 1.0001 + 1e-9) > 0)
    })
  )
  t.pass()
})

void test('what others carry beyond a limit leaves no share', async (t) => {
  const row = { ...wire(1, 10, [0]), base: [[0, 11] as const] }
  t.equal(shareThatHolds([row], 0, [1]), null)
  t.equal(shareThatHolds([{ ...fuse(1, 10, [0]), base: [[11, 0] as const] }], 0, [1]), null)
})

void test('a battery in a fuse: what is fed in is bound by the limit towards the grid', async (t) => {
  const row = { ...fuse(1, 40, [0]), lowA: [-10] }
  t.equal(shareThatHolds([row], 0, [30]), 1)
  t.ok(Math.abs((shareThatHolds([row], 0, [-20]) ?? 0) - 0.5) < 1e-9)
})
