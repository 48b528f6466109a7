import { test } from 'tap'
import type { RegisterReading } from '@nova/shared-protocol/model'
import { doubt } from './plausible.ts'

const register = (at: string, registerWh: number): RegisterReading => ({ at, registerWh, trust: 'good' })
const begin = register('2026-06-01T08:00:00.000Z', 1_000)
const ratingW = 22_000

/** 22 kW · 1.2 for an hour that a clock may be off and 2.4 s: 26,400 + 17.6, rounded up. */
const table = [
  ['as much as an hour at its rating brings, in 2.4 s', 13_345, true],
  ['the most that may seem early', 27_418, true],
  ['one watt-hour more', 27_419, false]
] as const

for (const [what, registerWh, passes] of table) {
  void test(`a register may seem early, since clocks are set in mid-session: ${what}`, async (t) => {
    const found = doubt(begin, register('2026-06-01T08:00:02.400Z', registerWh), ratingW)
    t.equal(found?.reason ?? null, passes ? null : 'register-jump')
  })
}
