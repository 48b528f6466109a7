import fc from 'fast-check'
import { test } from 'tap'
import { failedRestMs, nextOf, seen, settleMs, visited, type Visits } from './visits.ts'

const ids = ['A', 'B']
const met = (nowMs: number, ...connected: readonly string[]): Visits =>
  seen(new Map(), ids, (id) => connected.includes(id), nowMs)

void test('who has just connected is told after five seconds, who is away is not', async (t) => {
  const visits = met(0, 'A')
  t.equal(nextOf(visits, 1, settleMs - 1), null)
  t.equal(nextOf(visits, 1, settleMs), 'A')
})

void test('the one who waits longest goes first', async (t) => {
  const visits = seen(met(0, 'B'), ids, () => true, 5)
  t.equal(nextOf(visits, 1, settleMs + 5), 'B')
})

const outcomes = [
  ['kept', 1, 1e12, null],
  ['kept', 2, 0, 'A'],
  ['failed', 1, failedRestMs - 1, null],
  ['failed', 1, failedRestMs, 'A'],
  ['unsupported', 2, 1e12, null]
] as const
for (const [kind, revision, laterMs, wanted] of outcomes) {
  void test(`told revision 1: ${kind}; ${laterMs} ms later revision ${revision} goes to ${wanted}`, async (t) => {
    const told = visited(met(0, 'A'), 'A', { kind, revision: 1 }, settleMs)
    t.equal(nextOf(told, revision, settleMs + laterMs), wanted)
  })
}

void test('who connects anew is asked anew, whatever it held or could not', async (t) => {
  for (const kind of ['kept', 'unsupported', 'failed'] as const) {
    const told = visited(met(0, 'A'), 'A', { kind, revision: 1 }, settleMs)
    const gone = seen(told, ids, () => false, 100_000)
    t.equal(nextOf(gone, 1, 200_000), null)
    t.equal(
      nextOf(
        seen(gone, ids, () => true, 200_000),
        1,
        200_000 + settleMs
      ),
      'A'
    )
  }
})

void test('news of who left meanwhile, or is configured no more, change nothing', async (t) => {
  const gone = met(0)
  t.equal(visited(gone, 'A', { kind: 'kept', revision: 1 }, 1), gone)
  t.equal(visited(gone, 'C', { kind: 'kept', revision: 1 }, 1), gone)
  t.strictSame([...seen(met(0, 'A'), ['B'], () => true, 1).keys()], ['B'])
})

void test('whoever is connected and does not hold the list is told it in the end, and nobody else', async (t) => {
  const charger = fc.record({ connected: fc.boolean(), holds: fc.option(fc.integer({ min: 1, max: 2 })) })
  fc.assert(
    fc.property(fc.array(charger, { maxLength: 6 }), (chargers) => {
      let visits: Visits = new Map(chargers.map((each, index) => [String(index), { ...each, dueMs: index }]))
      const told: string[] = []
      for (let next = nextOf(visits, 2, 10); next !== null; next = nextOf(visits, 2, 10)) {
        told.push(next)
        visits = visited(visits, next, { kind: 'kept', revision: 2 }, 10)
      }
      const wanted = chargers.flatMap(({ connected, holds }, index) =>
        connected && holds !== 2 ? [String(index)] : []
      )
      return JSON.stringify(told) === JSON.stringify(wanted)
    })
  )
  t.pass()
})
