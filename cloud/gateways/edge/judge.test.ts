import { hash } from 'node:crypto'
import { chainStart, chainText, type EdgeEvent, type Frame } from '@nova/shared-protocol/messages'
import fc from 'fast-check'
import { test } from 'tap'
import { chainOf, judge as judgeBy, type LaneMark, type Verdict } from './judge.ts'

const sha256 = (text: string): string => hash('sha256', text, 'hex')

const judge = (mark: LaneMark, frame: Frame, hashOf: typeof sha256): Verdict =>
  judgeBy(mark, frame, chainOf(frame, hashOf))

/** A lane of an edge, cut into frames as one likes. */
function laneOf(count: number) {
  const events = Array.from({ length: count }, (_, index): EdgeEvent => [
    index + 1,
    `key-${index + 1}`,
    `{"n":${index + 1}}`
  ])
  const hashes = events.reduce<string[]>(
    (chain, event) => [...chain, sha256(chainText(chain.at(-1) ?? chainStart, event))],
    []
  )
  const hashAt = (sequence: number): string => hashes[sequence - 1] ?? chainStart
  const frame = (first: number, last: number): Frame => ({
    v: 1,
    site: 's',
    epoch: 1,
    lane: 'facts',
    first,
    last,
    before: hashAt(first - 1),
    hash: hashAt(last),
    sentAt: '2026-01-01T00:00:00Z',
    events: events.slice(first - 1, last)
  })
  return { frame, hashAt }
}

const lane = laneOf(30)
const mark = (durable: number): LaneMark => ({ durable, hash: lane.hashAt(durable) })

const table = [
  { title: 'the next frame is news', at: 10, frame: lane.frame(11, 20), kind: 'news' },
  { title: 'the same frame again is known', at: 20, frame: lane.frame(11, 20), kind: 'known' },
  { title: 'an older frame is known', at: 20, frame: lane.frame(1, 5), kind: 'known' },
  { title: 'an overlapping frame is news', at: 15, frame: lane.frame(11, 20), kind: 'news' },
  { title: 'a frame beyond a hole is a gap', at: 10, frame: lane.frame(12, 20), kind: 'gap' },
  { title: 'the first frame of an empty lane is news', at: 0, frame: lane.frame(1, 1), kind: 'news' },
  {
    title: 'an event short of its place is altered',
    at: 10,
    frame: { ...lane.frame(11, 20), last: 21 },
    kind: 'altered'
  },
  {
    title: 'two events in each other’s place are altered',
    at: 0,
    frame: { ...lane.frame(1, 2), events: lane.frame(1, 2).events.toReversed() },
    kind: 'altered'
  },
  {
    title: 'a frame with another hash is altered',
    at: 10,
    frame: { ...lane.frame(11, 20), hash: sha256('x') },
    kind: 'altered'
  },
  {
    title: 'a frame that hangs on another chain is altered',
    at: 10,
    frame: { ...lane.frame(11, 20), before: sha256('x') },
    kind: 'altered'
  }
] as const

for (const { title, at, frame, kind } of table) {
  void test(title, async (t) => t.equal(judge(mark(at), frame, sha256).kind, kind))
}

void test('an overlap gives only what is new', async (t) => {
  const verdict = judge(mark(15), lane.frame(11, 20), sha256)
  t.match(verdict, { kind: 'news', mark: { durable: 20, hash: lane.hashAt(20) } })
  t.strictSame(verdict.kind === 'news' && verdict.events.map(({ event }) => event[0]), [16, 17, 18, 19, 20])
  t.strictSame(
    verdict.kind === 'news' && verdict.events.map(({ hash: each }) => each),
    [16, 17, 18, 19, 20].map(lane.hashAt)
  )
})

void test('a chain that is sound in itself but another than the one held is never asked for again', async (t) => {
  const other = laneOf(30)
  const forged: Frame = {
    ...other.frame(1, 20),
    events: other.frame(1, 20).events.map(([n, key, body]) => [n, key, n === 5 ? '{"n":55}' : body])
  }
  const chain = forged.events.reduce((before, event) => sha256(chainText(before, event)), chainStart)
  t.match(judge(mark(10), { ...forged, hash: chain }, sha256), { kind: 'altered', resend: false })
})

void test('whatever is lost, doubled, reordered or cut differently: each event is taken once, in order', async (t) => {
  const frames = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 40
  })
  fc.assert(
    fc.property(frames, (cuts) => {
      let now = mark(0)
      const taken: number[] = []
      for (const [first, length] of cuts) {
        const verdict = judge(now, lane.frame(first, Math.min(30, first + length)), sha256)
        if (verdict.kind === 'altered') return false
        if (verdict.kind === 'gap' && verdict.resendFrom !== now.durable + 1) return false
        if (verdict.kind !== 'news') continue
        taken.push(...verdict.events.map(({ event }) => event[0]))
        now = verdict.mark
      }
      return (
        taken.every((sequence, index) => sequence === index + 1) &&
        now.durable === taken.length &&
        now.hash === lane.hashAt(now.durable)
      )
    })
  )
  t.pass()
})

void test('one changed character anywhere is found', async (t) => {
  const position = fc.integer({ min: 0, max: 9 })
  fc.assert(
    fc.property(position, fc.string({ minLength: 1, maxLength: 3 }), fc.boolean(), (at, text, inKey) => {
      const frame = lane.frame(11, 20)
      const events = frame.events.map(([n, key, body], index): EdgeEvent =>
        index === at ? [n, inKey ? key + text : key, inKey ? body : body + text] : [n, key, body]
      )
      return judge(mark(10), { ...frame, events }, sha256).kind === 'altered'
    })
  )
  t.pass()
})
