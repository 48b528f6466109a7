import fc from 'fast-check'
import { test } from 'tap'
import { pauseBefore, takeEvents } from './event-stream.ts'
import { readLive, withConnectors } from './patches.ts'
import { readProblem, silence } from './problem.ts'
import { keepStream, type StreamState } from './stream.ts'

void test('events are cut off the front, comments and half events stay out', async (t) => {
  const { events, rest } = takeEvents(
    'retry: 2000\nevent: hello\ndata: {}\n\n: alive\n\nevent: power\nid: 7\ndata: 1\ndata: 2\n\nevent: po'
  )
  t.strictSame(events, [
    { event: 'hello', data: '{}', id: null },
    { event: 'power', data: '1\n2', id: '7' }
  ])
  t.equal(rest, 'event: po')
})

void test('wherever the line is cut, the same events come out', async (t) => {
  const text = 'event: a\r\ndata: 1\r\n\r\nevent: b\ndata: 2\n\n'
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length }), (at) => {
      if (text[at - 1] === '\r') return true // A chunk may end inside CRLF; the rest then begins with the LF.
      const first = takeEvents(text.slice(0, at))
      const second = takeEvents(first.rest + text.slice(at))
      return [...first.events, ...second.events].map(({ event, data }) => event + data).join() === 'a1,b2'
    })
  )
  t.pass()
})

void test('an event without end is refused', async (t) => {
  t.throws(() => takeEvents(`data: ${'x'.repeat(2_000_001)}`), RangeError)
})

void test('pauses grow, never above their ceiling, never below half of it', async (t) => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
      const pause = pauseBefore(attempt, chance)
      const ceiling = Math.min(20_000, 500 * 2 ** Math.min(attempt, 10))
      return pause >= Math.floor(ceiling / 2) && pause <= ceiling
    })
  )
  t.pass()
})

void test('a newer live message is written over the list in place, an older one is not', async (t) => {
  const items = [
    { id: 'A:1:1', powerW: 1, updatedAt: '2026-01-01T00:00:10Z' },
    { id: 'B:1:1', powerW: 2, updatedAt: '2026-01-01T00:00:10Z' }
  ]
  const tell = (at: string) =>
    readLive(
      JSON.stringify({
        connectors: [{ chargerId: 'A', evseId: 1, connectorId: 1, powerW: 9, updatedAt: at }]
      })
    )
  const list = { items, nextCursor: null }
  const fresh = withConnectors(list, tell('2026-01-01T00:00:11Z'))
  t.match(fresh, {
    items: [
      { id: 'A:1:1', powerW: 9 },
      { id: 'B:1:1', powerW: 2 }
    ]
  })
  t.equal(fresh?.items[1], items[1], 'what did not change is the same object')
  t.equal(withConnectors(list, tell('2026-01-01T00:00:09Z')), list)
})

void test('whatever body comes with a refusal, a problem with its code is read', async (t) => {
  t.match(readProblem(409, '{"code":"connector-busy","detail":"in use","traceId":"abc"}'), {
    status: 409,
    code: 'connector-busy',
    detail: 'in use',
    traceId: 'abc'
  })
  t.match(readProblem(502, '<html>'), { status: 502, code: 'http-502', detail: '' })
  t.match(silence(new DOMException('late', 'TimeoutError')), { status: 0, code: 'no-answer-in-time' })
})

void test('a stream that ends is shown as lost, comes back, and asks again for what was missed', async (t) => {
  const states: StreamState[] = []
  const heard: string[] = []
  const stop = new AbortController()
  let opened = 0
  let asked = 0
  await keepStream(
    {
      open: async () => {
        opened++
        if (opened === 2) throw readProblem(503, '')
        if (opened === 4) stop.abort()
        return new Response(`event: n${opened}\ndata: 1\n\n`)
      },
      heard: ({ event }) => heard.push(event),
      changed: (state) => states.push(state),
      opened: () => asked++,
      chance: () => 0,
      wait: async () => undefined
    },
    stop.signal
  )
  t.match(heard, ['n1', 'n3'])
  t.ok(asked >= 2, 'at the first opening too')
  t.ok(states.includes('lost') && states.includes('live'))
})

void test('a refused stream is not tried again', async (t) => {
  let opened = 0
  await keepStream(
    {
      open: async () => {
        opened++
        throw readProblem(403, '')
      },
      heard: () => undefined,
      changed: () => undefined,
      opened: () => undefined,
      chance: () => 0,
      wait: async () => undefined
    },
    new AbortController().signal
  )
  t.equal(opened, 1)
})
