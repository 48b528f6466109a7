import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { test } from 'tap'
import { chained } from './chain.ts'
import { openTemporary, options, removeDisk, smallDisk, whyNoDisk } from './fixture.suite.ts'
import { openStore } from './index.ts'
import { migrate, migrations } from './migrate.ts'

type Temporary = ReturnType<typeof openTemporary>

const body = (key: string): string => JSON.stringify({ key })

/** In one commit. @returns the sequences, null where the key was known */
const write = ({ store }: Temporary, keys: readonly string[]): Promise<(number | null)[]> =>
  store.commit(() => keys.map((key) => store.outbox.append('facts', key, body(key))))

/** 40 keys each of 50 sessions, sessions in turns: more than what waits in memory for the index. */
const many = Array.from({ length: 2_000 }, (_, index) => `reading/s${index % 50}/${1000 + index}`)
const ofSession = (number: number): string[] => many.filter((key) => key.startsWith(`reading/s${number}/`))

void test('a key is one fact, whether it waits in memory, lies in the index, or comes from before a restart', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  for (let at = 0; at < many.length; at += 100) await write(temporary, many.slice(at, at + 100))
  t.strictSame(
    await write(temporary, many),
    many.map(() => null)
  )
  await temporary.reopen()
  t.strictSame(
    await write(temporary, many),
    many.map(() => null)
  )
  t.strictSame(await write(temporary, ['reading/s1/new']), [2_001], 'and the sequence has no gap')
})

void test('keys by prefix come in their order, from index and memory as one', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  await write(temporary, many)
  await write(temporary, ['reading/s7/0001', 'reading/s7/~', 'reading/s7/1507½'])
  const inOrder = ['reading/s7/0001', ...ofSession(7), 'reading/s7/1507½', 'reading/s7/~'].toSorted(
    (left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))
  )
  const keysOf = (events: readonly (readonly [number, string, string])[]) => events.map(([, key]) => key)
  const check = () => {
    const { outbox } = temporary.store
    t.strictSame(keysOf(outbox.byPrefix('reading/s7/', 100)), inOrder)
    t.strictSame(keysOf(outbox.byPrefix('reading/s7/', 2)), inOrder.slice(0, 2))
    t.strictSame(keysOf(outbox.lastByPrefix('reading/s7/', 3)), inOrder.slice(-3))
    t.strictSame(outbox.byPrefix('reading/s7/~', 9)[0]?.[2], body('reading/s7/~'))
    t.strictSame(outbox.byPrefix('reading/s77', 9), [])
  }
  check()
  await temporary.reopen()
  check()
})

void test('keys of any script, in any order, are told apart once they are indexed', async (t) => {
  const ends = ['a', 'b', 'm', 'z', '~', 'é', '中', '\ud7ff', '\ue000', '～', '😀', '𐀀', 'z/1', 'z/2']
  const filler = many.slice(0, 1_024) // Drives all that came before into the index.
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(ends), fc.shuffledSubarray(ends), async (first, second) => {
      const temporary = openTemporary()
      for (const part of [first, filler, second])
        await write(
          temporary,
          part.map((end) => `x/${end}`)
        )
      const known = new Set([...first, ...second])
      const isKnown = ends.map((end) => temporary.store.outbox.has(`x/${end}`))
      const { sequence } = temporary.store.outbox.newest('facts')
      await temporary.close()
      return (
        sequence === known.size + filler.length && isKnown.every((is, at) => is === known.has(ends[at] ?? ''))
      )
    }),
    { numRuns: 8 }
  )
  t.pass()
})

void test('what is taken back is no known key, even if the index was written meanwhile', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  await write(temporary, many.slice(0, 900))
  const failed = store.commit(() => {
    for (const key of many.slice(900, 1_500)) store.outbox.append('facts', key, body(key)) // Beyond 1,024.
    throw new Error('a bug')
  })
  const neighbour = write(temporary, ['beside'])
  await t.rejects(failed, /a bug/)
  t.strictSame(await neighbour, [901])
  t.equal(store.outbox.has('reading/s0/1900'), false)
  t.equal(store.outbox.has(many[899] ?? ''), true)
  t.strictSame((await write(temporary, many.slice(900))).at(-1), 2_001)
  await temporary.reopen()
  t.strictSame(
    await write(temporary, [...many, 'beside']),
    [...many, 'beside'].map(() => null)
  )
  t.equal(temporary.store.outbox.verify('facts', 0, 10_000), null)
})

