import fc from 'fast-check'
import { test } from 'tap'
import { hear, next, openFlow, type Flow, type Heard, type Next } from './flow.ts'

const opened = (facts: number, history = 0): Flow => openFlow({ facts: 0, history: 0 }, { facts, history }, 0)

/** Sends all that may be sent now. @returns the flow and the ranges sent */
function sendAll(flow: Flow, now: number): [Flow, { lane: string; first: number; last: number }[]] {
  const sent: { lane: string; first: number; last: number }[] = []
  for (;;) {
    const wanted = next(flow, now)
    if (wanted.kind === 'wait') return [flow, sent]
    const range = { lane: wanted.lane, first: wanted.after + 1, last: wanted.after + wanted.most }
    sent.push(range)
    flow = hear(flow, { kind: 'sent', ...range }, now)
  }
}

void test('a backlog goes out in full frames, eight under way at the most', async (t) => {
  const [, sent] = sendAll(opened(10_000), 0)
  t.equal(sent.length, 8)
  t.strictSame(sent[0], { lane: 'facts', first: 1, last: 500 })
  t.strictSame(sent[7], { lane: 'facts', first: 3501, last: 4000 })
})

void test('history waits until every fact has been sent', async (t) => {
  const [flow, sent] = sendAll(opened(4_600, 300), 0)
  t.ok(sent.every(({ lane }) => lane === 'facts'))
  const stored = sent.reduce((each, { last }) => hear(each, { kind: 'stored', lane: 'facts', last }, 5), flow)
  const [, then] = sendAll(stored, 5)
  t.strictSame(
    then.map(({ lane, first, last }) => [lane, first, last]),
    [
      ['facts', 4001, 4500],
      ['facts', 4501, 4600],
      ['history', 1, 300]
    ]
  )
})

void test('a fact that comes while history drains goes first', async (t) => {
  let [flow] = sendAll(opened(0, 5_000), 0)
  flow = hear(flow, { kind: 'newest', lane: 'facts', sequence: 1 }, 1)
  flow = hear(flow, { kind: 'stored', lane: 'history', last: 500 }, 2)
  t.match(next(flow, 2), { kind: 'send', lane: 'facts', after: 0, most: 1 })
})

void test('new telemetry waits a second for company, or until a frame is full; new facts go at once', async (t) => {
  const quiet = hear(opened(0, 0), { kind: 'newest', lane: 'history', sequence: 3 }, 100)
  t.match(next(quiet, 1_099), { kind: 'wait' })
  t.match(next(quiet, 1_100), { kind: 'send', lane: 'history', most: 3 })
  const full = hear(quiet, { kind: 'newest', lane: 'history', sequence: 500 }, 200)
  t.match(next(full, 200), { kind: 'send', most: 500 })
  t.match(next(hear(quiet, { kind: 'newest', lane: 'facts', sequence: 1 }, 200), 200), {
    kind: 'send',
    lane: 'facts'
  })
})

void test('on a slow line one small frame at a time leaves room for commands', async (t) => {
  const [flow] = sendAll(opened(500), 0)
  const slow = hear(
    hear(flow, { kind: 'stored', lane: 'facts', last: 500 }, 3_000),
    { kind: 'newest', lane: 'facts', sequence: 2_000 },
    3_000
  )
  const [, sent] = sendAll(slow, 3_000)
  t.strictSame(sent, [{ lane: 'facts', first: 501, last: 550 }])
})

void test('ten seconds without progress: all that is not durable is sent again, then ever more rarely', async (t) => {
  let [flow] = sendAll(opened(1_000), 0)
  flow = hear(flow, { kind: 'stored', lane: 'facts', last: 500 }, 10)
  flow = hear(flow, { kind: 'stored', lane: 'facts', last: 1_000 }, 10)
  flow = hear(flow, { kind: 'tick' }, 9_999)
  t.match(next(flow, 9_999), { kind: 'wait' })
  flow = hear(flow, { kind: 'tick' }, 10_000)
  t.match(next(flow, 10_000), { kind: 'send', after: 0 })
  ;[flow] = sendAll(flow, 10_000)
  t.match(next(hear(flow, { kind: 'tick' }, 29_999), 29_999), { kind: 'wait' })
  t.match(next(hear(flow, { kind: 'tick' }, 30_000), 30_000), { kind: 'send', after: 0 })
})

void test('a refused frame is sent again after a pause that grows', async (t) => {
  let [flow] = sendAll(opened(500), 0)
  flow = hear(flow, { kind: 'refused', lane: 'facts', first: 1 }, 100)
  t.match(next(flow, 599), { kind: 'wait' })
  t.match(next(flow, 600), { kind: 'send', after: 0 })
  ;[flow] = sendAll(flow, 600)
  flow = hear(flow, { kind: 'refused', lane: 'facts', first: 1 }, 700)
  t.match(next(flow, 1_600), { kind: 'wait' })
  t.match(next(flow, 1_700), { kind: 'send', after: 0 })
})

