import { test } from 'tap'
import { mostRevisions } from '@nova/shared-protocol/codecs/ocpp'
import type { Token } from '@nova/shared-protocol/model'
import type { CardList, ListKept } from '../drivers/contract.ts'
import { openCardLists } from './index.ts'

const token = (uid: string): Token => ({ uid, type: 'ISO14443', status: 'accepted' })
type Told = { readonly chargerId: string; readonly list: CardList }

/** A clock turned by hand, chargers that answer as the test says, a memory that may refuse. */
function scene(more: { kept?: string; chance?: number } = {}) {
  let [nowMs, memory]: [number, string | null] = [0, more.kept ?? null]
  let timers: { atMs: number; work: () => void }[] = []
  const told: Told[] = []
  const world = {
    cards: [token('A')] as readonly Token[],
    connected: new Set(['CP1', 'CP2']),
    answer: (_told: Told): ListKept | Promise<ListKept> => ({ kind: 'kept', how: 'whole', cards: 1 }),
    refuses: false,
    warnings: [] as string[],
    counts: [] as string[],
    told,
    memory: () => memory,
    /** Second by second; what was begun in one is over before the next. */
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second++) {
        nowMs += 1_000
        const due = timers.filter(({ atMs }) => atMs <= nowMs)
        timers = timers.filter((timer) => !due.includes(timer))
        for (const { work } of due) work()
        await new Promise(setImmediate)
      }
    },
    since: () => told.splice(0)
  }
  const lists = openCardLists({
    clock: {
      monotonicMs: () => nowMs,
      after(milliseconds, work) {
        const timer = { atMs: nowMs + milliseconds, work }
        timers.push(timer)
        return { cancel: () => void (timers = timers.filter((each) => each !== timer)) }
      }
    },
    chance: () => more.chance ?? 0,
    cards: () => world.cards,
    chargerIds: () => ['CP1', 'CP2'],
    chargers: {
      isConnected: (id) => world.connected.has(id),
      keepList: async (chargerId, list) => {
        told.push({ chargerId, list })
        return world.answer({ chargerId, list })
      }
    },
    memory: {
      get: () => memory,
      put: async (text) => {
        if (world.refuses) throw new Error('the disk is full')
        memory = text
      }
    },
    count: (name) => void world.counts.push(name),
    log: { info: () => undefined, warn: (_detail, message) => void world.warnings.push(message) }
  })
  return { ...world, world, stop: () => lists.stop() }
}

const revisions = (told: readonly Told[]) => told.map(({ chargerId, list }) => [chargerId, list.revision])

void test('each charger is told once, five seconds after it connected; a change goes to all, as a difference', async (t) => {
  const { world, pass, since, stop } = scene()
  await pass(5)
  t.strictSame(since(), [])
  await pass(5)
  t.strictSame(revisions(since()), [
    ['CP1', 1],
    ['CP2', 1]
  ])
  await pass(60)
  t.strictSame(since(), [])
  const first = world.cards
  world.cards = [token('A'), token('B')]
  await pass(3)
  world.cards = [token('B')]
  await pass(2)
  t.strictSame(since(), [], 'changes are gathered')
  await pass(5)
  const told = since()
  t.strictSame(revisions(told), [
    ['CP1', 2],
    ['CP2', 2]
  ])
  t.match(told[0]?.list.cards, [{ uid: 'B' }])
  t.strictSame(told[0]?.list.before(1), first)
  t.equal(told[0]?.list.before(3), null)
  stop()
  world.cards = []
  await pass(60)
  t.strictSame(since(), [])
})

void test('the same cards in another array are no news', async (t) => {
  const { world, pass, since } = scene()
  await pass(15)
  since()
  world.cards = [token('A')]
  await pass(60)
  t.strictSame(since(), [])
})

void test('after a restart the same cards are the same revision, others the next', async (t) => {
  const before = scene({ chance: 0.5 })
  await before.pass(15)
  const [told] = before.since()
  t.equal(told?.list.revision, 1 + Math.floor(mostRevisions / 4), 'numbers begin anywhere')
  const kept = String(before.memory())
  const same = scene({ kept })
  await same.pass(15)
  t.equal(same.since()[0]?.list.revision, told?.list.revision)
  const other = scene({ kept })
  other.world.cards = [token('B')]
  await other.pass(15)
  const [changed] = other.since()
  t.equal(changed?.list.revision, Number(told?.list.revision) + 1)
  t.equal(changed?.list.before(Number(told?.list.revision)), null, 'what it was is not remembered')
  t.throws(() => scene({ kept: '{"revision":0}' }))
})

void test('numbers do not run over', async (t) => {
  const { pass, since } = scene({ kept: JSON.stringify({ revision: mostRevisions, hash: 'of others' }) })
  await pass(15)
  t.equal(since()[0]?.list.revision, 1)
})

void test('who fails rests ten minutes, who cannot until it is back, and nobody stops the others', async (t) => {
  const { world, pass, since } = scene()
  world.answer = ({ chargerId }) =>
    chargerId === 'CP1' ? { kind: 'failed', error: 'Failed' } : { kind: 'unsupported', because: 'none' }
  await pass(15)
  t.strictSame(revisions(since()), [
    ['CP1', 1],
    ['CP2', 1]
  ])
  await pass(580)
  t.strictSame(since(), [])
  await pass(20)
  t.strictSame(revisions(since()), [['CP1', 1]])
  world.connected.delete('CP2')
  await pass(1)
  world.connected.add('CP2')
  await pass(12)
  t.strictSame(revisions(since()), [['CP2', 1]])
  t.strictSame(world.counts, [
    'card-list-failed',
    'card-list-unsupported',
    'card-list-failed',
    'card-list-unsupported'
  ])
})

void test('a revision that could not be kept is told nobody, and kept when the disk takes it again', async (t) => {
  const { world, pass, since } = scene()
  world.refuses = true
  await pass(30)
  t.strictSame(since(), [])
  t.ok(world.warnings.includes('a list of cards could not be kept'))
  world.refuses = false
  await pass(5)
  t.strictSame(revisions(since()).length, 2)
})

void test('a driver that throws is a failure like another', async (t) => {
  const { world, pass, since } = scene()
  world.connected.delete('CP2')
  world.answer = () => Promise.reject(new Error('a bug'))
  await pass(15)
  t.strictSame(revisions(since()), [['CP1', 1]])
  await pass(580)
  t.strictSame(since(), [])
  await pass(30)
  t.equal(since().length, 1)
})

void test('a charger without room for all is told of, and gets what the driver cuts', async (t) => {
  const { world, pass } = scene()
  world.cards = [token('A'), token('B')]
  await pass(15)
  t.ok(world.warnings.includes('a charger has no room for all cards of the site'))
})