void test('a fact that is pruned is a known key no more, and those that stay are', async (t) => {
  let now = Date.parse('2026-06-01T08:00:00Z')
  const temporary = openTemporary({ now: () => now })
  t.teardown(() => temporary.close())
  const { store } = temporary
  await write(temporary, many.slice(0, 1_200)) // The last 176 wait in memory.
  await store.commit(() => store.outbox.markDurable('facts', 1_100))
  now += 31 * 86_400_000
  t.strictSame(await store.outbox.prune(now), { facts: 1_100, history: 0 })
  const known = many.slice(0, 1_200).filter((key) => store.outbox.has(key))
  t.strictSame(known, many.slice(1_100, 1_200))
  await temporary.reopen()
  t.strictSame(
    many.slice(0, 1_200).filter((key) => temporary.store.outbox.has(key)),
    many.slice(1_100, 1_200)
  )
})

void test('any mix of writes, failures and restarts: index and memory know what a plain map knows', async (t) => {
  const act = fc.record({
    from: fc.integer({ min: 0, max: 1_900 }),
    count: fc.integer({ min: 1, max: 700 }),
    end: fc.constantFrom('go on', 'fail', 'reopen')
  })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), async (acts) => {
      const temporary = openTemporary()
      const known = new Set<string>()
      for (const { from, count, end } of acts) {
        const keys = many.slice(from, from + count)
        const { store } = temporary
        const done = store.commit(() => {
          for (const key of keys) store.outbox.append('facts', key, body(key))
          if (end === 'fail') throw new Error('no')
        })
        await done.then(
          () => keys.forEach((key) => known.add(key)),
          () => undefined
        )
        if (end === 'reopen') await temporary.reopen()
      }
      const { outbox } = temporary.store
      const isSame =
        many.every((key) => outbox.has(key) === known.has(key)) &&
        outbox.byPrefix('reading/', 5_000).length === known.size &&
        outbox.newest('facts').sequence === known.size &&
        outbox.verify('facts', 0, 5_000) === null
      await temporary.close()
      return isSame
    }),
    { numRuns: 8 }
  )
  t.pass()
})

/** A database of the program before this one, with a fact of each key. */
function makeOld(file: string, keys: readonly string[], bodyOf = body): void {
  const db = new Sqlite(file)
  const before = migrations().filter(({ version }) => version <= 2)
  migrate(db, before, 'then')
  const insert = db.prepare('insert into facts values (?, ?, ?, 0, ?)')
  let hash: Uint8Array = Buffer.alloc(32)
  for (const [index, key] of keys.entries()) {
    hash = chained(hash, [index + 1, key, bodyOf(key)])
    insert.run(index + 1, key, bodyOf(key), hash)
  }
  db.close()
}

void test('a database of the program before this one opens with its facts, their keys and their chain', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  await temporary.store.close()
  rmSync(temporary.file)
  makeOld(temporary.file, ['b', 'a', 'c'])
  const { outbox } = await temporary.reopen()
  t.equal(temporary.store.health().damage, null)
  t.strictSame(
    outbox.read('facts', 0, 10).map(([, key]) => key),
    ['b', 'a', 'c']
  )
  t.strictSame(
    outbox.byPrefix('', 10).map(([, key]) => key),
    ['a', 'b', 'c']
  )
  t.strictSame(await write(temporary, ['a', 'd']), [null, 4])
  t.equal(outbox.verify('facts', 0, 10), null)
})

void test(
  'where the disk is full it takes the room that is kept for money to open one',
  { skip: whyNoDisk() },
  async (t) => {
    const folder = smallDisk(12_000_000)
    t.teardown(() => removeDisk(folder))
    const file = path.join(folder, 'edge.db')
    makeOld(file, many, () => JSON.stringify({ text: 'x'.repeat(600) }))
    writeFileSync(`${file}.reserve`, Buffer.alloc(8_000_000))
    const others = openSync(path.join(folder, 'others'), 'w')
    t.throws(() => {
      for (;;) writeSync(others, Buffer.alloc(16_384))
    }, /ENOSPC/)
    closeSync(others)
    const store = openStore(options(file, { reserveBytes: 8_000_000 }))
    t.match(store.health(), { state: 'low', damage: null })
    t.equal(store.outbox.has(many[1_999] ?? ''), true)
    t.equal(await store.commit(() => store.outbox.append('facts', 'next', '{}')), 2_001)
    await store.close()
  }
)
