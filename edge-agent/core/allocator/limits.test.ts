import type { SiteLimit } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { clockTime, effectiveLimit, mainReason, perPhaseOf, totalW } from './limits.ts'
import { now, site } from './site.suite.ts'

const of = site({ limitA: 100, chargers: [] })
const limit = (words: Partial<SiteLimit>): SiteLimit => ({
  source: 'grid-operator',
  reason: 'grid operator',
  ...words
})

const table = [
  { when: 'nobody limits', limits: [], perPhase: 100_000, watts: 69_000, says: 'grid L1' },
  {
    when: 'the grid operator limits the total until tonight',
    limits: [limit({ limitW: 4200, until: '2026-03-01T11:00:00Z' })],
    perPhase: 100_000,
    watts: 4200,
    says: 'grid operator until 19:00'
  },
  {
    when: 'a limit begins later',
    limits: [limit({ limitW: 4200, from: '2026-03-01T10:00:00.500Z' })],
    perPhase: 100_000,
    watts: 69_000,
    says: 'grid L1'
  },
  {
    when: 'a limit began this instant',
    limits: [limit({ limitW: 4200, from: '2026-03-01T10:00:00.000Z' })],
    perPhase: 100_000,
    watts: 4200,
    says: 'grid operator'
  },
  {
    when: 'a limit ended this instant',
    limits: [limit({ limitW: 4200, until: '2026-03-01T10:00:00Z' })],
    perPhase: 100_000,
    watts: 69_000,
    says: 'grid L1'
  },
  {
    when: 'two limit the phases, the smaller rules',
    limits: [limit({ limitA: [50, 50, 50] }), limit({ limitA: [60, 40, 60], reason: 'operator' })],
    perPhase: 40_000,
    watts: 32_200,
    says: 'operator'
  },
  {
    when: 'someone says zero',
    limits: [limit({ limitW: 0 })],
    perPhase: 100_000,
    watts: 0,
    says: 'grid operator'
  },
  {
    when: 'a limit above the fuse changes nothing and is not blamed',
    limits: [limit({ limitA: [300, 300, 300], limitW: 900_000 })],
    perPhase: 100_000,
    watts: 69_000,
    says: 'grid L1'
  },
  {
    when: 'a limit ends another day, which is named',
    limits: [limit({ limitW: 100, until: '2026-03-02T11:30:00Z' })],
    perPhase: 100_000,
    watts: 100,
    says: 'grid operator until 2026-03-02 19:30'
  }
]

for (const { when, limits, perPhase, watts, says } of table)
  void test(`when ${when}, ${says} binds at ${watts} W`, async (t) => {
    const effective = effectiveLimit(of, limits, now)
    t.equal(Math.min(...perPhaseOf(effective)), perPhase)
    t.equal(totalW(effective, 230), watts)
    t.equal(mainReason(effective, 230), says)
  })

void test('no order of limits ever lets more through than any of them', async (t) => {
  const anyLimit = fc.record({ limitW: fc.nat(80_000) }).map(({ limitW }) => limit({ limitW }))
  fc.assert(
    fc.property(fc.array(anyLimit), (limits) => {
      const total = totalW(effectiveLimit(of, limits, now), 230)
      return limits.every(({ limitW }) => total <= (limitW ?? 0)) && total <= 69_000
    })
  )
  t.equal(clockTime('2026-03-01T15:59:00Z', now), '23:59')
})
