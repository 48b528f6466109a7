import fc from 'fast-check'
import { test } from 'tap'
import { readFrame } from '../../codecs/ocpp/index.ts'
import { beginTalk, step, usualRules, type Do, type Heard, type Rules, type Talk } from './index.ts'

const rules: Rules = {
  ...usualRules,
  protocol: 'ocpp1.6',
  idPrefix: 'p',
  quietMs: 30,
  pongMs: 15,
  workMs: 1_000,
  pauseAt: 4,
  resumeAt: 1,
  mostInbound: 10,
  mostOutbound: 3,
  mostGarbage: 3
}

const frame = (text: string): Heard => ({ kind: 'frame', frame: readFrame(text) })
const call = (id: string, action = 'Heartbeat', payload = '{}') => frame(`[2,"${id}","${action}",${payload}]`)
const wish = (
  token: number,
  more: { urgent?: boolean; topic?: string | null; patienceMs?: number } = {}
): Heard => ({
  kind: 'wish',
  wish: { token, action: 'Reset', payload: {}, urgent: false, topic: null, patienceMs: 10, ...more }
})
const answered: Heard = { kind: 'answered' }
const tick: Heard = { kind: 'tick' }

/** Plays what was heard, a millisecond each or at a given time, and lists all that was done. */
function play(heards: readonly (Heard | readonly [Heard, number])[], under: Rules = rules) {
  let talk: Talk = beginTalk(under, 0)
  const done: Do[] = []
  let now = 0
  for (const each of heards) {
    const [heard, at] = Array.isArray(each)
      ? (each as readonly [Heard, number])
      : ([each as Heard, now + 1] as const)
    now = at
    const [next, todo] = step(talk, heard, now)
    talk = next
    done.push(...todo)
  }
  return { talk, done, kinds: done.map(({ kind }) => kind) }
}

const idsOf = (done: readonly Do[]) => done.flatMap((each) => (each.kind === 'handle' ? [each.call.id] : []))
const settledOf = (done: readonly Do[]) =>
  done.flatMap((each) => (each.kind === 'settle' ? [[each.token, each.outcome.kind]] : []))

void test('calls are worked on one after the other, in the order heard', async (t) => {
  const { done } = play([call('start'), call('stop')])
  t.strictSame(idsOf(done), ['start'], 'the stop waits for the start')
  t.strictSame(idsOf(play([call('start'), call('stop'), answered]).done), ['start', 'stop'])
})

void test('the same call again while it is worked on gets no second answer', async (t) => {
  const { done } = play([call('a'), call('a'), answered])
  t.strictSame(idsOf(done), ['a'])
  t.match(done[1], { kind: 'ignored', what: 'repeated call' })
})

void test('another call under an id in use is refused, but money is taken in', async (t) => {
  t.match(play([call('a'), call('a', 'Authorize')]).done[1], { kind: 'refuse', fault: 'occurrence' })
  t.strictSame(idsOf(play([call('a'), call('a', 'StopTransaction'), answered]).done), ['a', 'a'])
})

void test('a backlog stops the reading, and reading goes on when it is worked off', async (t) => {
  const backlog = Array.from({ length: 5 }, (_, index) => call(`c${index}`))
  const { kinds, talk } = play([...backlog, answered, answered, answered, answered])
  t.equal(kinds.filter((kind) => kind === 'pause').length, 1)
  t.equal(kinds.filter((kind) => kind === 'resume').length, 1)
  t.equal(talk.paused, false)
})

void test('a station that talks too fast is read again in the next second, and loses nothing', async (t) => {
  const fast = { ...rules, mostCalls: 3 }
  const burst = [call('a'), answered, call('b'), answered, call('c'), answered, call('d'), answered]
  const { kinds, done } = play([...burst, [tick, 500], [tick, 1_001]], fast)
  t.equal(kinds.filter((kind) => kind === 'pause').length, 1)
  t.strictSame(idsOf(done), ['a', 'b', 'c', 'd'])
  t.equal(kinds.at(-1), 'resume')
  t.notOk(play([...burst, [tick, 500]], fast).kinds.includes('resume'))
})

void test('more than one read can bring ends the line', async (t) => {
  const { done } = play(Array.from({ length: 11 }, (_, index) => call(`c${index}`)))
  t.match(done.at(-1), { kind: 'hang-up', code: 1008 })
})

