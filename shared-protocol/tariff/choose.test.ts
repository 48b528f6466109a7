import { test } from 'tap'
import { choosePlan, pinnedPlan, type Plan } from './index.ts'
import { segment } from './examples.ts'

const plan = (tariffId: string, version: number, more: Partial<Plan> = {}): Plan => ({
  tariffId,
  version,
  name: tariffId,
  timeZone: 'Asia/Shanghai',
  validFrom: null,
  validUntil: null,
  priority: 0,
  currency: 'CNY',
  segments: [segment('all', '00:00', '24:00', '1')],
  ...more
})

const plans = [
  plan('site', 1),
  plan('site', 2, { validFrom: '2026-06-01T00:00:00Z' }),
  plan('festival', 1, {
    priority: 10,
    validFrom: '2026-10-01T00:00:00Z',
    validUntil: '2026-10-08T00:00:00Z'
  }),
  plan('own', 1, { validUntil: '2026-07-01T00:00:00Z' }),
  plan('named', 3),
  plan('last', 1, { validUntil: '2020-01-01T00:00:00Z' })
]
const defaults = [
  { tariffId: 'site' },
  { tariffId: 'festival' },
  { tariffId: 'own', connector: 'CP1:1:1' },
  { tariffId: 'last', fallback: true }
]

const table = [
  {
    title: 'the plan named in the call comes first',
    named: 'named',
    connector: 'CP1:1:1',
    at: '2026-06-02',
    gives: 'named 3 named'
  },
  {
    title: 'a named plan that does not exist counts for nothing',
    named: 'gone',
    connector: 'CP1:1:1',
    at: '2026-06-02',
    gives: 'own 1 connector'
  },
  { title: "then the connector's own", connector: 'CP1:1:1', at: '2026-06-02', gives: 'own 1 connector' },
  {
    title: "a connector's plan that has run out gives way to the site's",
    connector: 'CP1:1:1',
    at: '2026-07-01',
    gives: 'site 2 site'
  },
  { title: "then the site's default", connector: 'CP2:1:1', at: '2026-05-31', gives: 'site 1 site' },
  {
    title: 'a version holds from its first instant',
    connector: 'CP2:1:1',
    at: '2026-06-01',
    gives: 'site 2 site'
  },
  {
    title: 'higher priority wins while it is in force',
    connector: 'CP2:1:1',
    at: '2026-10-03',
    gives: 'festival 1 site'
  },
  { title: 'and not a moment longer', connector: 'CP2:1:1', at: '2026-10-08', gives: 'site 2 site' }
]
for (const { title, at, gives, ...choice } of table) {
  void test(`${title}: ${gives}`, async (t) => {
    const chosen = choosePlan({ plans, defaults, at: `${at}T00:00:00Z`, ...choice })
    t.equal(`${chosen?.plan.tariffId} ${chosen?.plan.version} ${chosen?.because}`, gives)
  })
}

void test('the fallback rate holds whatever its dates, and without one there is no price', async (t) => {
  const only = { plans, connector: 'CP2:1:1', at: '2026-06-02T00:00:00Z' }
  t.match(choosePlan({ ...only, defaults: defaults.slice(3) }), {
    plan: { tariffId: 'last' },
    because: 'fallback'
  })
  t.equal(choosePlan({ ...only, defaults: [] }), null)
})

void test('the pinned version is found again, newer ones notwithstanding', async (t) => {
  t.equal(pinnedPlan(plans, { tariffId: 'site', version: 1 })?.version, 1)
  t.equal(pinnedPlan(plans, { tariffId: 'site', version: 9 }), undefined)
})
