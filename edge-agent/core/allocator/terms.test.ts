import { test } from 'tap'
import { confirmed, freshAccount, sent, type Account } from './commitment.ts'
import { plan, type Scene, type Terms } from './plan.ts'
import { reasonOf } from './reasons.ts'
import { now, scene, seat, site, type SiteWords } from './site.suite.ts'
import { strategies } from './strategies.ts'
import { treeOf } from './tree.ts'

const holding = (milliA: number): Account =>
  confirmed(sent(freshAccount(0), { id: 1, milliA, transactionId: 'tx', atMs: 0 }), 1, 0, 120_000)

/** A site whose connectors hold these set-points and have these terms, in order. */
function of(words: SiteWords, levels: readonly number[], terms: readonly Terms[]): Scene {
  const wired = site({ ...words, chargers: words.chargers.map((each) => ({ ...each, fallbackA: 0 })) })
  const seats = treeOf(wired).places.map((place, at) => {
    const { car, ...rest } = seat(place, {}, holding(levels[at] ?? 0))
    const held = levels[at] ?? 0
    const served = car && { ...car, servedSinceMs: held > 0 ? 0 : null, waitingSinceMs: held > 0 ? null : 0 }
    return { ...rest, car: served, terms: terms[at] ?? {} }
  })
  return scene(wired, { seats })
}

const two = [{ id: 'A' }, { id: 'B' }]
const told = (where: Scene): number[] => plan(where).map(({ level }) => level)

void test('a pile that knows a few set-points is told one of them, up and down', async (t) => {
  const clipper: Terms = {
    pilots: { kind: 'listed', milliA: [0, 8_000, 16_000, 24_000, 32_000] },
    floorMilliA: 8_000
  }
  t.strictSame(told(of({ limitA: 30, chargers: two }, [0, 0], [clipper, {}])), [8_000, 22_000])
  t.strictSame(told(of({ limitA: 30, chargers: two }, [24_000, 0], [clipper, clipper]))[0], 16_000)
})

void test('whole amperes where the pile rounds', async (t) => {
  const whole: Terms = { pilots: { kind: 'steps', stepMilliA: 1_000 } }
  t.strictSame(told(of({ limitA: 25, chargers: two }, [0, 0], [whole, whole])), [13_000, 12_000])
})

void test('a pile with a higher minimum waits for that, and the driver reads which', async (t) => {
  const where = of({ limitA: 15, chargers: two }, [0, 0], [{}, { floorMilliA: 10_000 }])
  const decisions = plan(where)
  t.equal(decisions[1]?.target, 0)
  const telling = { rows: where.network.rows, now, turnEndsAt: null }
  const [, second] = where.seats
  const decision = decisions[1]
  t.equal(second && decision && reasonOf(second, decision, telling), 'waits: 10 A not free (grid L1)')
})

void test('a ramp of steps: at once to the minimum, then a step when its time has come; down without waiting', async (t) => {
  const terms: Terms = { ramp: { kind: 'step', step: 3_000, everyMs: 120_000 } }
  const at = (nowMs: number): number[] =>
    told({ ...of({ limitA: 64, chargers: two }, [0, 10_000], [terms, terms]), nowMs })
  t.strictSame(at(119_999), [6_000, 10_000])
  t.strictSame(at(120_000), [6_000, 13_000])
  t.strictSame(told(of({ limitA: 16, chargers: two }, [16_000, 0], [terms, terms]))[0], 8_000)
})

void test('a ramp by shares: 3 % of what it holds for each second that it holds it', async (t) => {
  const terms: Terms = { ramp: { kind: 'share', perSecond: 0.03 } }
  const at = (nowMs: number): number | undefined =>
    told({ ...of({ limitA: 64, chargers: two }, [0, 20_000], [terms, terms]), nowMs })[1]
  t.equal(at(1_000), 20_600)
  t.equal(at(5_000), 23_000)
  t.equal(at(60_000), 32_000, 'no further than its target')
})

void test('saying a set-point again for its lease does not begin the ramp’s time anew', async (t) => {
  const first = holding(10_000)
  const words = { id: 2, milliA: 10_000, transactionId: 'tx', atMs: 60_000 }
  const again = confirmed(sent(first, words), 2, 60_100, 120_000)
  t.match(again.confirmed, { atMs: 60_100, sinceMs: 0 })
  const other = confirmed(sent(again, { ...words, id: 3, milliA: 11_000 }), 3, 61_000, 120_000)
  t.equal(other.confirmed?.sinceMs, 61_000)
})

void test('who does not wake up from 0 A is not put to sleep for one whose turn it is', async (t) => {
  const turnIsOver = 16 * 60_000
  const pair = (terms: Terms): number[] => {
    const where = of({ limitA: 8, chargers: two }, [8_000, 0], [terms, {}])
    return plan({ ...where, nowMs: turnIsOver }).map(({ target }) => target)
  }
  t.strictSame(pair({}), [0, 8_000], 'turns change')
  t.strictSame(pair({ sleepsAtZero: true }), [8_000, 0], 'but not at the price of a car that stays asleep')
})

void test('the strategy of the site decides who gets the rest', async (t) => {
  const plans: readonly Terms[] = [
    { arrivedMs: 1, departMs: 9, priority: 0 },
    { arrivedMs: 2, departMs: 5, priority: 1 }
  ]
  const by = (name: keyof typeof strategies): number[] =>
    told({ ...of({ limitA: 38, chargers: two }, [0, 0], plans), strategy: strategies[name] })
  t.strictSame(by('equal'), [19_000, 19_000])
  t.strictSame(by('first-come'), [32_000, 6_000])
  t.strictSame(by('earliest-deadline'), [6_000, 32_000])
  t.strictSame(by('priority'), [6_000, 32_000])
})
