import { Parser, type Result } from 'tap-parser'

/** What a test file did: counted by its top-level tests. */
export type Outcome = {
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
  /** Empty when all is well; else what went wrong, for people. */
  readonly report: string
  readonly ms: number
}

/** How the file's process ended. */
export type Ending = {
  readonly code: number | null
  readonly signal: string | null
  readonly timedOut: boolean
}

export type Ran = {
  readonly file: string
  readonly out: string
  readonly err: string
  readonly ending: Ending
  readonly ms: number
}

/** Reads a file's TAP. A process that ended badly, or said less than it planned, is a failure of its own. */
export function outcomeOf(ran: Ran): Outcome {
  const results = Parser.parse(ran.out).flatMap(([kind, value]) =>
    kind === 'assert' ? [value as Result] : []
  )
  const skipped = results.filter(({ skip, todo }) => Boolean(skip) || Boolean(todo))
  const counted = results.filter((result) => !skipped.includes(result))
  const passed = counted.filter(({ ok }) => ok).length
  const failed = counted.length - passed
  const fault = faultOf(ran, counted.length + skipped.length, failed)
  return {
    file: ran.file,
    passed,
    failed: failed + (fault === undefined ? 0 : 1),
    skipped: skipped.map(({ name, skip }) => `${name}${typeof skip === 'string' ? `: ${skip}` : ''}`),
    report: failed === 0 && fault === undefined ? '' : reportOf(ran, fault),
    ms: ran.ms
  }
}

/** A fault of the file as a whole, beside the tests that it counted itself. */
function faultOf({ ending, ms, out }: Ran, tests: number, failed: number): string | undefined {
  if (ending.timedOut) return `not finished after ${Math.round(ms / 1000)} s: stopped`
  if (ending.signal !== null) return `ended by ${ending.signal}`
  if (ending.code !== 0 && failed === 0) return `ended with ${ending.code} although no test failed`
  const planned = /^1\.\.(\d+)/m.exec(out)?.[1]
  if (tests === 0 && planned !== '0') return 'no test in it'
  if (Number(planned) !== tests) return `ended after ${tests} of ${planned ?? 'an unknown number of'} tests`
  return undefined
}

function reportOf({ file, out, err }: Ran, fault: string | undefined): string {
  const head = `✗ ${file}${fault === undefined ? '' : `: ${fault}`}`
  return [head, failuresIn(out), err.trim()].filter(Boolean).join('\n')
}

/** The failing top-level tests with all that stands in them; what passed is left out. */
export function failuresIn(out: string): string {
  return blocksOf(out)
    .flatMap(({ before, line, after }) => {
      if (!line.startsWith('not ok')) return []
      const told = before.some((each) => /^\s+not ok/.test(each)) // Then its own details say no more.
      return [...before, line, ...(told ? [] : after)]
    })
    .filter((line) => line.trim() !== '' && !/^\s+(ok \d+|1\.\.\d+)/.test(line))
    .join('\n')
}

type Block = { readonly before: string[]; readonly line: string; readonly after: string[] }

/** One block a top-level result: the subtest before it, its line, the details (indented by two) after it. */
function blocksOf(out: string): readonly Block[] {
  const blocks: Block[] = []
  let before: string[] = []
  for (const line of out.split('\n')) {
    const last = blocks.at(-1)
    if (/^(not ok|ok) \d+/.test(line)) {
      blocks.push({ before, line, after: [] })
      before = []
    } else if (last !== undefined && before.length === 0 && /^ {2}\S|^ {3}/.test(line)) last.after.push(line)
    else before.push(line)
  }
  return blocks
}
