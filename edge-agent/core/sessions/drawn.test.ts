import { test } from 'tap'
import { drawn } from './drawn.ts'
import { isOnlyMeasured } from './measure.ts'
import type { Session } from './session.ts'
import { at, now, openWorld, register } from './world.suite.ts'

function begun(): Session {
  const world = openWorld()
  world.start()
  const [session] = world.sessions()
  if (!session) throw new Error('no session')
  return session
}

const power = (time: string, powerW: number) => ({ at: at(time), powerW })

void test('a session stored before power was remembered goes on, also over a restart in the minute', async (t) => {
  const { drawn: _none, ...before } = begun()
  const stored = (session: Session) => JSON.parse(JSON.stringify(session)) as Session
  const first = drawn(stored(before), power('10:10:00', 11_000), now)
  t.strictSame(first.drawn, { since: at('10:10:00'), powerW: 11_000, until: null })
  t.notOk(isOnlyMeasured(before, first), 'its row is written')
  const second = drawn(stored(first), power('10:11:00', 501), now)
  t.strictSame(second.drawn, { since: at('10:10:00'), powerW: 11_000, until: at('10:11:00') })
  t.notOk(isOnlyMeasured(first, second), 'its row is written')
})

void test('nothing is written again for readings that say nothing new', async (t) => {
  const first = drawn(begun(), power('10:10:00', 11_000), now)
  for (const reading of [
    power('10:10:00', 11_000),
    power('10:10:59', 11_000),
    power('10:09:59', 0),
    power('09:59:59', 0),
    { ...power('10:20:00', 0), at: '2099-01-01T00:00:00Z' },
    register('10:20:00', 1000)
  ])
    t.equal(drawn(first, reading, now), first)
  const seen = drawn(first, power('10:11:00', 11_000), now)
  t.equal(drawn(seen, power('10:20:00', 0), now), seen, 'seen once, it stays')
})

void test('a healthy session, whose register moves with the power, is not touched', async (t) => {
  const world = openWorld()
  const id = world.start()
  for (const [time, registerWh] of [
    ['10:10:00', 2000],
    ['10:20:00', 3000]
  ] as const)
    world.readings(id, [{ ...register(time, registerWh), powerW: 6000 }])
  t.equal(world.sessions()[0]?.drawn, undefined)
})
