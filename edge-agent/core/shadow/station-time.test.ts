import fc from 'fast-check'
import { test } from 'tap'
import { doubt, isOlder, type Stamp } from './station-time.ts'

const midnight = Date.parse('2026-02-27T00:00:00Z')

/** What `isOlder` means, by the calendar and without a short cut. */
function told(report: Stamp, known: Stamp): boolean {
  const heard = ({ heardAt }: Stamp) => Date.parse(heardAt)
  const station = (stamp: Stamp) => {
    const at = stamp.at === null ? Number.NaN : Date.parse(stamp.at)
    return at >= Date.parse('2020-01-01T00:00:00Z') ? at : heard(stamp)
  }
  if (station(report) > heard(report) && station(known) > heard(known))
    return station(report) < station(known)
  return Math.min(station(report), heard(report)) < Math.min(station(known), heard(known))
}

const cases = [
  { says: 'stamped after what is known was heard: newer', at: '2026-06-01T10:00:00.000Z', older: false },
  { says: 'an hour before, told now: older', at: '2026-06-01T08:59:00.000Z', older: true },
  { says: 'ten seconds before, told now: older', at: '2026-06-01T09:59:40.000Z', older: true },
  { says: 'at the same instant: not older', at: '2026-06-01T09:59:50.000Z', older: false },
  {
    says: 'its clock runs ahead: counts from when it was heard',
    at: '2031-01-01T00:00:00.000Z',
    older: false
  },
  {
    says: 'its clock was never set: counts from when it was heard',
    at: '1970-01-01T00:00:00.000Z',
    older: false
  },
  { says: 'the 31st of February is no instant', at: '2026-02-31T00:00:00.000Z', older: false },
  { says: 'no time at all', at: null, older: false }
] as const
for (const { says, at, older } of cases) {
  void test(says, async (t) => {
    const known = { at: '2026-06-01T09:59:50.000Z', heardAt: '2026-06-01T09:59:51.000Z' }
    t.equal(isOlder({ at, heardAt: '2026-06-01T10:00:01.000Z' }, known), older)
  })
}

void test('whatever the stamps: the short cut for plain texts decides as the calendar does', async (t) => {
  const instant = fc
    .integer({ min: -400_000, max: 3 * 86_400_000 }) // Across the end of February, where the calendar is asked.
    .map((ms) => new Date(midnight + ms).toISOString())
  const stamp = fc.record({ at: fc.option(instant), heardAt: instant })
  fc.assert(
    fc.property(stamp, stamp, (report, known) => isOlder(report, known) === told(report, known)),
    { numRuns: 2_000 }
  )
  t.pass()
})

void test('of two stamps that are both ahead of the clock here the later one is newer', async (t) => {
  const known = { at: '2026-06-01T10:00:30.000Z', heardAt: '2026-06-01T10:00:00.000Z' }
  const stale = { at: '2026-06-01T10:00:25.000Z', heardAt: '2026-06-01T10:00:10.000Z' }
  t.equal(isOlder(stale, known), true)
  t.equal(isOlder({ ...stale, at: '2026-06-01T10:00:40.000Z' }, known), false)
})

/** Stamped so many seconds before it was heard, this many seconds after the first. */
const late = (afterS: number, behindS: number): Stamp => ({
  at: new Date(midnight + (afterS - behindS) * 1000).toISOString(),
  heardAt: new Date(midnight + afterS * 1000).toISOString()
})
const doubts: readonly (readonly [string, Stamp, Stamp | null, 'take' | 'first' | 'this'])[] = [
  ['the first in doubt', late(0, 60), null, 'this'],
  ['a minute behind, and so again five seconds later: a clock', late(5, 60), late(0, 60), 'take'],
  ['too soon to tell', late(4, 60), late(0, 60), 'first'],
  ['whole seconds are no difference', late(6, 61.5), late(0, 60), 'take'],
  ['a backlog of a minute within a second', late(1, 50), late(0, 60), 'this'],
  ['a backlog that is told slowly catches up', late(10, 50), late(0, 60), 'this'],
  ['an hour behind needs half a minute', late(10, 3600), late(0, 3600), 'first'],
  ['an hour behind for half a minute: a clock', late(30, 3600), late(0, 3600), 'take'],
  ['the same event told twice falls back further', late(30, 3630), late(0, 3600), 'this'],
  ['our own clock was set back: begin anew', late(-60, 60), late(0, 60), 'this']
]
for (const [says, report, doubted, then] of doubts) {
  void test(`older than what is known: ${says}`, async (t) => {
    t.strictSame(doubt(report, doubted), then === 'take' ? 'take' : then === 'first' ? doubted : report)
  })
}

void test('whatever a backlog holds: told within five seconds nothing of it is taken', async (t) => {
  const item = fc.record({
    after: fc.integer({ min: 0, max: 4_999 }),
    behind: fc.integer({ min: 5_001, max: 9e7 })
  })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), (items) => {
      let doubted: Stamp | null = null
      for (const { after, behind } of items.toSorted((a, b) => a.after - b.after)) {
        const next = doubt(late(after / 1000, behind / 1000), doubted)
        if (next === 'take') return false
        doubted = next
      }
      return true
    })
  )
  t.pass()
})
