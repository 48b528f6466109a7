import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { test } from 'tap'
import type { BatchNeeds } from './batch.ts'
import { openDatabase } from './database.ts'
import { options } from './fixture.suite.ts'
import { openGroupCommit } from './group-commit.ts'
import { openStore, StoreError, type StoreFault } from './index.ts'
import { LaneStore } from './lane.ts'

const at = '2026-06-01T08:00:00.000Z'

/** A disk that takes as long as the test wants: each flush waits in `waiting` until it is let go. */
function openSlowDisk(t: { teardown(end: () => void): unknown }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-flush-'))
  const file = path.join(folder, 'edge.db')
  const { db, logFile: log } = openDatabase(file, at)
  const lane = new LaneStore(db, 'facts')
  const waiting: PromiseWithResolvers<void>[] = []
  const told: (StoreFault | null)[] = []
  const needs: BatchNeeds = {
    db,
    monotonic: () => 0, // No batch ends for lack of time.
    flush: async () => {
      const turn = Promise.withResolvers<void>()
      waiting.push(turn)
      await turn.promise
      await log.flush()
    },
    memory: { mark: () => lane.mark(), finish: () => undefined, safe: () => lane.safe() },
    makeRoom: () => false,
    tell: (fault) => told.push(fault)
  }
  const group = openGroupCommit(needs)
  t.teardown(() => {
    db.close()
    log.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const append = (key: string) => group.commit(() => lane.append(key, '{}', 0))
  return { file, db, group, lane, waiting, told, append }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let count = 0; !isSo(); count++) {
    if (count > 100_000) throw new Error('it never came to that')
    await turn()
  }
}

void test('nobody is answered, and nobody else hears, before the disk has the commit', async (t) => {
  const { append, lane, waiting, db } = openSlowDisk(t)
  let answered = false
  const written = append('a').then(() => (answered = true))
  await until(() => waiting.length === 1)
  t.equal(db.prepare('select count(*) from facts').pluck().get(), 1, 'the COMMIT has run')
  for (let count = 0; count < 20; count++) await turn()
  t.notOk(answered)
  t.strictSame(lane.read(0, 10), [], 'the uplink sees nothing yet')
  t.equal(lane.newest().sequence, 0)
  waiting[0]?.resolve()
  await written
  t.strictSame(lane.read(0, 10), [[1, 'a', '{}']])
  t.equal(lane.newest().sequence, 1)
})

void test('what comes during a flush is the next batch, whole, in order, with a flush of its own', async (t) => {
  const { append, group, lane, waiting } = openSlowDisk(t)
  const first = append('a')
  await until(() => waiting.length === 1)
  const done: string[] = []
  const rest = ['b', 'c', 'd'].map((key) => append(key).then(() => done.push(key)))
  const repeat = group.commit(() => lane.has('a')).then((seen) => done.push(`a again: ${seen}`))
  for (let count = 0; count < 20; count++) await turn()
  t.equal(group.counts.commits, 1, 'one batch at a time')
  waiting[0]?.resolve()
  await first
  await until(() => waiting.length === 2)
  t.strictSame(done, [], 'a repeat of what is safe waits like everybody')
  waiting[1]?.resolve()
  await Promise.all([...rest, repeat])
  t.strictSame(done, ['b', 'c', 'd', 'a again: true'])
  t.equal(group.counts.commits, 2)
})

void test('after a flush that failed nothing is promised any more: the kernel may have dropped the bytes', async (t) => {
  const { append, lane, waiting, told } = openSlowDisk(t)
  const [a, b] = [append('a'), append('b')]
  await until(() => waiting.length === 1)
  const queued = append('c')
  waiting[0]?.reject(Object.assign(new Error('i/o error'), { code: 'EIO' }))
  for (const each of await Promise.allSettled([a, b, queued]))
    t.match(each, { status: 'rejected', reason: { fault: 'io-error' } })
  t.match(await Promise.allSettled([append('d')]), [{ status: 'rejected', reason: { fault: 'io-error' } }])
  t.strictSame(told, ['io-error'])
  t.equal(waiting.length, 1, 'the disk is not asked again')
  t.equal(lane.newest().sequence, 0, 'and the cloud hears nothing of it')
})

void test('closing waits for the flush and for what is queued behind it', async (t) => {
  const { append, group, waiting } = openSlowDisk(t)
  const first = append('a')
  await until(() => waiting.length === 1)
  const second = append('b')
  let closed = false
  const closing = group.close().then(() => (closed = true))
  await t.rejects(append('late'), new StoreError('closed'))
  waiting[0]?.resolve()
  await first
  await until(() => waiting.length === 2)
  t.notOk(closed)
  waiting[1]?.resolve()
  await Promise.all([second, closing])
})

/** The files as a power cut would leave them at worst: of the log only what was flushed. */
function cutPower(file: string, flushed: string, into: string): void {
  rmSync(into, { force: true })
  rmSync(`${into}-wal`, { force: true })
  copyFileSync(file, into)
  if (existsSync(flushed)) copyFileSync(flushed, `${into}-wal`)
}

void test('a power cut at any moment: the flushed log has all that was acknowledged, whatever came after', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
      async (batches) => {
        const disk = openSlowDisk(t)
        const flushed = `${disk.file}.flushed`
        const acknowledged: string[] = []
        for (const [round, size] of batches.entries()) {
          const keys = Array.from({ length: size }, (_, index) => `${round}/${index}`)
          const all = keys.map((key) => disk.append(key).then(() => acknowledged.push(key)))
          await until(() => disk.waiting.length === round + 1)
          cutPower(disk.file, flushed, `${disk.file}.cut`) // After COMMIT, before the flush.
          t.strictSame(await missing(`${disk.file}.cut`, acknowledged), [])
          copyFileSync(`${disk.file}-wal`, flushed)
          disk.waiting[round]?.resolve()
          await Promise.all(all)
          cutPower(disk.file, flushed, `${disk.file}.cut`) // Right after the answers.
          t.strictSame(await missing(`${disk.file}.cut`, acknowledged), [])
        }
      }
    ),
    { numRuns: 8 }
  )
})

async function missing(file: string, keys: readonly string[]): Promise<string[]> {
  const store = openStore(options(file))
  const lost = keys.filter((key) => !store.outbox.has(key))
  const bad = store.outbox.verify('facts', 0, 100_000)
  await store.close()
  return bad === null ? lost : [`chain broken at ${bad}`]
}

void test('with the log in its own hands the database keeps what FULL promises at a checkpoint', async (t) => {
  const { db } = openSlowDisk(t)
  t.equal(
    db.pragma('synchronous', { simple: true }),
    1,
    'NORMAL: the log is flushed before, the database after'
  )
  t.equal(db.pragma('journal_mode', { simple: true }), 'wal')
})
