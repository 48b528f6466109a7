import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  corrected,
  differences,
  replay,
  type Case,
  type CaseFile,
  type Version
} from '@nova/shared-protocol/codecs/ocpp/composite'
import { show } from './figure.ts'

const root = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url))
const folder = path.join(process.env['NOVA_VECTORS'] ?? root, 'everest-composite')

const files = [
  ['vectors_v16.json', 'v16', '1.6'],
  ['vectors_v2.json', 'v2', '2.0.1'],
  ['vectors_v21.json', 'v21', '2.1']
] as const satisfies readonly (readonly [string, string, Version])[]

/** Composite schedules beside EVerest's expectations: how many of the cases given come out equal. */
export function benchComposite(): void {
  if (!existsSync(folder)) return void process.stderr.write(`composite: no cases at ${folder}: skipped\n`)
  for (const [name, profiles, version] of files) {
    const file = json(path.join(folder, name)) as CaseFile
    const began = performance.now()
    const raw = file.tests.map((each) => ({
      each,
      fault: faultOf(file, version, each, profilesIn(profiles))
    }))
    const mended = raw.map(({ each, fault }) =>
      corrected(each) === each
        ? { each, fault }
        : { each, fault: faultOf(file, version, corrected(each), profilesIn(profiles)) }
    )
    const different = mended.filter(({ fault }) => fault !== null)
    show({
      name: 'composite schedules equal',
      ocpp: version,
      value: file.tests.length - different.length,
      unit: 'cases',
      limit: file.tests.length,
      met: different.length === 0,
      asGiven: raw.filter(({ fault }) => fault === null).length,
      corrected: file.tests.filter((each) => corrected(each) !== each).map((each) => each.name),
      different: different.map(({ each, fault }) => `${each.name}: ${fault}`),
      seconds: (performance.now() - began) / 1000
    })
  }
}

type Profiles = Parameters<typeof replay>[3]

/** What first differs, or that a step is not known; null: equal. */
function faultOf(file: CaseFile, version: Version, played: Case, profiles: Profiles): string | null {
  try {
    return replay(file, version, played, profiles).flatMap((answered) => differences(answered))[0] ?? null
  } catch (cause) {
    if (cause instanceof RangeError) return cause.message
    throw cause
  }
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

const profilesIn = (version: string) => (wanted: string) => {
  const full = path.join(folder, 'profiles', version, wanted)
  if (!statSync(full).isDirectory()) return [json(full)]
  const names = readdirSync(full).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => json(path.join(full, name)))
}
