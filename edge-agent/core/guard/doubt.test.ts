import fc from 'fast-check'
import { test } from 'tap'
import { doubted, moving, turned, wattsOf, type Doubt, type DoubtLook, type Moves } from './doubt.ts'

const still: Moves = { atMs: 0, powerW: 0, devicesW: 0, against: 0, restW: 0 }
const look = (more: Partial<DoubtLook> = {}): DoubtLook => ({
  nowMs: 0,
  jumped: null,
  jumpedBack: null,
  moves: still,
  ended: null,
  powerW: 5_000,
  before: 2_000,
  restW: 2_000,
  ...more
})

/** One look a second at what the devices show, and at a meter that makes of the truth what it likes. */
function watched(devicesW: readonly number[], loadW: number, shows: (trueW: number) => number): Moves[] {
  let moves: Moves | null = null
  return devicesW.map((each, second) => {
    const powerW = shows(each + loadW)
    moves = moving(moves, { atMs: second * 1000, powerW, devicesW: each, restW: powerW - each })
    return moves
  })
}

const sun = [-1_000, -1_000, -2_500, -2_500, -4_000, -4_000, -1_000]
const against = (moves: readonly Moves[]): number => moves.at(-1)?.against ?? Number.NaN

void test('a meter that is right moves with its devices, one that is turned or loses a decimal does not', async (t) => {
  t.equal(against(watched(sun, 1_000, (trueW) => trueW)), 0)
  t.equal(against(watched(sun, 1_000, (trueW) => -trueW)), 3)
  t.equal(against(watched(sun, 1_000, (trueW) => trueW * 10)), 3)
  t.equal(against(watched(sun, 1_000, () => 700)), 0, 'a frozen one is known otherwise')
})

void test('what was left for all else before the first of these moves is kept', async (t) => {
  const [, , first, , second] = watched(sun, 1_000, (trueW) => -trueW)
  t.match(first, { against: 1, restW: 1_000 })
  t.match(second, { against: 2, restW: 1_000 }, 'nothing flowed then: either sign was right')
})

void test('once against its devices is a kettle, twice in a row is no accident', async (t) => {
  t.equal(doubted(null, look({ moves: { ...still, against: 1 } })), null)
  t.match(doubted(null, look({ nowMs: 7, moves: { ...still, against: 2, restW: 900 } })), {
    because: 'moves against what feeds in',
    sinceMs: 7,
    restW: 900
  })
})

void test('a doubt ends with the jump back, with ten looks that bear the meter out, or after ten minutes', async (t) => {
  const jumped = 'sign turned over'
  const doubt = doubted(null, look({ jumped }))
  t.match(doubt, { because: jumped, restW: 2_000, agreed: 0 })
  const wrong = look({ restW: 9_000 })
  t.match(doubted(doubt, wrong), { agreed: 0 })
  t.equal(doubted(doubt, { ...wrong, jumpedBack: jumped }), null)
  t.ok(doubted(doubt, { ...wrong, jumpedBack: 'jumped tenfold' }), 'another jump is no way back')
  t.ok(doubted(doubt, { ...wrong, nowMs: 599_999 }))
  t.equal(doubted(doubt, { ...wrong, nowMs: 600_000 }), null)
  const after = (looks: readonly DoubtLook[]) =>
    looks.reduce<Doubt | null>((now, each) => doubted(now, each), doubt)
  const right = look({ restW: 2_900 })
  t.match(after(Array(9).fill(right)), { agreed: 9 })
  t.equal(after(Array(10).fill(right)), null)
  t.match(after([...Array<DoubtLook>(9).fill(right), wrong]), { agreed: 0 })
  t.match(after(Array(50).fill({ ...right, powerW: 500 })), { agreed: 0 }, 'near nothing either sign fits')
})

// Seed 2000174: 2 kW of load, 9 kW of sun; the sign turned, and then an inverter stopped.
void test('devices that stop take a turned reading through zero, and that is no turn back', async (t) => {
  const turnedSign = 'sign turned over'
  const doubt = doubted(null, look({ jumped: turnedSign, powerW: 7_000, restW: 16_000 }))
  const stopped = look({ jumpedBack: turnedSign, powerW: -2_000, restW: -2_000 })
  t.ok(doubted(doubt, stopped), 'read backwards it is the load that was there')
  t.equal(doubted(doubt, look({ jumpedBack: turnedSign, powerW: -7_000, restW: 2_000 })), null)
  const other = look({ jumpedBack: turnedSign, powerW: -5_000, restW: -5_000 })
  t.equal(doubted(doubt, other), null, 'read backwards it would be another load')
})

