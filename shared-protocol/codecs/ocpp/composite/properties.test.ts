import fc from 'fast-check'
import { test } from 'tap'
import { composite, compositeAt, type Asked, type Profile } from './index.ts'
import { asked, at, period, profile, station } from './stack.suite.ts'

// Random stacks over some minutes with all purposes, kinds and units; every limit is a plain number.
const purposes = ['station-max', 'external', 'tx-default', 'tx', 'priority'] as const
const some = fc.array(
  fc.record({
    purpose: fc.constantFrom(...purposes),
    kind: fc.constantFrom('absolute', 'recurring', 'relative'),
    stackLevel: fc.nat(2),
    whole: fc.boolean(),
    start: fc.integer({ min: -100, max: 100 }),
    duration: fc.option(fc.integer({ min: 1, max: 150 })),
    validFrom: fc.option(fc.integer({ min: -50, max: 100 })),
    validTo: fc.option(fc.integer({ min: 0, max: 150 })),
    unit: fc.constantFrom('A', 'W'),
    phases: fc.constantFrom(null, 1, 3),
    limits: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 }),
    step: fc.integer({ min: 1, max: 60 })
  }),
  { maxLength: 7 }
)
type Some = typeof some extends fc.Arbitrary<infer Value> ? Value : never

const stackOf = (wanted: Some): readonly Profile[] =>
  wanted.map((each, index) =>
    profile({
      id: index + 1,
      evse: each.whole || each.purpose === 'station-max' ? 0 : 1,
      purpose: each.purpose,
      kind: each.kind,
      every: 'day',
      stackLevel: each.stackLevel,
      startMs: at(each.start),
      durationS: each.duration,
      validFromMs: each.validFrom === null ? null : at(each.validFrom),
      validToMs: each.validTo === null ? null : at(each.validTo),
      unit: each.unit,
      periods: each.limits.map((limit, nth) =>
        period(nth * each.step, each.unit === 'A' ? limit : limit * 100, { phases: each.phases })
      )
    })
  )

const seconds = 160
const fill = { gap: { kind: 'fill', limitA: 48, limitW: 33_120 } } as const

void test('the composite schedule is what holds at each single second', async (t) => {
  fc.assert(
    fc.property(some, fc.constantFrom('A', 'W'), fc.constantFrom(0, 1), (wanted, unit, evse) => {
      const stack = stackOf(wanted)
      const where = station(fill)
      const question = asked(seconds, { unit, evse })
      const { periods } = composite(stack, where, question)
      return Array.from({ length: seconds }, (_, second) => second).every((second) => {
        const said = periods.findLast(({ startS }) => startS <= second)
        const { limit, phases } = compositeAt(stack, where, question, at(second))
        return said?.limit[0] === limit[0] && said.phases === phases
      })
    }),
    { numRuns: 150 }
  )
  t.pass()
})

void test('no composite schedule exceeds the station’s maximum or the external constraints', async (t) => {
  fc.assert(
    fc.property(some, fc.constantFrom(0, 1), (wanted, evse) => {
      const stack = stackOf(wanted)
      const where = station()
      const question = asked(seconds, { evse })
      const caps = (['station-max', 'external'] as const).map((purpose) =>
        stack.filter((each) => each.purpose === purpose && (evse === 1 || each.evse === 0))
      )
      return composite(stack, where, question).periods.every(({ startS, limit, phases }) =>
        caps.every((cap) => {
          const [most] = compositeAt(cap, { ...where, phases: phases ?? 3 }, question, at(startS)).limit
          const inUse = compositeAt(cap, where, question, at(startS)).phases
          return most === null || inUse !== phases || (limit[0] !== null && limit[0] <= most + 1e-9)
        })
      )
    }),
    { numRuns: 300 }
  )
  t.pass()
})

void test('a window cut in two gives the same schedule', async (t) => {
  // Relative profiles count from a transaction here: without one they begin with the window, by the standard.
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: seconds - 1 }), (wanted, cut) => {
      const stack = stackOf(wanted)
      const where = station(fill)
      const said = (question: Asked, second: number) => {
        const start = (at(second) - question.fromMs) / 1000
        return composite(stack, where, question).periods.findLast(({ startS }) => startS <= start)?.limit[0]
      }
      const [first, second] = [asked(cut), asked(seconds, { fromMs: at(cut) })]
      return [0, cut - 1, cut, seconds - 1].every(
        (each) => said(asked(seconds), each) === said(each < cut ? first : second, each)
      )
    }),
    { numRuns: 200 }
  )
  t.pass()
})

