import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import type { Version } from './profile.ts'
import { corrected } from './corrections.ts'
import { differences, replay, type CaseFile } from './replay.ts'

const folder = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'
const cases = join(folder, 'everest-composite')
const away = existsSync(cases) ? false : `the cases are not here: ${cases}`

const files = [
  ['vectors_v16.json', 'v16', '1.6'],
  ['vectors_v2.json', 'v2', '2.0.1'],
  ['vectors_v21.json', 'v21', '2.1']
] as const satisfies readonly (readonly [string, string, Version])[]

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

function profilesAt(folder: string): (path: string) => readonly unknown[] {
  return (path) => {
    const full = join(cases, 'profiles', folder, path)
    if (!statSync(full).isDirectory()) return [json(full)]
    return readdirSync(full)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => json(join(full, name)))
  }
}

for (const [name, profiles, version] of files) {
  const file = away === false ? (json(join(cases, name)) as CaseFile) : null
  void test(`${name}: cases are there`, { skip: away }, async (t) => {
    t.ok(file && file.tests.length > 0)
  })
  for (const each of file?.tests ?? []) {
    void test(`${name}: ${each.name}`, async (t) => {
      for (const answered of replay(file!, version, corrected(each), profilesAt(profiles))) {
        t.ok(answered.expected !== null || each.name === 'ZeroDuration', 'something is expected')
        t.strictSame(differences(answered), [], `${answered.call.start} EVSE ${answered.call.evse}`)
      }
    })
  }
}

void test('a step that is not known is no case that came out', async (t) => {
  const file = { defaultLimitA: 16, defaultLimitW: 11_040, voltage: 230, tests: [] }
  const odd = { name: 'odd', nrOfEvses: 1, steps: [{ op: 'clearProfile', evse: 1 } as never] }
  t.throws(() => replay(file, '1.6', odd, () => []), /no such step: .*clearProfile/)
})
