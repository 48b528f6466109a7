import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { sources } from './sources.ts'

const root = path.join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

// Told by `npm test` to the tests that it starts, and to nobody else.
const innerVariables = new Set(['NOVA_CHROMIUM_MISSING', 'NOVA_LOG'])

void test('every variable that a program reads is in docs/settings.md', async (t) => {
  const documented = read('docs/settings.md')
  const programs = sources(root, ['.ts', '.mjs']).filter((file) => !/\.(test|suite)\.ts$/.test(file))
  const named = new Set(
    programs.flatMap((file) => read(file).match(/\bNOVA_[A-Z][A-Z0-9_]*[A-Z0-9]\b/g) ?? [])
  )
  t.ok(named.size > 30, 'the search is not blind')
  t.strictSame(
    [...named].filter((name) => !innerVariables.has(name) && !documented.includes(`\`${name}\``)).toSorted(),
    []
  )
})

void test('every alarm has its line in the runbook', async (t) => {
  const list = /z\.enum\(\[([^\]]*'storage-failing'[^\]]*)\]/.exec(read('shared-protocol/model/alarm.ts'))
  const codes = [...(list?.[1] ?? '').matchAll(/^\s*'([a-z-]+)'/gm)].flatMap(([, code]) => code ?? [])
  t.ok(codes.length > 10, 'the list was found')
  const runbook = read('docs/runbooks/alarms.md')
  t.strictSame(
    codes.filter((code) => !runbook.includes(`| \`${code}\` |`)),
    []
  )
})

void test('every decision has a number of its own and is in the index', async (t) => {
  const records = sources(root, ['.md']).filter((file) => /^docs\/decisions\/\d{4}-/.test(file))
  const index = read('docs/decisions/README.md')
  const numbers = records.map((file) => Number(path.basename(file).slice(0, 4)))
  t.equal(new Set(numbers).size, records.length, `numbers: ${numbers.join(' ')}`)
  for (const [at, file] of records.entries()) {
    t.ok(index.includes(`(${path.basename(file)})`), `${file} in the index`)
    t.ok(read(file).startsWith(`# ${numbers[at]}. `), `${file} begins with its number`)
  }
})

void test('links between documents lead somewhere', async (t) => {
  for (const file of sources(root, ['.md'])) {
    for (const [, to = ''] of read(file).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
      if (/^[a-z]+:/.test(to) || to.includes('NNNN')) continue
      t.ok(existsSync(path.join(root, path.dirname(file), to)), `${file} → ${to}`)
    }
  }
})
