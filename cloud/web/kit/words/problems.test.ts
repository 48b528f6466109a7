import { glob, readFile } from 'node:fs/promises'
import { test } from 'tap'
import { zh } from './common.zh.ts'
import { zhProblems } from './problems.zh.ts'

const cloud = new URL('../../../', import.meta.url).pathname
const chinese: Readonly<Record<string, string>> = { ...zh, ...zhProblems }

async function codesIn(folders: string): Promise<ReadonlyMap<string, string>> {
  const codes = new Map<string, string>()
  for await (const file of glob(`${cloud}${folders}`, {
    exclude: (name) => name.endsWith('.test.ts') || name.endsWith('.suite.ts')
  }))
    for (const [, code = ''] of (await readFile(file, 'utf8')).matchAll(
      /\bproblem\(\s*\d{3},\s*'([a-z0-9-]+)'/g
    ))
      codes.set(code, file)
  return codes
}

void test('whatever the cloud refuses, it is refused in Chinese too', async (t) => {
  const codes = new Map([...(await codesIn('contexts/**/*.ts')), ...(await codesIn('http/**/*.ts'))])
  t.ok(codes.size > 100, `${codes.size} codes found in the cloud's code`)
  for (const [code, file] of codes)
    t.match(chinese[`problem.${code}`] ?? '', /\p{Script=Han}/u, `${code} of ${file.slice(cloud.length)}`)
})

void test('a connector that cannot be started on, and a start that came to nothing, say why in Chinese', async (t) => {
  const model = await readFile(`${cloud}contexts/charging/model.ts`, 'utf8')
  const codes = [...model.matchAll(/(?:code: |abandon\()'([a-z-]+)'/g)].map(([, code = '']) => code)
  t.ok(codes.length > 8)
  for (const code of codes) {
    const family = code.startsWith('connector-') ? 'problem' : 'failure'
    t.match(chinese[`${family}.${code}`] ?? '', /\p{Script=Han}/u, code)
  }
})
