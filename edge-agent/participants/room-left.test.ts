import { test } from 'tap'
import { siteOf, stage } from '../control-loop/loop.suite.ts'
import { roomLeft } from './room-left.ts'

const grid = { circuit: 'grid', phaseRotation: 'RST' } as const

void test('what a car is told to rise to is taken from a battery at once, before it is a commitment', async (t) => {
  const set = stage(siteOf(['A'], 32))
  set.sessions.set('A', '1')
  const loop = set.open()
  await set.clock.turn(3_000)
  const sight = loop.sight()
  if (sight?.decisions === undefined) throw new Error('the loop has decided nothing')
  const room = (committed: number, level: number): number =>
    roomLeft(
      { ...sight, decisions: sight.decisions?.map((each) => ({ ...each, committed, level })) ?? [] },
      grid
    )
  // Seed 700010: 32 A on three phases of 230 V are 22,080 W; 10 A of them 6,900 W.
  t.equal(room(0, 0) - room(10_000, 10_000), 6_900)
  t.equal(room(0, 10_000), room(10_000, 10_000), 'told, and not confirmed yet')
  t.equal(room(10_000, 0), room(10_000, 10_000), 'told to go down, and not there yet')
  t.equal(roomLeft(null, grid), 0)
  await loop.stop()
})
