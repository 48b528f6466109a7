import fc from 'fast-check'
import { test } from 'tap'
import {
  begun,
  choiceOf,
  found,
  stepPhases,
  switchingDefaults,
  type PhaseState,
  type Phases,
  type Room,
  type Switching
} from './phases.ts'

const room = (availableW: number | null, changes: Partial<Room> = {}): Room => ({
  availableW,
  floorMilliA: 6_000,
  most: 3,
  least: 1,
  voltageV: 230,
  ...changes
})
const terms = (changes: Partial<Switching> = {}): Switching => ({ ...switchingDefaults, ...changes })

// Three phases need 3 × 230 V × 6 A = 4,140 W; with 200 W of hysteresis 4,340 W.
const table: readonly {
  readonly name: string
  readonly state: PhaseState
  readonly room: Room
  readonly terms: Switching
  readonly phases: Phases
}[] = [
  {
    name: 'below the floor of three: one, at once',
    state: begun(3),
    room: room(4_139),
    terms: terms(),
    phases: 1
  },
  {
    name: 'between floor and hysteresis three stay three',
    state: begun(3),
    room: room(4_140),
    terms: terms(),
    phases: 3
  },
  {
    name: 'between floor and hysteresis one stays one',
    state: begun(1),
    room: room(4_340),
    terms: terms(),
    phases: 1
  },
  { name: 'above the hysteresis: three', state: begun(1), room: room(4_341), terms: terms(), phases: 3 },
  {
    name: 'one way: never up again',
    state: begun(1),
    room: room(20_000),
    terms: terms({ mode: 'down' }),
    phases: 1
  },
  { name: 'one way: down', state: begun(3), room: room(1_000), terms: terms({ mode: 'down' }), phases: 1 },
  { name: 'never: as it is', state: begun(3), room: room(1_000), terms: terms({ mode: 'never' }), phases: 3 },
  { name: 'nobody limits watts: all phases', state: begun(1), room: room(null), terms: terms(), phases: 3 },
  {
    name: 'a charger with one phase',
    state: begun(1),
    room: room(20_000, { most: 1 }),
    terms: terms(),
    phases: 1
  },
  {
    name: 'a car that must have three',
    state: begun(3),
    room: room(1_000, { least: 3 }),
    terms: terms(),
    phases: 3
  },
  {
    name: 'found running, its past unknown: one until proven',
    state: found(3, 0),
    room: room(20_000),
    terms: terms(),
    phases: 1
  },
  {
    name: 'all changes used up: as it is',
    state: { ...begun(3), switches: 10 },
    room: room(1_000),
    terms: terms(),
    phases: 3
  },
  {
    name: 'all changes used up: to one, when told so',
    state: { ...begun(3), switches: 10 },
    room: room(20_000),
    terms: terms({ whenSpent: 'one' }),
    phases: 1
  },
  {
    name: 'all changes used up: to three, when told so',
    state: { ...begun(1), switches: 10 },
    room: room(1_000),
    terms: terms({ whenSpent: 'three' }),
    phases: 3
  },
  {
    name: 'no limit of changes',
    state: { ...begun(3), switches: 99 },
    room: room(1_000),
    terms: terms({ mostSwitches: 0 }),
    phases: 1
  }
]

for (const { name, state, room: where, terms: rules, phases } of table)
  void test(`phases: ${name}`, async (t) => {
    t.equal(choiceOf(state, where, rules, 0).phases, phases)
  })

void test('to one phase at once, to three after ten minutes without a break, with a pause for the car', async (t) => {
  const rules = terms()
  const told: [number, Phases, boolean][] = []
  let state: PhaseState = begun(3)
  for (let second = 0; second <= 1_300; second++) {
    const availableW = second < 100 || (second >= 130 && second !== 400) ? 11_000 : 3_000
    const [next, { phases, pause }] = stepPhases(state, room(availableW), rules, second * 1000)
    state = next
    const last = told.at(-1)
    if (last?.[1] !== phases || last[2] !== pause) told.push([second, phases, pause])
  }
  t.strictSame(told, [
    [0, 3, false],
    [100, 1, true],
    [110, 1, false],
    [1_000, 3, true], // Ten minutes after the second at 400 in which three were not possible.
    [1_010, 3, false]
  ])
  t.equal(state.switches, 2)
})