const table: { title: string; heard: Heard; after: number | null }[] = [
  { title: 'durable moves on', heard: { kind: 'durable', lane: 'facts', sequence: 700 }, after: null },
  {
    title: 'a hole is filled from where it begins',
    heard: { kind: 'durable', lane: 'facts', sequence: 500, resendFrom: 501 },
    after: 500
  },
  {
    title: 'a request beyond what was sent is none',
    heard: { kind: 'durable', lane: 'facts', sequence: 500, resendFrom: 9_999 },
    after: null
  },
  {
    title: 'a request below what is durable is left to hello',
    heard: { kind: 'durable', lane: 'facts', sequence: 500, resendFrom: 3 },
    after: null
  }
]
for (const { title, heard, after } of table) {
  void test(title, async (t) => {
    const [flow] = sendAll(opened(1_000), 0)
    const wanted = next(hear(hear(flow, { kind: 'durable', lane: 'facts', sequence: 500 }, 5), heard, 10), 10)
    t.equal(wanted.kind === 'send' ? wanted.after : null, after)
  })
}

void test('the same request a second time at once is not answered twice', async (t) => {
  const [flow] = sendAll(opened(1_000), 0)
  const ask: Heard = { kind: 'durable', lane: 'facts', sequence: 0, resendFrom: 1 }
  const [again] = sendAll(hear(flow, ask, 10), 10)
  t.match(next(hear(again, ask, 20), 20), { kind: 'wait' })
  t.match(next(hear(again, ask, 1_011), 1_011), { kind: 'send', after: 0 })
  const asked = hear(again, ask, 20)
  t.match(next(hear(asked, { kind: 'tick' }, 1_009), 1_009), { kind: 'wait' })
  t.match(next(hear(asked, { kind: 'tick' }, 1_010), 1_010), { kind: 'send', after: 0 }, 'but not forgotten')
})

void test('news about nothing that is under way changes nothing', async (t) => {
  const flow = opened(10)
  t.equal(hear(flow, { kind: 'stored', lane: 'facts', last: 7 }, 1), flow)
  t.equal(hear(flow, { kind: 'refused', lane: 'facts', first: 7 }, 1), flow)
  t.equal(
    hear(flow, { kind: 'durable', lane: 'facts', sequence: 99 }, 1).facts.durable,
    10,
    'never beyond what exists'
  )
})

type Sizes = { readonly facts: number; readonly history: number }
type Range = { readonly lane: 'facts' | 'history'; readonly first: number; readonly last: number }
type Net = { facts: number[]; up: Range[]; down: Heard[]; durable: { facts: number; history: number } }

const mostSteps = 20_000

/** A cloud and a line that lose, double and reorder whatever chance says, until the day they behave. */
function run(chances: readonly number[], sizes: Sizes): Net & { steps: number } {
  let flow = openFlow({ facts: 0, history: 0 }, sizes, 0)
  const net: Net = { facts: [], up: [], down: [], durable: { facts: 0, history: 0 } }
  const done = () => flow.facts.durable === sizes.facts && flow.history.durable === sizes.history
  let step = 0
  for (; !done() && step < mostSteps; step++) {
    const chance = chances[step] ?? 0 // After the bad days: no loss, in order.
    const now = step * 300
    const news = [
      ...sendOver(net, next(flow, now), chance),
      ...hearOver(net, chance),
      { kind: 'tick' } as const
    ]
    for (const heard of news) flow = hear(flow, heard, now)
  }
  return { ...net, steps: step }
}

function sendOver(net: Net, wanted: Next, chance: number): Heard[] {
  if (wanted.kind === 'wait') return []
  const frame = { lane: wanted.lane, first: wanted.after + 1, last: wanted.after + wanted.most }
  const copies = ({ 1: 0, 2: 2 } as Record<number, number>)[chance % 7] ?? 1
  net.up.push(...Array.from({ length: copies }, () => frame))
  if (chance % 7 === 3) net.up.reverse()
  const fate = ({ 4: 'refused', 5: 'silent' } as Record<number, string>)[chance % 11] ?? 'stored'
  const answer: Heard[] = fate === 'silent' ? [] : [{ kind: fate as 'stored' | 'refused', ...frame }]
  return [{ kind: 'sent', ...frame }, ...answer]
}

function hearOver(net: Net, chance: number): Heard[] {
  const frame = net.up.shift()
  if (frame) net.down.push(commit(net, frame))
  if (chance % 5 === 1) net.down = []
  if (chance % 5 === 2) net.down.reverse()
  const word = net.down.shift()
  if (!word) return []
  return chance % 5 === 3 ? [word, word] : [word]
}

function commit(net: Net, { lane, first, last }: Range): Heard {
  const held = net.durable[lane]
  if (first > held + 1) return { kind: 'durable', lane, sequence: held, resendFrom: held + 1 }
  for (let each = held + 1; each <= last; each++) if (lane === 'facts') net.facts.push(each)
  net.durable[lane] = Math.max(held, last)
  return { kind: 'durable', lane, sequence: net.durable[lane] }
}

void test('whatever is lost, doubled or reordered on both ways, everything becomes durable, once and in order', async (t) => {
  const sizes = fc.record({
    facts: fc.integer({ min: 0, max: 9_000 }),
    history: fc.integer({ min: 0, max: 3_000 })
  })
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 300 }), sizes, (chances, size) => {
      const end = run(chances, size)
      return (
        end.steps < mostSteps &&
        end.durable.facts === size.facts &&
        end.durable.history === size.history &&
        end.facts.length === size.facts &&
        end.facts.every((sequence, index) => sequence === index + 1)
      )
    }),
    { numRuns: 300 }
  )
  t.pass()
})
