/** Of some tests of a file: they themselves, and the checks in them; `explained`: what they say of differences by intent. */
export type Counted = { readonly cases: Tally; readonly rows: Tally; readonly explained: readonly string[] }

export type Tally = { readonly equal: number; readonly different: readonly string[] }

const result = /^( *)(not )?ok \d+ - (.*?)(?: # (?:time=|SKIP|TODO)(.*))?$/
const skipped = / # SKIP/
const said = /^ *# differs: (.*)$/

/**
 * Counts a test file's output (TAP 14): a check stands four spaces in, the test that it belongs to after its checks.
 * A test that was skipped counts nowhere.
 * @param titles of the tests to count
 */
export function counted(text: string, titles: RegExp): Counted {
  const cases = { equal: 0, different: [] as string[] }
  const rows = { equal: 0, different: [] as string[] }
  const explained: string[] = []
  let checks: Line[] = []
  let words: string[] = []
  for (const line of text.split('\n')) {
    const [, word] = said.exec(line) ?? []
    if (word !== undefined) words.push(word)
    const read = readLine(line)
    if (read === null) continue
    if (read.depth === 1) checks.push(read)
    if (read.depth !== 0) continue
    if (titles.test(read.title) && !skipped.test(line)) {
      note(cases, read)
      for (const check of checks) note(rows, check)
      explained.push(...words)
    }
    checks = []
    words = []
  }
  return { cases, rows, explained: [...new Set(explained)] }
}

type Line = { readonly depth: number; readonly isOk: boolean; readonly title: string }

function readLine(line: string): Line | null {
  const [, indent, not, title] = result.exec(line) ?? []
  return indent === undefined || title === undefined
    ? null
    : { depth: indent.length / 4, isOk: not === undefined, title }
}

function note(tally: { equal: number; different: string[] }, { isOk, title }: Line): void {
  if (isOk) tally.equal++
  else tally.different.push(title)
}
