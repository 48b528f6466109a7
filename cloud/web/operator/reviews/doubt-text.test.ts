import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { doubtText } from './doubt-text.ts'

const root = new URL('../../../../', import.meta.url)
const files = [
  ...['begin', 'finish', 'measure', 'plausible', 'watch'].map(
    (name) => `edge-agent/core/sessions/${name}.ts`
  ),
  'cloud/contexts/charging/facts.ts'
]

/** A hole holds a number, an instant or a name: for words it is all one. */
const filled = (template: string): string => template.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})+\}/g, '4711')

async function details(): Promise<readonly string[]> {
  const texts = await Promise.all(files.map(async (file) => readFile(new URL(file, root), 'utf8')))
  return texts.flatMap((text) =>
    [...text.matchAll(/\bdetail: (?:'([^'\n]+)'|`([^`\n]+)`)/g)].map(([, plain, template]) =>
      filled(plain ?? template ?? '')
    )
  )
}

void test('whatever keeps a session from being billed is said in Chinese', async (t) => {
  const found = await details()
  t.ok(found.length >= 14, `${found.length} details found in the code of edge and cloud`)
  for (const detail of found) t.match(doubtText(detail, 'zh'), /\p{Script=Han}/u, detail)
})

void test('numbers stay with what they are about; English stays as it is', async (t) => {
  t.equal(
    doubtText('a stop for transaction 987, which this charger never had; register 4711', 'zh'),
    '收到交易 987 的停止，但该桩从无此交易；表码 4711 Wh'
  )
  t.equal(doubtText('500 Wh in 60 s, at most 366 Wh', 'zh'), '60 秒内 500 Wh，最多应为 366 Wh')
  t.equal(doubtText('9100 Wh, allowed offline 5000 Wh', 'zh'), '9100 Wh，离线最多允许 5000 Wh')
  t.equal(doubtText('something of a newer edge', 'zh'), 'something of a newer edge')
  t.equal(doubtText('a later session runs on the connector', 'en'), 'a later session runs on the connector')
})
