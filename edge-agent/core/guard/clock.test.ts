import type { SiteLimit } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { heldInDoubt, isDoubted, watchClock, type ClockLook, type ClockWatch } from './clock.ts'

const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`)
const hourMs = 3_600_000
const limit = (from: string, until: string): SiteLimit => ({
  source: 'dr-peak',
  reason: 'peak',
  limitW: 5_000,
  from: `2026-03-02T${from}Z`,
  until: `2026-03-02T${until}Z`
})

/** One look each: what the wall shows at so many monotonic hours, and what a comparison just then said. */
function live(looks: readonly [hour: number, wall: string, right: boolean | null][]): ClockWatch {
  const step = (watch: ClockWatch | null, [hour, wall, right]: (typeof looks)[number]): ClockWatch =>
    watchClock(watch, {
      nowMs: hour * hourMs,
      wallMs: at(wall),
      checked: right === null ? null : { atMs: hour * hourMs, right }
    } satisfies ClockLook)
  const [first, ...rest] = looks
  if (first === undefined) throw new Error('a life has a first look')
  return rest.reduce<ClockWatch>(step, step(null, first))
}

const table: {
  title: string
  watch: ClockWatch
  doubted: boolean
  held: [number, SiteLimit][]
  free: [number, SiteLimit][]
}[] = [
  {
    title: 'a clock that goes on as it went',
    watch: live([
      [0, '10:00:00', null],
      [1, '11:00:01', null]
    ]),
    doubted: false,
    held: [],
    free: [[1, limit('12:00:00', '13:00:00')]]
  },
  {
    title: 'set back two hours: what had begun holds on',
    watch: live([
      [0, '10:00:00', null],
      [1, '09:00:00', null]
    ]),
    doubted: true,
    held: [[1, limit('10:30:00', '12:00:00')]],
    free: [
      [1, limit('08:30:00', '10:00:00')],
      [1, limit('13:00:00', '14:00:00')]
    ]
  },
  {
    title:
      'set forward two hours: what would not be over holds on, and what begins by the new time is no matter of doubt',
    watch: live([
      [0, '10:00:00', null],
      [1, '13:00:00', null]
    ]),
    doubted: true,
    held: [[1, limit('10:30:00', '12:00:00')]],
    free: [
      [1, limit('12:30:00', '14:00:00')],
      [1, limit('11:30:00', '12:00:00')]
    ]
  },
  {
    title: 'the old time goes on too: what begins by it holds when it is then',
    watch: live([
      [0, '10:00:00', null],
      [1, '13:00:00', null]
    ]),
    doubted: true,
    held: [[1.6, limit('11:30:00', '12:00:00')]],
    free: [[2.1, limit('11:30:00', '12:00:00')]]
  },
  {
    title: 'confirmed by the cloud: the doubt is over',
    watch: live([
      [0, '10:00:00', null],
      [1, '13:00:00', null],
      [1.1, '13:06:00', true]
    ]),
    doubted: false,
    held: [],
    free: [[1.1, limit('10:30:00', '12:00:00')]]
  },
  {
    title: 'known to be wrong: the doubt does not end by time',
    watch: live([
      [0, '10:00:00', null],
      [1, '13:00:00', false],
      [40, '05:00:00', false]
    ]),
    doubted: true,
    held: [],
    free: []
  },
  {
    title: 'there and back again: one time is left',
    watch: live([
      [0, '10:00:00', null],
      [1, '13:00:00', null],
      [2, '12:00:00', null]
    ]),
    doubted: true, // What was 13:00 may still be true.
    held: [[2, limit('13:30:00', '15:00:00')]],
    free: []
  }
]

for (const { title, watch, doubted, held, free } of table)
  void test(title, async (t) => {
    t.equal(isDoubted(watch), doubted)
    for (const [hour, each] of held) {
      const [kept] = heldInDoubt(watch, [each], hour * hourMs)
      t.match(kept, { limitW: 5_000, reason: 'peak (clock is not trusted)' })
      t.equal(kept?.from, undefined)
      t.equal(kept?.until, undefined)
    }
    for (const [hour, each] of free) t.strictSame(heldInDoubt(watch, [each], hour * hourMs), [])
  })

void test('without anybody to ask the new time is believed after a day, not before', async (t) => {
  const jumped = live([
    [0, '10:00:00', null],
    [1, '13:00:00', null]
  ])
  const later = (hours: number): ClockWatch =>
    watchClock(jumped, { nowMs: hours * hourMs, wallMs: at('12:00:00') + hours * hourMs, checked: null })
  t.ok(isDoubted(later(24.9)))
  t.notOk(isDoubted(later(25)))
})

void test('a comparison from before the jump does not confirm what the clock shows after it', async (t) => {
  const checked = { atMs: 0, right: true }
  const before = watchClock(null, { nowMs: 0, wallMs: at('10:00:00'), checked })
  const jumped = watchClock(before, { nowMs: hourMs, wallMs: at('13:00:00'), checked })
  t.ok(isDoubted(jumped))
  const anew = { atMs: hourMs + 1, right: true }
  t.notOk(isDoubted(watchClock(jumped, { nowMs: hourMs + 1, wallMs: at('13:00:00'), checked: anew })))
})

void test('of a clock that was never set every limit holds, until it is set', async (t) => {
  const unset = watchClock(null, { nowMs: 0, wallMs: 5_000, checked: null })
  t.equal(heldInDoubt(unset, [limit('12:00:00', '13:00:00'), limit('01:00:00', '02:00:00')], 0).length, 2)
  const set = watchClock(unset, { nowMs: 1_000, wallMs: at('10:00:00'), checked: null })
  t.notOk(isDoubted(set), 'what it showed before was no time')
  t.ok(isDoubted(watchClock(null, { nowMs: 0, wallMs: Number.NaN, checked: null })))
})

void test('however the clock is set, no limit that holds by one of its times is lost until it is trusted', async (t) => {
  const jump = fc.integer({ min: -12, max: 12 })
  fc.assert(
    fc.property(
      fc.array(jump, { minLength: 1, maxLength: 6 }),
      fc.nat(23),
      fc.integer({ min: 1, max: 6 }),
      (jumps, start, length) => {
        let wallMs = at('00:00:00')
        let watch = watchClock(null, { nowMs: 0, wallMs, checked: null })
        const aheads = [wallMs]
        jumps.forEach((hours, index) => {
          wallMs += hours * hourMs + 60_000
          watch = watchClock(watch, { nowMs: (index + 1) * 60_000, wallMs, checked: null })
          aheads.push(wallMs - (index + 1) * 60_000)
        })
        const nowMs = jumps.length * 60_000
        const from = new Date(at('00:00:00') + start * hourMs).toISOString()
        const until = new Date(at('00:00:00') + (start + length) * hourMs).toISOString()
        const each: SiteLimit = { source: 'x', reason: 'x', limitW: 1, from, until }
        const holdsAt = (ms: number) => ms >= Date.parse(from) && ms < Date.parse(until)
        const rules = holdsAt(nowMs + watch.aheadMs) || heldInDoubt(watch, [each], nowMs).length === 1
        return rules === aheads.some((ahead) => holdsAt(nowMs + ahead))
      }
    )
  )
  t.pass()
})
