import fc from 'fast-check'
import { test } from 'tap'
import { confirmed, freshAccount, newCar, sent, treeOf, type Account } from '../core/allocator/index.ts'
import { drawBounds, restAtMost, within } from './bounds.ts'
import { adopt, freshState, type Entry } from './entry.ts'
import { siteOf } from './loop.suite.ts'
import { watchQuiet } from './quiet.ts'

type Shows = Parameters<typeof entryWith>[1]

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

/** Title, amperes that were told and when (`10@0 16@97`), amperes that its meter shows and when, least and most. */
const table: readonly (readonly [string, string, string | null, number, number])[] = [
  ['as its meter shows, long after', '16@0', '16@95', 16, 16],
  ['a rise it has not told', '10@0 16@97', '10@95', 10, 16],
  ['a fall it has not told', '16@0 6@97', '16@95', 6, 16],
  ['a car that leaves some may leave as much of the next', '20@0 22@97', '10@95', 10, 12],
  [
    'a fall it has not told, counted as fallen: no more is its own (seed 1000269)',
    '16@0 6@80',
    '16@79',
    6,
    6
  ],
  ['a reading too soon after a fall answers nothing', '16@0 6@90', '16@95', 6, 16],
  ['a rise from nothing, by one whose meter tells once a minute', '0@0 16@42', '0@42', 0, 16],
  ['a reading of more than a minute ago: between nothing and what it may', '16@0', '16@39', 0, 16],
  ['never heard: between nothing and what it may', '16@0', null, 0, 16]
]
function at(words: string): { readonly amps: number; readonly atS: number } {
  const [amps = 0, atS = 0] = words.split('@').map(Number)
  return { amps, atS }
}

for (const [title, told, shows, least, most] of table)
  void test(`what a charger draws: ${title}`, async (t) => {
    const bounds = drawBounds(
      [entryWith(told.split(' ').map(at), shows === null ? null : at(shows))],
      100_000,
      60_000
    )
    t.strictSame(bounds.least, [least * 1000, least * 1000, least * 1000])
    t.strictSame(bounds.most, [most * 1000, most * 1000, most * 1000])
  })

void test('out of touch it draws for certain what it said last less what the site has fallen by since', async (t) => {
  const entry = entryWith([{ amps: 16, atS: 0 }], { amps: 10, atS: 20 })
  entry.connected = false
  const certain = (milliA: number) => {
    const all = [milliA, milliA, milliA]
    return { least: all, shown: all, most: all, rising: [0, 0, 0], unshown: [0, 0, 0] }
  }
  t.strictSame(drawBounds([entry], 100_000, 60_000), certain(10_000), 'however long ago')
  entry.quiet = { heardAtMs: 20_000, from: [5_000, 5_000, 5_000], fell: [4_000, 4_000, 4_000] }
  t.strictSame(drawBounds([entry], 100_000, 60_000), certain(6_000))
  entry.quiet = { heardAtMs: 20_000, from: [5_000, 5_000, 5_000], fell: [12_000, 12_000, 12_000] }
  t.strictSame(drawBounds([entry], 100_000, 60_000), certain(0), 'what may be drawn is in its reservation')
})

void test('one look after the other at a site with a silent charger: falls are held against it, rises give nothing back', async (t) => {
  const entry = entryWith([{ amps: 16, atS: 0 }], { amps: 10, atS: 20 })
  const state = { entries: new Map([['A', entry]]), rests: [] }
  const look = (amps: number | null): number => {
    watchQuiet(state, amps === null ? null : [amps * 1000, amps * 1000, amps * 1000])
    return drawBounds([entry], 100_000, 60_000).least[0] / 1000
  }
  look(15)
  entry.connected = false
  t.strictSame(
    [15, 14, 18, 12, 15, 4, 30].map((amps) => look(amps)),
    [10, 9, 9, 7, 7, 0, 0]
  )
})

void test('what fell between its last word and its silence is held against it too, and a new word counts anew', async (t) => {
  const entry = entryWith([{ amps: 16, atS: 0 }], { amps: 10, atS: 20 })
  const state = { entries: new Map([['A', entry]]), rests: [] }
  const look = (amps: number | null): number => {
    watchQuiet(state, amps === null ? null : [amps * 1000, amps * 1000, amps * 1000])
    return drawBounds([entry], 100_000, 60_000).least[0] / 1000
  }
  const hear = (heardAtMs: number): void => {
    if (entry.draw !== null) entry.draw = { ...entry.draw, heardAtMs }
  }
  look(15)
  look(5)
  entry.connected = false
  t.equal(look(5), 0, 'it stopped, and then the line broke')
  for (let at = 0; at < 9; at++) look(20)
  hear(30_000)
  t.equal(look(20), 10, 'heard, and silent again')
  hear(31_000)
  t.equal(look(13), 3, 'its word may have been on its way while the site fell')
  look(null)
  t.equal(look(20), 0, 'in the dark anything may have stopped')
})