void test('one more profile of a purpose that only limits never raises anything', async (t) => {
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 40 }), (wanted, limit) => {
      const stack = stackOf(wanted).filter(({ purpose }) => purpose !== 'external')
      const more = profile({
        evse: 0,
        purpose: 'external',
        kind: 'absolute',
        startMs: at(-200),
        periods: [period(0, limit)]
      })
      const where = station(fill)
      return composite([...stack, more], where, asked(seconds)).periods.every(({ startS, limit: [mine] }) => {
        const [before] = compositeAt(stack, where, asked(seconds), at(startS)).limit
        return mine !== null && before !== null && mine <= Math.max(before, limit) && mine <= limit
      })
    })
  )
  t.pass()
})

const beginsOf = ({ kind, startMs }: Profile): readonly number[] => {
  const start = startMs ?? 0
  if (kind === 'relative') return [at(0)]
  return kind === 'absolute' ? [start] : [-2, -1, 0, 1, 2].map((day) => start + day * 86_400_000)
}

function saysNaively(each: Profile, second: number): number | null {
  const { validFromMs, validToMs, durationS, periods } = each
  const since = beginsOf(each).map((begin) => (at(second) - begin) / 1000)
  const elapsed = Math.min(...since.filter((value) => value >= 0))
  const isValid = at(second) >= (validFromMs ?? -Infinity) && at(second) < (validToMs ?? Infinity)
  if (!isValid || elapsed >= (durationS ?? Infinity) || elapsed === Infinity) return null
  return periods.filter(({ startS }) => startS <= elapsed).at(-1)?.limit[0] ?? null
}

/**
 * The standard read word by word, second by second, for profiles in amperes: no instants, no cells, no phases. Written
 * apart from the piece under test.
 */
function naive(stack: readonly Profile[], second: number, evse: number): number {
  const says = (each: Profile) => saysNaively(each, second)
  const top = (purpose: Profile['purpose'], whose: number): number | null => {
    const saying = stack.filter(
      (each) => each.purpose === purpose && (each.evse === whose || each.evse === 0) && says(each) !== null
    )
    const order = saying
      .map((each, index) => [each.stackLevel, each.evse === 0 ? 0 : 1, index] as const)
      .toSorted((a, b) => b[0] - a[0] || b[1] - a[1] || b[2] - a[2])
    const first = order[0]
    return first ? says(saying[first[2]]!) : null
  }
  const own = (whose: number) =>
    Math.min(top('tx', whose) ?? top('tx-default', whose) ?? Infinity, top('external', whose) ?? Infinity)
  const cap = Math.min(top('station-max', 0) ?? Infinity)
  if (evse !== 0) return Math.min(own(evse), cap)
  return Math.min(own(1) + own(2), top('external', 0) ?? Infinity, cap)
}

void test('the standard read second by second, written apart, gives the same', async (t) => {
  const two = station({
    evses: [1, 2].map((id) => ({ id, transaction: { id: `${id}`, startedMs: at(0) } }))
  })
  fc.assert(
    fc.property(some, some, fc.constantFrom(0, 1, 2), (one, other, evse) => {
      const amperes = (wanted: Some) => wanted.map((each) => ({ ...each, unit: 'A' as const, phases: null }))
      const stack = [
        ...stackOf(amperes(one)),
        ...stackOf(amperes(other)).map((each) => ({
          ...each,
          id: each.id + 100,
          evse: each.evse === 1 ? 2 : 0
        }))
      ].filter(({ purpose }) => purpose !== 'priority')
      const { periods } = composite(stack, two, asked(seconds, { evse }))
      return Array.from({ length: seconds }, (_, second) => second).every(
        (second) =>
          (periods.findLast(({ startS }) => startS <= second)?.limit[0] ?? Infinity) ===
          naive(stack, second, evse)
      )
    }),
    { numRuns: 150 }
  )
  t.pass()
})
