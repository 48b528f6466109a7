import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'tap'
import { openTemporary, options, removeDisk, smallDisk, whyNoDisk } from './fixture.suite.ts'
import { openStore, StoreError, storeFault } from './index.ts'

const writer = path.join(import.meta.dirname, 'writer.suite.ts')

/** Starts the writer, kills it with -9 after `lines` acknowledgements. @returns what it had acknowledged */
async function killedWriter(file: string, round: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, file, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let said = ''
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.split('\n').length > lines && child.exitCode === null && !child.killed) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return said.split('\n').slice(0, -1) // The last piece may be cut in mid-word.
}

void test('kill -9 in the middle of group commits: what was acknowledged is stored, always', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-kill-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'edge.db')
  const acknowledged: string[] = []
  for (let round = 0; round < 8; round++) {
    acknowledged.push(...(await killedWriter(file, round, 5 + round * 40)))
    const store = openStore(options(file))
    const lost = acknowledged.filter((key) => !store.outbox.has(key))
    t.strictSame(lost, [], `round ${round}: ${acknowledged.length} acknowledged`)
    t.equal(store.health().damage, null)
    t.equal(store.outbox.verify('facts', 0, 1_000_000), null)
    t.equal(
      store.outbox.newest('facts').sequence,
      store.outbox.newest('history').sequence,
      'one write is whole or not at all'
    )
    await store.close()
  }
})

const skip = whyNoDisk()

const filling = JSON.stringify({ text: 'x'.repeat(2000) })

void test(
  'a full disk: telemetry stops first, money goes on in its reserve, then the fault has a name',
  { skip },
  async (t) => {
    const folder = smallDisk(12_000_000)
    t.teardown(() => removeDisk(folder))
    const store = openStore(options(path.join(folder, 'edge.db'), { reserveBytes: 3_000_000 }))
    const states: string[] = []
    store.onHealth(({ state, fault }) => states.push(`${state} ${fault}`))
    const append = (lane: 'facts' | 'history', key: string) =>
      store.commit(() => store.outbox.append(lane, key, filling))

    const fill = openSync(path.join(folder, 'others'), 'w')
    t.throws(() => {
      for (;;) writeSync(fill, Buffer.alloc(65_536))
    }, /ENOSPC/)
    closeSync(fill)

    let money = 0
    while (states.length === 0) t.ok((await append('facts', `money/${money++}`)) !== null)
    t.strictSame(states, ['low null'], 'nobody was refused')
    t.equal(await append('history', 'sample/x/1'), null, 'telemetry is dropped')
    t.equal(store.health().historyDropped, 1)

    let refused: unknown = null
    while (refused === null && money < 5000)
      refused = await append('facts', `money/${money++}`).then(
        () => null,
        (error: unknown) => error
      )
    t.match(refused, { fault: 'disk-full' })
    t.match(store.health(), { state: 'failing', fault: 'disk-full' })
    t.equal(store.outbox.verify('facts', 0, 10_000), null, 'what was taken is whole and readable')
    t.equal(store.outbox.newest('facts').sequence, money - 1, 'the refused one left no gap')

    truncateSync(path.join(folder, 'others'), 0)
    t.ok(await append('facts', 'money/after'))
    t.equal(store.health().state, 'low', 'room again: facts are written')
    await store.close()
    const again = openStore(options(path.join(folder, 'edge.db'), { reserveBytes: 3_000_000 }))
    t.equal(again.outbox.newest('facts').sequence, money)
    t.match(again.health(), { state: 'good', damage: null }, 'and the reserve is filled again')
    await again.close()
  }
)

void test('a disk that is full at the start still opens', { skip }, async (t) => {
  const folder = smallDisk(3_000_000)
  t.teardown(() => removeDisk(folder))
  const store = openStore(options(path.join(folder, 'edge.db'), { reserveBytes: 64_000_000 }))
  t.equal(store.health().state, 'low', 'there is no room for the reserve, and it says so')
  t.equal(await store.commit(() => store.outbox.append('facts', 'a', '{}')), 1)
  await store.close()
})

void test('a second process is refused with the name of the fault', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const script = `
    import { options } from ${JSON.stringify(path.join(import.meta.dirname, 'fixture.suite.ts'))}
    import { openStore } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))}
    try { openStore(options(${JSON.stringify(temporary.file)})) } catch (error) { console.log(error.name, error.fault) }`
  const other = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  t.equal(other.stdout.trim(), 'StoreError busy')
})