const rises: { title: string; told: Parameters<typeof entryWith>[0]; shows: Shows; rising: number }[] = [
  { title: 'was told less', told: [{ amps: 6, atS: 10 }], shows: { amps: 16, atS: 8 }, rising: 0 },
  {
    title: 'was told less, and less again',
    told: [
      { amps: 10, atS: 10 },
      { amps: 6, atS: 12 }
    ],
    shows: { amps: 16, atS: 8 },
    rising: 0
  },
  {
    title: 'was told less and then more',
    told: [
      { amps: 6, atS: 10 },
      { amps: 16, atS: 12 }
    ],
    shows: { amps: 16, atS: 8 },
    rising: 10_000
  },
  { title: 'was told more', told: [{ amps: 20, atS: 10 }], shows: { amps: 16, atS: 8 }, rising: 4_000 }
]

for (const { title, told, shows, rising } of rises)
  void test(`who ${title} may draw ${rising / 1000} A more than a moment ago`, async (t) => {
    t.strictSame(drawBounds([entryWith(told, shows)], 14_000, 60_000).rising, [rising, rising, rising])
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

const unshown: { title: string; told: Parameters<typeof entryWith>[0]; shows: Shows; amps: number }[] = [
  {
    title: 'told more a moment ago',
    told: [
      { amps: 10, atS: 0 },
      { amps: 14, atS: 96 }
    ],
    shows: { amps: 10, atS: 95 },
    amps: 4
  },
  {
    title: 'told to begin',
    told: [
      { amps: 0, atS: 0 },
      { amps: 6, atS: 96 }
    ],
    shows: { amps: 0, atS: 97 },
    amps: 6
  },
  {
    title: 'told more and then a little less',
    told: [
      { amps: 0, atS: 0 },
      { amps: 7, atS: 95 },
      { amps: 6, atS: 97 }
    ],
    shows: { amps: 0, atS: 94 },
    amps: 7
  },
  {
    title: 'told more, as its meter has shown',
    told: [
      { amps: 10, atS: 0 },
      { amps: 14, atS: 96 }
    ],
    shows: { amps: 14, atS: 99 },
    amps: 0
  },
  {
    title: 'told more ten seconds ago',
    told: [
      { amps: 10, atS: 0 },
      { amps: 14, atS: 90 }
    ],
    shows: { amps: 10, atS: 88 },
    amps: 0
  },
  {
    title: 'told more, and a little more after ten seconds',
    told: [
      { amps: 10, atS: 0 },
      { amps: 14, atS: 89 },
      { amps: 15, atS: 98 }
    ],
    shows: { amps: 10, atS: 88 },
    amps: 1
  },
  {
    title: 'told less',
    told: [
      { amps: 16, atS: 0 },
      { amps: 6, atS: 97 }
    ],
    shows: { amps: 16, atS: 95 },
    amps: 0
  },
  {
    title: 'told the same again',
    told: [
      { amps: 16, atS: 40 },
      { amps: 16, atS: 97 }
    ],
    shows: { amps: 16, atS: 95 },
    amps: 0
  }
]

for (const { title, told, shows, amps } of unshown)
  void test(`who was ${title} may have taken on ${amps} A that no reading has shown`, async (t) => {
    const milliA = amps * 1000
    t.strictSame(drawBounds([entryWith(told, shows)], 100_000, 60_000).unshown, [milliA, milliA, milliA])
  })

void test('what may be beside the chargers is what is known, and no more of what nobody shows than may be a rise', async (t) => {
  const three = fc.tuple(fc.integer(), fc.integer(), fc.integer())
  const open = fc.tuple(fc.nat(), fc.nat(), fc.nat())
  fc.assert(
    fc.property(three, three, open, (known, unseen, rises) =>
      restAtMost(known, unseen, rises).every((each, at) => {
        const [least, most] = [known[at] ?? 0, (known[at] ?? 0) + (rises[at] ?? 0)]
        return each >= least && each <= most && (each === least || each === most || each === unseen[at])
      })
    )
  )
  t.strictSame(restAtMost([6_300, 6_300, 0], [7_700, 20_000, -5_000], [6_300, 6_300, 0]), [7_700, 12_600, 0])
})
