import fc from 'fast-check'
import { test } from 'tap'
import { isOlder, type Stamp } from './station-time.ts'

const midnight = Date.parse('2026-02-27T00:00:00Z')
const liveMs = 120_000

/** What `isOlder` means, by the calendar and without a short cut. */
function told(report: Stamp, known: Stamp): boolean {
  const instant = ({ at, heardAt }: Stamp) => {
    const station = at === null ? Number.NaN : Date.parse(at)
    return station >= Date.parse('2020-01-01T00:00:00Z')
      ? Math.min(station, Date.parse(heardAt))
      : Date.parse(heardAt)
  }
  return instant(report) < instant(known) && Date.parse(report.heardAt) - instant(report) > liveMs
}

const cases = [
  { says: 'stamped after what is known was heard: newer', at: '2026-06-01T10:00:00.000Z', older: false },
  { says: 'an hour before, told now: older', at: '2026-06-01T08:59:00.000Z', older: true },
  { says: 'a minute before, told now: live', at: '2026-06-01T09:59:40.000Z', older: false },
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
