import { test } from 'tap'
import { counted } from './tap.ts'

const text = [
  'TAP version 14',
  '# Subtest: the first',
  '    # differs: by a milliampere',
  '    ok 1 - [1,2]',
  '    not ok 2 - [3,4]',
  '      ---',
  '      at: ok 9 - no line of ours',
  '      ...',
  '    1..2',
  'not ok 1 - the first # time=3.1ms',
  '# Subtest: the second',
  '    # differs: by a name',
  '    ok 1 - [5,6]',
  '    1..1',
  'ok 2 - the second # time=1ms',
  'ok 3 - the third # SKIP no test cases',
  '1..3'
].join('\n')

void test('checks are rows, tests are cases, and only those that were asked for', async (t) => {
  t.strictSame(counted(text, /first/), {
    cases: { equal: 0, different: ['the first'] },
    rows: { equal: 1, different: ['[3,4]'] },
    explained: ['by a milliampere']
  })
  t.match(counted(text, /second/), { cases: { equal: 1 }, rows: { equal: 1 }, explained: ['by a name'] })
})

void test('what was skipped counts nowhere', async (t) => {
  t.strictSame(counted(text, /third/).cases, { equal: 0, different: [] })
})