// Seed 4000136: ten times too much was believed after ten minutes, the sun was let in, the sign turned, the sun was sent home, and the
// meter seemed to have turned back; every 16 s.
void test('a doubt that comes back within a minute is not ended by what ended it before, and lasts longer each time', async (t) => {
  const jumped = 'sign turned over'
  const soon = { atMs: 0, relapses: 0 }
  const again = doubted(null, look({ nowMs: 14_000, jumped, ended: soon }))
  t.match(again, { relapses: 1 })
  t.ok(doubted(again, look({ nowMs: 16_000, jumpedBack: jumped })), 'no turn back')
  const right = (nowMs: number) => look({ nowMs, restW: 2_000 })
  t.ok([...Array(20).keys()].reduce<Doubt | null>((now, at) => doubted(now, right(16_000 + at)), again))
  t.equal(doubted(again, look({ nowMs: 614_000 })), null, 'ten minutes')
  const third = doubted(null, look({ nowMs: 624_000, jumped, ended: { atMs: 614_000, relapses: 1 } }))
  t.ok(doubted(third, look({ nowMs: 624_000 + 1_199_999 })), 'twenty')
  t.equal(doubted(third, look({ nowMs: 624_000 + 1_200_000 })), null)
  t.match(
    doubted(null, look({ nowMs: 60_000, jumped, ended: soon })),
    { relapses: 0 },
    'a minute later it is another one'
  )
})

void test('whatever an honest meter and its devices do together, moving alone never casts a doubt', async (t) => {
  const steps = fc.array(fc.integer({ min: -20_000, max: 20_000 }), { minLength: 2, maxLength: 40 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 30_000 }), (devicesW, loadW) =>
      watched(devicesW, loadW, (trueW) => trueW).every((moves) => moves.against === 0)
    )
  )
  fc.assert(
    fc.property(steps, (devicesW) => {
      const moves = watched(devicesW, 0, (trueW) => -trueW)
      const moved = moves.filter(({ against: times }, at) => times > (moves[at - 1]?.against ?? 0)).length
      return against(moves) === moved
    })
  )
  t.equal(wattsOf([1_000, 2_000, -3_000], 230), 0)
  t.equal(wattsOf([10_000, 10_000, 10_000], 230), 6_900)
})

// Seed 1000138: 17 kW of sun, another 7 that become 8.5, 23 of load; in that second the meter's sign turns over.
const rests = [5_380, 5_370, 6_910].map((restW) => ({ restW, besideDevicesW: restW + 17_620 }))
const turn = { powerW: 2_580, beforeW: -1_040, devicesW: -25_560, chargersW: 17_620, rests }

void test('a sign that turns over while an inverter moves is known all the same, with the rest that it is held against', async (t) => {
  t.equal(turned(turn), 5_380)
  t.equal(turned({ ...turn, powerW: -2_580 }), null, 'it is right')
  t.equal(turned({ ...turn, beforeW: 1_040 }), null, 'what was drawn before is drawn still')
  t.equal(turned({ ...turn, powerW: 5_800 }), null, 'a load of 8 kW, which neither sign explains')
  t.equal(turned({ ...turn, powerW: 900, devicesW: -23_900 }), null, 'near nothing either sign fits')
  t.equal(turned({ ...turn, chargersW: 22_760 }), null, 'a car that began, as its charger shows')
  t.equal(turned({ ...turn, rests: [] }), null, 'nothing is known yet')
})

void test('whatever devices show, soon or a look late, no honest meter with a steady load is taken for a turned one', async () => {
  const watts = fc.integer({ min: -30_000, max: 30_000 })
  fc.assert(
    fc.property(watts, watts, watts, fc.boolean(), (loadW, then, now, isLate) => {
      const look = (devicesW: number, flowsW: number) => ({
        besideDevicesW: loadW + flowsW - devicesW,
        restW: loadW + flowsW - devicesW
      })
      // The meter may show a move a look before its device does, or a look after.
      const before = isLate ? [look(then, then), look(now, then)] : [look(then, then), look(then, now)]
      const beforeW = isLate ? loadW + then : loadW + now
      return turned({ powerW: loadW + now, beforeW, devicesW: now, chargersW: 0, rests: before }) === null
    })
  )
})
