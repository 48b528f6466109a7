import fc from 'fast-check'
import { test } from 'tap'
import { confirmed, freshAccount, newCar, sent, treeOf, type Account } from '../core/allocator/index.ts'
import { drawBounds, within } from './bounds.ts'
import { adopt, freshState, type Entry } from './entry.ts'
import { siteOf } from './loop.suite.ts'

/** One connector in touch with a session, told and heard as said. Times in seconds. */
function entryWith(
  told: readonly { readonly amps: number; readonly atS: number }[],
  shows: { readonly amps: number; readonly atS: number } | null
): Entry {
  const site = siteOf(['A'], 63)
  const state = freshState(site, treeOf(site), 0)
  adopt(state, [], 0)
  const [entry] = state.entries.values()
  if (entry === undefined) throw new Error('no connector')
  entry.connected = true
  entry.car = newCar(entry.place, '1', 0)
  entry.account = told.reduce<Account>(
    (account, { amps, atS }, id) =>
      confirmed(
        sent(account, { id, milliA: amps * 1000, transactionId: '1', atMs: atS * 1000 }),
        id,
        atS * 1000,
        120_000
      ),
    freshAccount(0)
  )
  entry.told = told.map(({ amps, atS }) => ({ milliA: amps * 1000, atMs: atS * 1000 }))
  const each = (shows?.amps ?? 0) * 1000
  const answered = told.findLast(({ atS }) => atS + 3 <= (shows?.atS ?? 0))
  entry.draw =
    shows === null
      ? null
      : {
          currents: [each, each, each],
          milliA: each,
          sure: true,
          heardAtMs: shows.atS * 1000,
          levelMilliA: (answered?.amps ?? 0) * 1000
        }
  return entry
}

const table: {
  title: string
  told: { amps: number; atS: number }[]
  shows: { amps: number; atS: number } | null
  least: number
  most: number
}[] = [
  {
    title: 'as its meter shows, long after',
    told: [{ amps: 16, atS: 0 }],
    shows: { amps: 16, atS: 95 },
    least: 16,
    most: 16
  },
  {
    title: 'a rise it has not told',
    told: [
      { amps: 10, atS: 0 },
      { amps: 16, atS: 97 }
    ],
    shows: { amps: 10, atS: 95 },
    least: 10,
    most: 16
  },
  {
    title: 'a fall it has not told',
    told: [
      { amps: 16, atS: 0 },
      { amps: 6, atS: 97 }
    ],
    shows: { amps: 16, atS: 95 },
    least: 6,
    most: 16
  },
  {
    title: 'a car that leaves some may leave as much of the next',
    told: [
      { amps: 20, atS: 0 },
      { amps: 22, atS: 97 }
    ],
    shows: { amps: 10, atS: 95 },
    least: 10,
    most: 12
  },
  {
    title: 'a reading too soon after a fall answers nothing',
    told: [
      { amps: 16, atS: 0 },
      { amps: 6, atS: 90 }
    ],
    shows: { amps: 16, atS: 95 },
    least: 6,
    most: 16
  },
  {
    title: 'never heard: between nothing and what it may',
    told: [{ amps: 16, atS: 0 }],
    shows: null,
    least: 0,
    most: 16
  }
]

for (const { title, told, shows, least, most } of table)
  void test(`what a charger draws: ${title}`, async (t) => {
    const bounds = drawBounds([entryWith(told, shows)], 100_000, 60_000)
    t.strictSame(bounds.least, [least * 1000, least * 1000, least * 1000])
    t.strictSame(bounds.most, [most * 1000, most * 1000, most * 1000])
  })

void test('out of touch it may draw nothing, or all that its account counts it with', async (t) => {
  const entry = entryWith([{ amps: 16, atS: 0 }], { amps: 10, atS: 95 })
  entry.connected = false
  const { least, most } = drawBounds([entry], 100_000, 60_000)
  t.strictSame(least, [0, 0, 0])
  t.strictSame(most, [16_000, 16_000, 16_000])
})

void test('out of touch and not heard for a minute it still may draw all that its account counts it with', async (t) => {
  const entry = entryWith([{ amps: 16, atS: 0 }], { amps: 16, atS: 20 })
  entry.connected = false
  t.strictSame(drawBounds([entry], 100_000, 60_000), {
    least: [0, 0, 0],
    shown: [0, 0, 0],
    most: [16_000, 16_000, 16_000]
  })
})

void test('what was known last stands as far as its bounds let it, and never outside of them', async (t) => {
  const three = fc.tuple(fc.integer(), fc.integer(), fc.integer())
  fc.assert(
    fc.property(three, three, three, (known, one, other) => {
      const least = one.map((each, at) => Math.min(each, other[at] ?? 0)) as [number, number, number]
      const most = one.map((each, at) => Math.max(each, other[at] ?? 0)) as [number, number, number]
      return within(known, least, most).every(
        (each, at) =>
          each >= (least[at] ?? 0) &&
          each <= (most[at] ?? 0) &&
          (each === known[at] || each === least[at] || each === most[at])
      )
    })
  )
  t.strictSame(within([5, 5, 5], [0, 6, 0], [9, 9, 4]), [5, 6, 4])
})
