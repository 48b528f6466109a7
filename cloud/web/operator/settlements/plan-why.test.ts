import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import type { Say } from '../../kit/text.ts'
import { zhClerk } from '../words-clerk.zh.ts'
import { planWhy } from './plan-why.ts'

const say: Say = (word, fill = {}) =>
  ((zhClerk as Readonly<Record<string, string>>)[word] ?? word).replaceAll(
    /\{\{(\w+)\}\}/g,
    (_, name: string) => String(fill[name])
  )

const told = [
  ['2026-03-01 to 2026-03-01 waits for its days to be reconciled.', '2026-03-01：所含日期尚未对清。'],
  [
    '2026-03-01 to 2026-03-31 waits for its days to be reconciled.',
    '2026-03-01 – 2026-03-31：所含日期尚未对清。'
  ],
  ['2026-03-01 to 2026-03-01: The moon is full.', '2026-03-01：The moon is full.'],
  ['something of a newer version', 'something of a newer version']
] as const
for (const [problem, wanted] of told)
  void test(`a schedule that says "${problem}"`, async (t) => t.equal(planWhy(problem, say), wanted))

void test('the forms are those of the cloud’s code', async (t) => {
  const code = await readFile(new URL('../../../contexts/settlement/schedules.ts', import.meta.url), 'utf8')
  t.match(code, '${run.firstDate} to ${run.lastDate}')
  t.match(code, '${days} waits for its days to be reconciled.')
  t.match(code, '${days}: ${error.message}')
})
