import fc from 'fast-check'
import { test } from 'tap'
import { openTestDatabase } from '../test-support/postgres.ts'
import { listsAsText } from './arrays.ts'

const { database, close } = await openTestDatabase()

/** PostgreSQL knows no NUL and no half of a surrogate pair. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\0', '').toWellFormed()),
  fc.constantFrom(
    '',
    'NULL',
    'null',
    '{}',
    '{"a":1}',
    'a,b',
    '\\',
    '"',
    '\\"',
    ' ',
    '\n',
    '’',
    '{"text":"\\u0041\\n"}'
  )
)
const list = <Value>(element: fc.Arbitrary<Value>) =>
  fc.array(fc.option(element, { nil: null }), { maxLength: 30 })

void test('lists of texts, numbers and truth values come back from PostgreSQL as they were', async (t) => {
  const lists = fc.tuple(
    list(text),
    list(fc.maxSafeInteger()),
    list(fc.double({ noNaN: true, noDefaultInfinity: true })),
    list(fc.boolean())
  )
  await fc.assert(
    fc.asyncProperty(lists, async ([texts, whole, floats, flags]) => {
      const back = await database.platform('lists in a test', async (tx) =>
        tx.one<object>(
          `select array_to_json($1::text[]) as texts, array_to_json($2::bigint[]) as whole,
             array_to_json($3::float8[]) as floats, array_to_json($4::boolean[]) as flags`,
          [texts, whole, floats, flags]
        )
      )
      t.strictSame(back, {
        texts,
        whole: whole.map((each) => (each === null ? null : each + 0)),
        floats: floats.map((each) => (each === null ? null : each + 0)),
        flags
      })
    }),
    { numRuns: 200 }
  )
})

void test('numbers that are none are PostgreSQL’s own', async (t) => {
  const { shown } = await database.platform('lists in a test', async (tx) =>
    tx.one<{ shown: string }>('select $1::float8[]::text as shown', [[Number.NaN, Infinity, -Infinity]])
  )
  t.equal(shown, '{NaN,Infinity,-Infinity}')
})

void test('what is no list of plain values is left to the driver', async (t) => {
  const at = new Date(0)
  const values = ['{}', 1, null, [at], [['a'], ['b']], [Buffer.from('a')], [{ a: 1 }], { list: [1] }]
  t.strictSame(listsAsText(values), values)
  t.strictSame(listsAsText([[1, -0, 1e21, null, undefined, true], ['a', 'say "\\"'], []]), [
    '{1,0,1e+21,NULL,NULL,true}',
    '{"a","say \\"\\\\\\""}',
    '{}'
  ])
})

void test('its database is dropped at the end', async () => close())
