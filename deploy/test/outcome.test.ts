import { test } from 'tap'
import { failuresIn, outcomeOf, type Ran } from './outcome.ts'

const fine = { code: 0, signal: null, timedOut: false }
const ran = (out: string, rest: Partial<Ran> = {}): Ran => ({
  file: 'a.test.ts',
  out,
  err: '',
  ending: fine,
  ms: 5,
  ...rest
})

const mixed = `TAP version 14
# Subtest: good
    ok 1 - yes
    1..1
ok 1 - good # time=1ms

# Subtest: bad
    ok 1 - still good
    not ok 2 - no
      ---
      diff: |
        -1
        +2
      ...
    1..2
not ok 2 - bad # time=1ms
  ---
  at:
    lineNumber: 9
  ...

ok 3 - no browser # SKIP Chromium is missing
1..3
`

void test('passed, failed and skipped tests are counted', async (t) => {
  const outcome = outcomeOf(ran(mixed, { ending: { ...fine, code: 1 } }))
  t.match(outcome, { passed: 1, failed: 1, skipped: ['no browser: Chromium is missing'] })
})

void test('what failed is shown with its details, what passed is not', async (t) => {
  const shown = failuresIn(mixed)
  t.match(shown, /not ok 2 - bad/)
  t.match(shown, /\+2/)
  t.notMatch(shown, /good/)
  t.notMatch(shown, /lineNumber: 9/, 'the outer details only repeat the inner ones')
  t.match(failuresIn('not ok 1 - bare\n  ---\n  why: because\n  ...\n1..1\n'), /why: because/)
})

const good = 'TAP version 14\nok 1 - a\n1..1\n'
const bad: readonly [string, Ran, RegExp][] = [
  [
    'a crash after its tests',
    ran(good, { ending: { ...fine, code: 7 }, err: 'Error: boom' }),
    /ended with 7[\s\S]*boom/
  ],
  ['a kill', ran(good, { ending: { code: null, signal: 'SIGSEGV', timedOut: false } }), /ended by SIGSEGV/],
  ['a hang', ran(good, { ending: { code: null, signal: 'SIGKILL', timedOut: true }, ms: 240_000 }), /240 s/],
  ['no test at all', ran(''), /no test/],
  [
    'an exception before the first test',
    ran('', { ending: { ...fine, code: 1 }, err: 'SyntaxError' }),
    /SyntaxError/
  ],
  ['an end before the plan', ran('TAP version 14\n1..3\nok 1 - a\n'), /1 of 3/],
  ['an exit in the middle', ran('TAP version 14\nok 1 - a\n'), /1 of an unknown number/]
]
for (const [what, file, report] of bad) {
  void test(`a file with ${what} has failed`, async (t) => {
    const outcome = outcomeOf(file)
    t.ok(outcome.failed > 0)
    t.match(outcome.report, report)
  })
}

void test('a good file says nothing', async (t) =>
  t.match(outcomeOf(ran(good)), { passed: 1, failed: 0, report: '' }))

void test('a file that skips itself as a whole is no failure', async (t) => {
  t.match(outcomeOf(ran('TAP version 14\n1..0 # no browser\n')), { passed: 0, failed: 0 })
})
