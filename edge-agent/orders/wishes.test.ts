import { test } from 'tap'
import { openWishes } from './wishes.ts'

function shelf() {
  const kept = new Map<string, string>()
  let nowMs = 0
  let changes = 0
  const open = () =>
    openWishes({
      commit: async (write) => write(),
      meta: { get: (name) => kept.get(name) ?? null, put: (name, value) => void kept.set(name, value) },
      now: () => nowMs,
      changed: () => changes++
    })
  return { open, later: (ms: number) => (nowMs += ms), changes: () => changes }
}

void test('a wish survives a restart, and a new one stands in its place', async (t) => {
  const { open, changes } = shelf()
  const wishes = open()
  const none = wishes.all()
  await wishes.put('s1', { energyWh: 20_000, departAt: '2026-03-01T18:00:00Z' })
  await wishes.put('s1', { energyWh: 30_000 })
  t.not(wishes.all(), none, 'another map')
  t.strictSame([...open().all()], [['s1', { energyWh: 30_000 }]])
  t.equal(changes(), 2, 'the loop hears of each')
})

void test('wishes of a week ago are forgotten', async (t) => {
  const { open, later } = shelf()
  const wishes = open()
  await wishes.put('old', { energyWh: 1 })
  later(8 * 86_400_000)
  await wishes.put('new', { energyWh: 2 })
  t.strictSame([...wishes.all().keys()], ['new'])
})