void test('a file that is no database is set aside, and the site goes on with a new one', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  await temporary.store.commit(() => temporary.store.outbox.append('facts', 'a', '{}'))
  await temporary.store.close()
  const file = openSync(temporary.file, 'r+')
  writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 0)
  closeSync(file)
  const store = await temporary.reopen()
  t.match(store.health().damage, /unreadable and set aside/)
  t.equal(store.outbox.newest('facts').sequence, 0)
  t.equal(readdirSync(path.dirname(temporary.file)).filter((name) => name.includes('damaged')).length, 1)
})

void test('from a database with a rotten page the unsent facts are saved, up to the first that does not fit', async (t) => {
  for (const [spoiled, saved] of [
    ['', ['c', 'd', 'e']],
    [`update facts set body = '{"wh":9}' where sequence = 4`, ['c']]
  ] as const) {
    const temporary = openTemporary()
    const { store } = temporary
    for (const key of ['a', 'b', 'c', 'd', 'e'])
      await store.commit(() => store.outbox.append('facts', key, '{"wh":1}'))
    await store.commit(() => store.outbox.markDurable('facts', 2))
    await store.close()
    const db = new Sqlite(temporary.file)
    db.exec(spoiled)
    const page = db
      .prepare<[], { rootpage: number }>(`select rootpage from sqlite_schema where name = 'shadows'`)
      .get()
    const size = Number(db.pragma('page_size', { simple: true }))
    db.close()
    const file = openSync(temporary.file, 'r+')
    writeSync(file, Buffer.alloc(size, 0x5a), 0, size, ((page?.rootpage ?? 1) - 1) * size)
    closeSync(file)
    const again = await temporary.reopen()
    t.match(again.health().damage, new RegExp(`set aside .* ${saved.length} unsent facts were saved`))
    t.strictSame(
      again.outbox.read('facts', 0, 10).map(([, key]) => key),
      saved
    )
    t.equal(again.outbox.verify('facts', 0, 10), null)
    t.equal(await again.commit(() => again.outbox.append('facts', 'c', '{}')), null, 'their keys are known')
    await temporary.close()
  }
})

void test('a changed, removed or exchanged row is found at the next start', async (t) => {
  for (const rot of [
    `update facts set body = '{"wh":999}' where sequence = 3`,
    `update facts set key = 'z' where sequence = 3`,
    'delete from facts where sequence = 3',
    `update facts set hash = zeroblob(32) where sequence = 3`
  ]) {
    const temporary = openTemporary()
    const { store } = temporary
    for (const key of ['a', 'b', 'c', 'd'])
      await store.commit(() => store.outbox.append('facts', key, '{"wh":1}'))
    await store.close()
    const db = new Sqlite(temporary.file)
    db.exec(rot)
    db.close()
    const again = await temporary.reopen()
    t.match(again.health().damage, /facts does not fit at [34]/, rot)
    await temporary.close()
  }
})

void test('a database of a younger program is refused, not changed', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => rmSync(path.dirname(temporary.file), { recursive: true, force: true }))
  await temporary.store.close()
  const db = new Sqlite(temporary.file)
  db.exec(`insert into schema_versions values (999, 'future', 'x')`)
  db.close()
  t.throws(() => openStore(options(temporary.file)), /use the newer program/)
  t.ok(existsSync(temporary.file))
})

const codes = [
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_IOERR_WRITE', 'io-error'],
  ['SQLITE_READONLY_DBMOVED', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'],
  ['SQLITE_CORRUPT_INDEX', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_BUSY_RECOVERY', 'busy'],
  ['SQLITE_CONSTRAINT_UNIQUE', undefined]
] as const
for (const [code, fault] of codes) {
  void test(`${code} is ${fault ?? 'our own bug'}`, async (t) => {
    t.equal(storeFault(Object.assign(new Error('x'), { code })), fault)
  })
}

void test('a fault keeps its cause', async (t) => {
  const cause = new Error('no space')
  t.match(new StoreError('disk-full', cause), { message: 'store: disk-full (no space)', cause })
  t.equal(storeFault(new StoreError('closed')), 'closed')
  t.equal(storeFault('text'), undefined)
})
