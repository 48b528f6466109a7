import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { checkHash } from './nats-server.mjs'
import { matches } from './packages.mjs'
import { hashOf } from './stamp.mjs'
import { tasks } from './tasks.mjs'
import { hasPinnedNode, nodeVersion } from './toolchain.mjs'

const root = path.join(import.meta.dirname, '..', '..')

void test('each script of package.json is a task of set-up, and replaces its shell', async (t) => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [name, command] of Object.entries(scripts)) {
    t.equal(command, `exec node deploy/setup/run.mjs ${name}`)
    t.ok(tasks.has(name), name)
  }
})

void test('set-up speaks the JavaScript of Node 18 and needs no package', async (t) => {
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.mjs'))) {
    const text = readFileSync(path.join(import.meta.dirname, file), 'utf8')
    for (const [, from] of text.matchAll(/from '([^']+)'/g)) t.match(from, /^(node:|\.\/)/, file)
    t.notMatch(text, /import\.meta\.dirname|withResolvers|\.toSorted\(|styleText|fs\.glob/, file)
  }
})

void test('the pinned Node is the one that runs here', async (t) => {
  t.ok(hasPinnedNode())
  t.equal(process.versions.node, nodeVersion)
})

const one = { version: '1.0.0', integrity: 'sha512-a' }
const cases: readonly [string, Record<string, object>, Record<string, object>, boolean][] = [
  ['the same packages', { a: one }, { a: one }, true],
  ['a package more than locked', { a: one }, { a: one, b: one }, true],
  ['a missing package', { a: one, b: one }, { a: one }, false],
  ['a missing optional one of another platform', { a: one, b: { ...one, optional: true } }, { a: one }, true],
  ['another version', { a: one }, { a: { ...one, version: '1.0.1' } }, false],
  ['the same version with other content', { a: one }, { a: { ...one, integrity: 'sha512-b' } }, false],
  ['nothing installed', {}, {}, false]
]
for (const [what, wanted, installed, same] of cases) {
  void test(`${what}: ${same ? 'left alone' : 'installed anew'}`, async (t) => {
    t.equal(matches(new Map(Object.entries(wanted)), new Map(Object.entries(installed))), same)
  })
}

void test('a stamp changes with content, names and new files, not with what is made', async (t) => {
  const folder = t.testdir({ src: { 'a.ts': '1', inner: { 'b.ts': '2' } } })
  const place = path.join(folder, 'src')
  const first = hashOf([place])
  t.equal(hashOf([place]), first)
  mkdirSync(path.join(place, 'dist'))
  writeFileSync(path.join(place, 'dist', 'made.js'), 'x')
  t.equal(hashOf([place]), first, 'what is made is not looked at')
  writeFileSync(path.join(place, 'a.ts'), '1!')
  const second = hashOf([place])
  t.not(second, first)
  rmSync(path.join(place, 'inner'), { recursive: true })
  t.not(hashOf([place]), second)
  t.equal(hashOf([path.join(folder, 'nowhere')]), hashOf([]), 'what is not there counts as empty')
})

void test('a download that is not what was published is refused', async (t) => {
  const file = path.join(t.testdir({ 'a.tar.gz': 'abc' }), 'a.tar.gz')
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  t.doesNotThrow(() => checkHash(file, sha256))
  t.throws(() => checkHash(file, sha256.replace('b', 'c')), /not what was published/)
})

void test('the pinned release names a hash for each machine it has an archive for', async (t) => {
  const release = JSON.parse(readFileSync(path.join(import.meta.dirname, 'nats-release.json'), 'utf8')) as {
    version: string
    sha256: Record<string, string>
    archive: Record<string, string>
  }
  t.match(release.version, /^2\.12\.\d+$/)
  t.strictSame(Object.keys(release.sha256), Object.keys(release.archive))
  for (const hash of Object.values(release.sha256)) t.match(hash, /^[0-9a-f]{64}$/)
})

const lockModule = path.join(import.meta.dirname, 'lock.mjs')
const placesModule = path.join(import.meta.dirname, 'places.mjs')

/** A scratch checkout with only the lock in it, so that the real one is left alone. */
function scratch(folder: string): string {
  const setUp = path.join(folder, 'deploy', 'setup')
  mkdirSync(setUp, { recursive: true })
  for (const file of [lockModule, placesModule, path.join(import.meta.dirname, 'stamp.mjs')]) {
    writeFileSync(path.join(setUp, path.basename(file)), readFileSync(file))
  }
  return path.join(setUp, 'lock.mjs')
}

void test('set-ups at the same time go one after the other, and a killed one holds nobody up', async (t) => {
  const folder = t.testdir()
  const lock = scratch(folder)
  const left = path.join(folder, '.toolchain', 'set-up.lock')
  mkdirSync(left, { recursive: true })
  writeFileSync(path.join(left, 'owner'), String(2 ** 22 - 1)) // No such process.
  const work = `
    import { appendFileSync } from 'node:fs'
    import { alone } from ${JSON.stringify(lock)}
    alone(() => {
      appendFileSync('trace', 'in ')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
      appendFileSync('trace', 'out ')
    })`
  const runs = [1, 2, 3, 4].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', work], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit']
    })
  )
  const codes = await Promise.all(runs.map(async (run) => ((await once(run, 'exit')) as [number])[0]))
  t.strictSame(codes, [0, 0, 0, 0])
  t.equal(readFileSync(path.join(folder, 'trace'), 'utf8'), 'in out '.repeat(4))
})

void test('an unknown task is answered with the list', async (t) => {
  const run = spawn(process.execPath, [path.join(import.meta.dirname, 'run.mjs'), 'fly'], {
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const said: Buffer[] = []
  run.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = (await once(run, 'close')) as [number]
  t.equal(code, 1)
  const text = Buffer.concat(said).toString('utf8')
  t.match(text, /unknown task "fly"/)
  for (const name of tasks.keys()) t.match(text, new RegExp(`^ {2}${name} `, 'm'))
})
