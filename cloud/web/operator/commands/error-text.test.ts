import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { errorText } from './error-text.ts'

const root = path.join(import.meta.dirname, '..', '..', '..', '..')
const sources = [
  'cloud/contexts/fleet/dispatch.ts',
  ...['perform', 'request', 'set-point', 'deed'].map((name) => `edge-agent/drivers/ocpp/orders/${name}.ts`)
]

/** Every text of ours that becomes a command's error, a value in it as `7`; those that only repeat another's are left out. */
const texts = sources.flatMap((file) => {
  const source = readFileSync(path.join(root, file), 'utf8')
  return [
    ...source.matchAll(
      /(?:error|problem|'no-answer'|superseded|'queue-full'|withdrawn|closed): (?:`([^`]+)`|'([^']+)')/g
    )
  ]
    .map(([, filled, plain]) => (filled ?? plain ?? '').replaceAll(/\$\{[^}]+\}/g, '7'))
    .filter((text) => /[a-z]{3}/.test(text))
})

void test('what becomes of a command is said in Chinese on Chinese pages', async (t) => {
  t.ok(texts.length > 10, texts.join('; '))
  for (const text of texts) {
    t.match(errorText(text, 'zh'), /[\u4e00-\u9fff]/, text)
    t.equal(errorText(text, 'en'), text)
  }
  t.equal(errorText('charger CP1 is unknown at this site', 'zh'), '该场站没有充电桩 CP1')
  t.equal(
    errorText('InternalError: relay stuck', 'zh'),
    'InternalError: relay stuck',
    'a charger’s own words'
  )
})