void test('after a restart of ours a car on three phases is moved only once it is known what there is', async (t) => {
  const [state, { phases }] = stepPhases(found(3, 0), room(11_000), terms(), 0)
  t.strictSame([state.moving?.to, phases], [1, 1])
  const still = stepPhases(found(3, 0), room(11_000), terms({ mode: 'never' }), 0)
  t.strictSame([still[0].moving, still[1].phases], [null, 3])
})

void test('while contactors move the car is told so', async (t) => {
  const [down] = stepPhases(begun(3), room(1_000), terms(), 0)
  t.strictSame(stepPhases(down, room(1_000), terms(), 1)[1], {
    phases: 1,
    because: 'one phase: contactors move',
    pause: true
  })
  const [up] = stepPhases(begun(1), room(9_000), terms(), 0)
  t.equal(stepPhases(up, room(9_000), terms(), 1)[1].because, 'three phases: contactors move')
})

const anyTerms = fc.record({
  mode: fc.constantFrom('never' as const, 'down' as const, 'both' as const),
  hysteresisW: fc.integer({ min: 0, max: 500 }),
  stableMs: fc.integer({ min: 0, max: 60_000 }),
  mostSwitches: fc.integer({ min: 0, max: 6 }),
  whenSpent: fc.constantFrom('one' as const, 'three' as const, 'stay' as const),
  waitMs: fc.integer({ min: 0, max: 10_000 })
})

void test('whatever the room does, phases never flap', async (t) => {
  const history = fc.array(
    fc.record({
      availableW: fc.integer({ min: 0, max: 9_000 }),
      stepMs: fc.integer({ min: 1, max: 20_000 })
    }),
    {
      minLength: 1,
      maxLength: 200
    }
  )
  fc.assert(
    fc.property(anyTerms, history, fc.constantFrom<1 | 3>(1, 3), (rules, looks, first) => {
      const { changes, shortMs } = walked(rules, looks, first)
      const most =
        rules.mostSwitches === 0 ? Infinity : rules.mostSwitches + (rules.whenSpent === 'stay' ? 0 : 1)
      const forced = (index: number): boolean => rules.mostSwitches > 0 && index >= rules.mostSwitches
      return (
        changes.length <= most &&
        (rules.mode !== 'never' || changes.length === 0) &&
        changes.every(({ to, atMs, availableW }, index) => {
          if (forced(index)) return true
          if (to === 1) return availableW < 4_140
          const quiet = shortMs.filter((each) => each <= atMs).every((each) => atMs - each >= rules.stableMs)
          return rules.mode === 'both' && availableW > 4_140 + rules.hysteresisW && quiet
        })
      )
    })
  )
  t.pass()
})

type Change = { readonly atMs: number; readonly to: Phases; readonly availableW: number }

/** Every change of phases, and every instant at which three were looked at and not possible. */
function walked(
  rules: Switching,
  looks: readonly { readonly availableW: number; readonly stepMs: number }[],
  first: Phases
): { readonly changes: readonly Change[]; readonly shortMs: readonly number[] } {
  let state = begun(first)
  let nowMs = 0
  const changes: Change[] = []
  const shortMs: number[] = []
  for (const { availableW, stepMs } of looks) {
    nowMs += stepMs
    const [next] = stepPhases(state, room(availableW), rules, nowMs)
    const standing = state.moving === null
    if (standing && availableW < 4_140) shortMs.push(nowMs)
    if (standing && next.moving !== null) changes.push({ atMs: nowMs, to: next.moving.to, availableW })
    state = next
  }
  return { changes, shortMs }
}
