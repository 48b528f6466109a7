import fc from 'fast-check'
import { test } from 'tap'
import { listQuery, page, readCursor } from './pages.ts'

type Row = { readonly at: string; readonly id: number }

/** What a list's query does: rows behind the key, in order, one more than asked for. */
const rowsBehind = (rows: readonly Row[], cursor: string | undefined, limit: number): readonly Row[] => {
  const key = readCursor(cursor, 2)
  const isBehind = ({ at, id }: Row): boolean =>
    key === null || at > String(key[0]) || (at === key[0] && id > Number(key[1]))
  return rows.filter(isBehind).slice(0, limit + 1)
}

void test('the pages of a list are the list, each row once and in order, whatever the limit', async (t) => {
  const row = fc.record({ at: fc.string({ unit: 'grapheme', maxLength: 8 }), id: fc.nat(99) })
  const list = fc.uniqueArray(row, { selector: ({ at, id }) => `${id}/${at}`, maxLength: 40 })
  fc.assert(
    fc.property(list, fc.integer({ min: 1, max: 12 }), (unsorted, limit) => {
      const rows = unsorted.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id))
      const [seen, pages]: [Row[], number[]] = [[], []]
      for (let cursor: string | null | undefined = undefined; cursor !== null;) {
        const one: { items: Row[]; nextCursor: string | null } = page(
          rowsBehind(rows, cursor, limit),
          limit,
          { keyOf: ({ at, id }) => [at, id], itemOf: (each) => each }
        )
        seen.push(...one.items)
        pages.push(one.items.length)
        cursor = one.nextCursor
      }
      t.strictSame(seen, rows)
      t.equal(pages.length, Math.max(1, Math.ceil(rows.length / limit)), 'no empty page at the end')
    }),
    { numRuns: 200 }
  )
})

void test('a cursor that no list gave is refused by name, of whatever it is made', async (t) => {
  const refused = { status: 400, code: 'cursor-invalid' }
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const notOurs = [
    ['no cursor at all', ''],
    ['not base64', '%%%'],
    ['no JSON', Buffer.from('[1,').toString('base64url')],
    ['too few parts', encoded(['a'])],
    ['too many parts', encoded(['a', 1, 2])],
    ['a part that is no key', encoded(['a', { id: 1 }])],
    ['a part that is nothing', encoded(['a', null])],
    ['a part longer than any key', encoded(['a'.repeat(201), 1])],
    ['an object', encoded({ at: 'a', id: 1 })]
  ] as const
  for (const [what, cursor] of notOurs) t.throws(() => readCursor(cursor, 2), refused, what)
  t.equal(readCursor(undefined, 2), null, 'the first page has none')
})

void test('a limit is a whole number from 1 to 500; who says none gets 50', async (t) => {
  for (const limit of ['0', '-1', '501', '1.5', 'many', '1e9'])
    t.equal(listQuery.safeParse({ limit }).success, false, limit)
  for (const [given, limit] of [
    [{ limit: '1' }, 1],
    [{ limit: '500' }, 500],
    [{}, 50]
  ] as const)
    t.strictSame(listQuery.parse(given), { limit })
})