void test('one call of ours is in flight at a time; the next goes when it is answered', async (t) => {
  const { done } = play([
    wish(1),
    wish(2),
    frame('[3,"p1",{"status":"Accepted"}]'),
    frame('[4,"p2","NotSupported","no",{}]')
  ])
  t.strictSame(
    done.map(({ kind }) => kind),
    ['call', 'settle', 'call', 'settle']
  )
  t.match(done[1], { token: 1, outcome: { kind: 'result', payload: { status: 'Accepted' } }, tookMs: 2 })
  t.match(done[3], { token: 2, outcome: { kind: 'error', code: 'NotSupported', description: 'no' } })
})

void test('urgent wishes overtake, in their own order; a newer one of the same topic replaces', async (t) => {
  const { talk, done } = play([
    wish(1),
    wish(2),
    wish(3, { urgent: true, topic: 'set-point 1' }),
    wish(4, { urgent: true, topic: 'set-point 1' })
  ])
  t.strictSame(
    talk.outbound.map(({ token }) => token),
    [4, 2]
  )
  t.strictSame(settledOf(done), [[3, 'superseded']])
})

void test('a full queue says so at once', async (t) => {
  t.strictSame(settledOf(play([wish(1), wish(2), wish(3), wish(4), wish(5)]).done), [[5, 'queue-full']])
})

void test('a call that nobody answers ends, and a late answer finds nobody', async (t) => {
  const { done } = play([
    [wish(1), 0],
    [wish(2), 1],
    [tick, 10],
    [frame('[3,"p1",{}]'), 12]
  ])
  t.strictSame(settledOf(done), [[1, 'no-answer']])
  t.match(done.at(-1), { kind: 'ignored', what: 'answer to no call' })
  t.equal(done.filter(({ kind }) => kind === 'call').length, 2, 'the next went out')
})

void test('answers to calls never made, or made already, settle nothing', async (t) => {
  const { done } = play([
    frame('[3,"p1",{}]'),
    wish(1),
    frame('[3,"p9",{}]'),
    frame('[3,"p1",{}]'),
    frame('[3,"p1",{}]')
  ])
  t.strictSame(settledOf(done), [[1, 'result']])
})

void test('who gives up is told at once; the line stays taken until the answer or its deadline', async (t) => {
  const { done, talk } = play([
    wish(1),
    wish(2),
    { kind: 'withdraw', token: 1 },
    { kind: 'withdraw', token: 2 },
    { kind: 'withdraw', token: 9 }
  ])
  t.strictSame(settledOf(done), [
    [1, 'withdrawn'],
    [2, 'withdrawn']
  ])
  t.ok(talk.inFlight)
  t.strictSame(settledOf(play([wish(1), { kind: 'withdraw', token: 1 }, frame('[3,"p1",{}]')]).done), [
    [1, 'withdrawn']
  ])
})

void test('a quiet line is pinged, a dead one hung up, a living one left alone', async (t) => {
  t.strictSame(play([[tick, 29]]).kinds, [])
  t.strictSame(
    play([
      [tick, 30],
      [tick, 44]
    ]).kinds,
    ['ping']
  )
  t.match(
    play([
      [tick, 30],
      [tick, 45]
    ]).done[1],
    { kind: 'hang-up', because: 'silence' }
  )
  t.strictSame(
    play([
      [tick, 30],
      [{ kind: 'alive' }, 31],
      [tick, 60]
    ]).kinds,
    ['ping']
  )
})

void test('while we do not read, silence is our own doing', async (t) => {
  const backlog = Array.from({ length: 5 }, (_, index): readonly [Heard, number] => [
    call(`c${index}`),
    index
  ])
  t.notOk(play([...backlog, [tick, 500], [tick, 900]]).kinds.includes('hang-up'))
})

void test('a call that cannot be stored in time ends the line, so that it is sent again', async (t) => {
  t.match(
    play([
      [call('a'), 1],
      [{ kind: 'alive' }, 1000],
      [tick, 1001]
    ]).done.at(-1),
    { kind: 'hang-up', code: 1011 }
  )
})

void test('garbage is answered where somebody waits, and too much of it ends the line', async (t) => {
  t.match(play([frame('nonsense')]).done, [{ kind: 'refuse', id: null, fault: 'frame' }])
  t.match(play([frame('[2,"a","Heartbeat"]')]).done, [{ kind: 'refuse', id: { id: 'a' }, fault: 'format' }])
  t.match(play([frame('[9,"a",{}]')]).done, [{ kind: 'ignored' }])
  t.match(play([frame('[9,"a",{}]')], { ...rules, protocol: 'ocpp2.0.1' }).done, [
    { kind: 'refuse', fault: 'message-type' }
  ])
  t.match(play(Array.from({ length: 4 }, () => frame('x'))).done.at(-1), { kind: 'hang-up', code: 1008 })
  const spread = Array.from({ length: 8 }, (_, index): readonly [Heard, number] => [
    frame('x'),
    index * 30_000
  ])
  t.notOk(play(spread).kinds.includes('hang-up'), 'a slip every half minute is borne')
})

