import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { chainStart, chainText } from '@nova/shared-protocol/messages'
import type { Outbox } from './index.ts'

/** What is under test: an outbox, its commits, and what a restart leaves of it. */
export type Opened = {
  readonly outbox: Outbox
  commit<Value>(write: () => Value): Promise<Value>
  reopen(): Promise<Opened>
  close(): Promise<void>
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Whoever wants to be an Outbox keeps these promises; frames and the cloud rely on them. */
export function outboxKeepsItsPromises(name: string, open: () => Opened): void {
  void test(`${name}: sequences are gap-free from 1, in the order of appending, and each lane has its own`, async (t) => {
    const box = open()
    t.teardown(() => box.close())
    await box.commit(() => box.outbox.append('facts', 'a', '{"n":1}'))
    await box.commit(() => box.outbox.append('history', 'h', '{}'))
    await Promise.all(
      ['b', 'c'].map((key) => box.commit(() => box.outbox.append('facts', key, `{"k":"${key}"}`)))
    )
    t.strictSame(box.outbox.read('facts', 0, 10), [
      [1, 'a', '{"n":1}'],
      [2, 'b', '{"k":"b"}'],
      [3, 'c', '{"k":"c"}']
    ])
    t.strictSame(box.outbox.read('facts', 1, 1), [[2, 'b', '{"k":"b"}']])
    t.equal(box.outbox.newest('history').sequence, 1)
  })

  void test(`${name}: what waits for the cloud has waited since it was written, by lane`, async (t) => {
    const box = open()
    t.teardown(() => box.close())
    t.equal(box.outbox.waitingSince('facts'), null)
    await box.commit(() => [box.outbox.append('facts', 'a', '1'), box.outbox.append('facts', 'b', '2')])
    const since = box.outbox.waitingSince('facts')
    t.type(since, 'number')
    t.equal(box.outbox.waitingSince('history'), null)
    await box.commit(() => box.outbox.markDurable('facts', 1))
    t.ok(Number(box.outbox.waitingSince('facts')) >= Number(since), 'the next one')
    await box.commit(() => box.outbox.markDurable('facts', 2))
    t.equal(box.outbox.waitingSince('facts'), null, 'nothing waits')
  })

  void test(`${name}: the same fact twice is one fact, in one commit, in two, and after a restart`, async (t) => {
    let box = open()
    t.teardown(() => box.close())
    t.strictSame(
      await box.commit(() => [box.outbox.append('facts', 'a', '1'), box.outbox.append('facts', 'a', '2')]),
      [1, null]
    )
    t.equal(await box.commit(() => box.outbox.append('facts', 'a', '3')), null)
    box = await box.reopen()
    t.equal(await box.commit(() => box.outbox.append('facts', 'a', '4')), null)
    t.strictSame(box.outbox.read('facts', 0, 10), [[1, 'a', '1']])
    t.equal(box.outbox.has('a'), true)
    t.equal(box.outbox.has('b'), false)
  })

  void test(`${name}: history may repeat a key`, async (t) => {
    const box = open()
    t.teardown(() => box.close())
    await box.commit(() => box.outbox.append('history', 'h', '1'))
    await box.commit(() => box.outbox.append('history', 'h', '1'))
    t.equal(box.outbox.read('history', 0, 10).length, 2)
  })

  void test(`${name}: the chain is the one of the language, before and after a restart`, async (t) => {
    let box = open()
    t.teardown(() => box.close())
    t.strictSame(box.outbox.newest('facts'), { sequence: 0, hash: chainStart })
    t.equal(box.outbox.hashAt('facts', 0), chainStart)
    for (const key of ['a', 'ü/€', 'c'])
      await box.commit(() => box.outbox.append('facts', key, JSON.stringify({ key })))
    box = await box.reopen()
    let hash = chainStart
    for (const event of box.outbox.read('facts', 0, 10)) {
      hash = sha256(chainText(hash, event))
      t.equal(box.outbox.hashAt('facts', event[0]), hash)
    }
    t.strictSame(box.outbox.newest('facts'), { sequence: 3, hash })
    t.equal(box.outbox.hashAt('facts', 4), null)
    t.equal(box.outbox.verify('facts', 0, 100), null)
  })

  void test(`${name}: a write that fails leaves no trace and no gap, its neighbours stand`, async (t) => {
    const box = open()
    t.teardown(() => box.close())
    const results = await Promise.allSettled([
      box.commit(() => box.outbox.append('facts', 'a', '1')),
      box.commit(() => {
        box.outbox.append('facts', 'b', '2')
        throw new Error('a bug')
      }),
      box.commit(() => box.outbox.append('facts', 'c', '3'))
    ])
    t.strictSame(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled']
    )
    t.strictSame(box.outbox.read('facts', 0, 10), [
      [1, 'a', '1'],
      [2, 'c', '3']
    ])
    t.equal(box.outbox.verify('facts', 0, 100), null)
  })

  void test(`${name}: nothing is appended outside of a commit`, async (t) => {
    const box = open()
    t.teardown(() => box.close())
    t.throws(() => box.outbox.append('facts', 'a', '1'), /only inside/)
    t.throws(() => box.outbox.markDurable('facts', 0), /only inside/)
  })

  void test(`${name}: durable only grows, never beyond what was written, and survives`, async (t) => {
    let box = open()
    t.teardown(() => box.close())
    for (const key of ['a', 'b', 'c']) await box.commit(() => box.outbox.append('facts', key, '1'))
    await box.commit(() => box.outbox.markDurable('facts', 2))
    await box.commit(() => box.outbox.markDurable('facts', 1))
    t.equal(box.outbox.durable('facts'), 2)
    await t.rejects(
      box.commit(() => box.outbox.markDurable('facts', 9)),
      /never written/
    )
    box = await box.reopen()
    t.equal(box.outbox.durable('facts'), 2)
    await box.commit(() => box.outbox.rewind('facts', 1))
    t.equal(box.outbox.durable('facts'), 1, 'a cloud restored from a backup asks again')
  })

  void test(`${name}: listeners hear of a lane after the commit, not of one that failed`, async (t) => {
    const box = open()
    t.teardown(() => box.close())
    const told: string[] = []
    const stop = box.outbox.onAppend((lane) => told.push(`${lane} ${box.outbox.newest(lane).sequence}`))
    await box.commit(() => box.outbox.append('facts', 'a', '1'))
    await box.commit(() => box.outbox.append('facts', 'a', '1'))
    stop()
    await box.commit(() => box.outbox.append('facts', 'b', '1'))
    t.strictSame(told, ['facts 1'])
  })

  void test(`${name}: any mix of writes, failures, repetitions and restarts leaves a whole chain of distinct facts`, async (t) => {
    const act = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        keys: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }),
        fails: fc.boolean()
      }),
      fc.record({ kind: fc.constant('reopen' as const) })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        let box = open()
        const wanted = new Set<string>()
        for (const each of acts) {
          if (each.kind === 'reopen') box = await box.reopen()
          else for (const key of await written(box, each)) wanted.add(key)
        }
        const held = box.outbox.read('facts', 0, 1000)
        const isWhole =
          box.outbox.verify('facts', 0, 1000) === null &&
          held.every(([sequence], index) => sequence === index + 1)
        await box.close()
        return isWhole && JSON.stringify(held.map(([, key]) => key)) === JSON.stringify([...wanted])
      }),
      { numRuns: 25 }
    )
    t.pass()
  })
}

/** @returns the keys of a commit that stood */
async function written(box: Opened, { keys, fails }: { keys: number[]; fails: boolean }): Promise<string[]> {
  const write = box.commit(() => {
    for (const key of keys) box.outbox.append('facts', `k${key}`, `{"key":${key}}`)
    if (fails) throw new Error('no')
  })
  return write.then(
    () => keys.map((key) => `k${key}`),
    () => []
  )
}
