import { glob, readFile } from 'node:fs/promises'
import { test } from 'tap'
import { memoText } from './memo.ts'

const contexts = new URL('../../../contexts/', import.meta.url).pathname
const fills: readonly (readonly [hole: RegExp, value: string])[] = [
  [/provider/, 'bank'],
  [/account/, 'vans'],
  [/invoiceNumber/, ' for 2026-000001'],
  [/id/, '3ae41612-188c-4847-802f-37e292fbb95a']
]
const filled = (template: string): string =>
  template.replaceAll(/\$\{((?:[^{}`]|`[^`]*`|\{[^{}]*\})+)\}/g, (_, hole: string) => {
    const found = fills.find(([name]) => name.test(hole))
    return found?.[1] ?? 'x'
  })

/** A plain string, or a template whose holes may hold templates themselves. */
const said = /\bmemo: (?:'([^'\n]+)'|`((?:\$\{(?:[^{}`]|`[^`]*`)*\}|[^`$])+)`)/g

/** What people or tests wrote is not the cloud's own sentence. */
const own = /^(not a text|\$\{remedy|taken back)/

void test('every memo that the cloud writes into the books is said in Chinese', async (t) => {
  const memos = new Set<string>()
  for await (const file of glob(`${contexts}{payments,ledger,settlement,billing}/*.ts`)) {
    if (/\.(test|suite)\.ts$/.test(file)) continue
    const text = await readFile(file, 'utf8')
    for (const [, plain, template] of text.matchAll(said)) memos.add(plain ?? template ?? '')
  }
  const sentences = [...memos].filter((memo) => !own.test(memo)).map(filled)
  t.ok(sentences.length >= 10, `${sentences.length} memos found in the cloud's code`)
  for (const memo of sentences) t.match(memoText(memo, 'zh'), /\p{Script=Han}/u, memo)
})

void test('in English, and where a person wrote it, a memo stays as it stands', async (t) => {
  t.equal(memoText('hold at bank', 'en'), 'hold at bank')
  t.equal(memoText('Two sessions were free.', 'zh'), 'Two sessions were free.')
})