void test('sends are a matter of 2.1, and result errors of nobody', async (t) => {
  t.match(play([frame('[6,"a","NotifyEvent",{}]')]).done, [{ kind: 'ignored' }])
  t.match(play([frame('[6,"a","NotifyEvent",{}]')], { ...rules, protocol: 'ocpp2.1' }).done, [
    { kind: 'handle' }
  ])
  t.match(play([frame('[5,"a","FormatViolation","",{}]')]).done, [{ kind: 'ignored' }])
})

void test('the end of the line settles everyone', async (t) => {
  const { done, talk } = play([call('a'), wish(1), wish(2), { kind: 'closed' }])
  t.strictSame(settledOf(done), [
    [1, 'closed'],
    [2, 'closed']
  ])
  t.strictSame([talk.inbound, talk.outbound, talk.inFlight], [[], [], null])
})

const anyHeard: fc.Arbitrary<Heard> = fc.oneof(
  fc
    .tuple(fc.nat(6), fc.constantFrom('Heartbeat', 'StartTransaction'))
    .map(([id, action]) => call(`i${id}`, action)),
  fc.nat(12).map((id) => frame(`[3,"p${id}",{}]`)),
  fc.nat(12).map((id) => frame(`[4,"p${id}","X","",{}]`)),
  fc.constantFrom(frame('garbage'), answered, tick, { kind: 'alive' } as const),
  fc.record({ urgent: fc.boolean(), topic: fc.constantFrom(null, 'a', 'b') }).map((more) => wish(-1, more)),
  fc.nat(10).map((token): Heard => ({ kind: 'withdraw', token }))
)
const anyTalk = fc.array(fc.tuple(anyHeard, fc.nat(20)), { maxLength: 80 })

/** Runs a random conversation: every wish with its own token, `answered` only while something is worked on. */
function converse(
  script: readonly (readonly [Heard, number])[],
  see: (talk: Talk, todo: readonly Do[]) => void
): void {
  let talk = beginTalk(rules, 0)
  let now = 0
  let token = 0
  for (const [heard, later] of [...script, [{ kind: 'closed' }, 1] as const]) {
    now += later
    if (heard.kind === 'answered' && talk.inbound.length === 0) continue
    const own: Heard =
      heard.kind === 'wish' ? { kind: 'wish', wish: { ...heard.wish, token: token++ } } : heard
    const [next, todo] = step(talk, own, now)
    talk = next
    see(talk, todo)
  }
}

void test('every wish is settled exactly once, whatever is heard in whatever order', async (t) => {
  fc.assert(
    fc.property(anyTalk, (script) => {
      const settled: number[] = []
      converse(script, (_talk, todo) => {
        for (const each of todo) if (each.kind === 'settle') settled.push(each.token)
      })
      const wishes = script.filter(([heard]) => heard.kind === 'wish').length
      return new Set(settled).size === settled.length && settled.length === wishes
    }),
    { numRuns: 2_000 }
  )
  t.pass()
})

void test('queues never grow beyond their bounds, and one call at the most is in flight and in work', async (t) => {
  fc.assert(
    fc.property(anyTalk, (script) => {
      let fine = true
      converse(script, (talk, todo) => {
        const calls = todo.filter((each) => each.kind === 'call')
        fine &&= calls.length <= 1 && calls.every(({ id }) => id === talk.inFlight?.id)
        fine &&= talk.inbound.length <= rules.mostInbound && talk.outbound.length <= rules.mostOutbound
        fine &&= todo.filter(({ kind }) => kind === 'handle').length <= 1
      })
      return fine
    }),
    { numRuns: 2_000 }
  )
  t.pass()
})

void test('calls come out in the order they came in, each once', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (script) => {
      const came: string[] = []
      const out: string[] = []
      const heards = script.map((comes, index): readonly [Heard, number] => {
        if (!comes) return [answered, 0]
        came.push(`n${index}`)
        return [call(`n${index}`), 0]
      })
      let gone = false
      converse(heards, (_talk, todo) => {
        gone ||= todo.some(({ kind }) => kind === 'hang-up')
        if (!gone) out.push(...idsOf(todo))
      })
      return out.every((id, index) => id === came[index])
    })
  )
  t.pass()
})
