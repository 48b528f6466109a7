import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { loadSettings, SettingsFault } from './index.ts'
import type { Problem } from './problem.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nova-failsafe-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

function problems(text: string): readonly Problem[] {
  const file = path.join(folder, 'site.yaml')
  writeFileSync(file, text)
  try {
    loadSettings(file, { environment: {}, checks: [] })
    return []
  } catch (fault) {
    if (fault instanceof SettingsFault) return fault.problems
    throw fault
  }
}

void test('a fail-safe limit below the sum of all fallbacks is refused with its line and the sum', async (t) => {
  const text = [
    'site: {id: s, tenant: t, name: S, timeZone: Europe/Berlin, currency: EUR}',
    'local: {token: long-enough-token}',
    'grid: {limitA: [63, 63, 63]}',
    'failsafe: {limitW: 1000}',
    'chargers:',
    '  - {id: A, protocol: ocpp1.6, identity: A, fallbackA: 6, evses: [{id: 1, connectors: [{id: 1, type: type2, maxPowerW: 22000}]}]}'
  ].join('\n')
  t.match(problems(text), [
    { line: 4, field: 'failsafe.limitW', found: /^1000, .* add up to 4140 W/, allowed: /^4140 or more/ }
  ])
  t.strictSame(problems(text.replace('limitW: 1000', 'limitW: 4140')), [])
  t.strictSame(problems(text.replace('fallbackA: 6', 'fallbackA: 0')), [])
  t.strictSame(problems(text.replace('fallbackA: 6, ', '')), [], 'a charger that states none gets none')
})
