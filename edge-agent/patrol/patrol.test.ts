import { setImmediate as settled } from 'node:timers/promises'
import { test } from 'tap'
import type { Capabilities, Difference, ReadBack } from '../drivers/contract.ts'
import { openPatrol, type Needs } from './index.ts'

const difference: Difference = {
  chargerId: 'A',
  evseId: 1,
  connectorId: 1,
  toldMilliA: 6_000,
  saysMilliA: null
}
const differs: ReadBack = { kind: 'differs', differences: [difference] }

const can: Capabilities = {
  foundAt: '2026-01-02T03:00:00.000Z',
  firmware: null,
  unit: 'A',
  stepMilliA: 100,
  maxStackLevel: null,
  maxPeriods: null,
  maxProfiles: null,
  switches3to1: null,
  sampleIntervalS: null,
  stationMaximum: null,
  readsBack: true,
  clears: null,
  txBeforeStart: null
}

/** A clock that is turned by hand, and chargers that say what the test wants. */
function world(ids: readonly string[]) {
  const log: string[] = []
  const timers: { atMs: number; work: () => void; off: boolean }[] = []
  let nowMs = 0
  const answers = new Map<string, ReadBack | Error>(ids.map((id) => [id, { kind: 'as-told' }]))
  const connected = new Set(ids)
  const list = new Set(ids)
  const silent = new Set<string>()
  const needs: Needs = {
    clock: {
      monotonicMs: () => nowMs,
      after: (ms, work) => {
        const timer = { atMs: nowMs + ms, work, off: false }
        timers.push(timer)
        return {
          cancel: () => {
            timer.off = true
          }
        }
      }
    },
    chargerIds: () => [...list],
    chargers: {
      isConnected: (id) => connected.has(id),
      probe: async (id) => {
        log.push(`probe ${id}`)
        return silent.has(id) ? null : can
      },
      readBack: async (id) => {
        log.push(`read ${id}`)
        const answer = answers.get(id) ?? { kind: 'failed', error: 'gone' }
        if (answer instanceof Error) throw answer
        return answer
      }
    },
    again: (id) => void log.push(`again ${id}`),
    alarms: {
      raise: ({ code, subject, detail }) => void log.push(`raise ${code} ${subject}: ${detail}`),
      clear: (code, subject) => void log.push(`clear ${code} ${subject}`)
    },
    log: { warn: (_detail, message) => void log.push(message) }
  }
  const pass = async (seconds: number) => {
    for (let beat = 0; beat < seconds; beat++) {
      nowMs += 1_000
      for (const timer of timers.filter(({ atMs, off }) => !off && atMs <= nowMs)) {
        timer.off = true
        timer.work()
      }
      await settled()
    }
  }
  return { needs, log, answers, connected, list, silent, pass }
}

void test('each connection is probed once and read back, one charger every three seconds', async (t) => {
  const { needs, log, pass } = world(['A', 'B'])
  const patrol = openPatrol(needs)
  await pass(20)
  t.strictSame(log, ['probe A', 'read A', 'probe B', 'read B'])
  await pass(30)
  t.strictSame(log.slice(4), ['read A', 'read B'])
  patrol.stop()
  await pass(60)
  t.equal(log.length, 6, 'and after the stop nothing more')
})

void test('a difference is told again; the third in a row is an alarm, which ends when the charger agrees', async (t) => {
  const { needs, log, answers, pass } = world(['A'])
  answers.set('A', differs)
  const patrol = openPatrol(needs)
  t.teardown(() => patrol.stop())
  await pass(50)
  const raised = 'raise charger-forgets-limit A: A:1:1 was told 6 A and says no limit'
  t.strictSame(log.slice(0, 9), [
    'probe A',
    'read A',
    'again A',
    'read A',
    'again A',
    'read A',
    'again A',
    raised,
    'read A'
  ])
  t.equal(log.filter((line) => line === raised).length, 1, 'once')
  t.strictSame([...patrol.said()], [['A:1:1', null]])
  answers.set('A', { kind: 'unknown', because: 'x' })
  await pass(40)
  t.notOk(log.includes('clear charger-forgets-limit A'), 'not knowing ends nothing')
  answers.set('A', { kind: 'as-told' })
  await pass(40)
  t.equal(log.at(-1), 'clear charger-forgets-limit A')
  t.equal(patrol.said().size, 0)
})

void test('a new connection is probed again; a charger that is taken away takes its alarm along', async (t) => {
  const { needs, log, answers, connected, list, pass } = world(['A'])
  const patrol = openPatrol(needs)
  t.teardown(() => patrol.stop())
  await pass(10)
  connected.clear()
  await pass(5)
  connected.add('A')
  answers.set('A', differs)
  await pass(50)
  t.equal(log.filter((line) => line === 'probe A').length, 2)
  list.clear()
  await pass(2)
  t.equal(log.at(-1), 'clear charger-forgets-limit A')
})

void test('a visit that fails is logged, and the round goes on', async (t) => {
  const { needs, log, answers, pass } = world(['A', 'B'])
  answers.set('A', new Error('broken'))
  const patrol = openPatrol(needs)
  t.teardown(() => patrol.stop())
  await pass(20)
  t.ok(log.includes('a charger could not be read back'))
  t.ok(log.includes('read B'))
})

void test('a charger that does not answer its probe is not asked for more', async (t) => {
  const { needs, log, silent, pass } = world(['A'])
  silent.add('A')
  const patrol = openPatrol(needs)
  t.teardown(() => patrol.stop())
  await pass(300)
  t.strictSame(log, ['probe A'])
})
