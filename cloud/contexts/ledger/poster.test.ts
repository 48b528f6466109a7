import { test } from 'tap'
import { ledgerUnderKills } from '../../../simulators/bench/ledger-kills.ts'
import { transfer } from '../../../simulators/bench/ledger-loads.ts'
import { openLedgerAlone, type LedgerAlone } from '../../ledger-alone.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { migrations } from './index.ts'

const at = '2026-11-21T10:00:00.000Z'
const ends = { from: ['driver:1', 'account'], to: ['operator', 'revenue'] } as const
const nowhere = { append: async () => undefined, read: async () => [], latest: async () => [] }

async function openHere(): Promise<LedgerAlone & { end(): Promise<void> }> {
  const { url, close } = await openTestDatabase([migrations])
  const ledger = await openLedgerAlone(url, { outside: nowhere, connections: 8 })
  return {
    ...ledger,
    async end() {
      await ledger.close()
      await close()
    }
  }
}

void test('4,000 calls by 16 clients on 200 keys are 200 transfers; other content is refused each time', async (t) => {
  const ledger = await openHere()
  const outcomes = new Map<string, number>()
  let nth = 0
  const client = async (): Promise<void> => {
    for (let call = nth++; call < 4_000; call = nth++) {
      const isOther = call >= 200 && call % 4 === 0
      const transfers = [transfer(`k${call % 200}`, ends, isOther ? 2 : 1)]
      const posted = await ledger.post('keys', { transfers, at })
      const said = posted.ok ? posted.outcome : posted.fault
      outcomes.set(
        `${isOther ? 'other' : 'same'} ${said}`,
        (outcomes.get(`${isOther ? 'other' : 'same'} ${said}`) ?? 0) + 1
      )
    }
  }
  await Promise.all(Array.from({ length: 16 }, client))
  // 3,800 calls after the first 200, of which every fourth has other content.
  t.strictSame(Object.fromEntries(outcomes), {
    'same posted': 200,
    'same exists': 2_850,
    'other same-key-other-content': 950
  })
  t.match(await ledger.verify('keys'), { ok: true, entries: 400 })
  await ledger.end()
})

void test('posts of many tenants at once keep to their own chains, and a poisoned one spoils no other', async (t) => {
  const ledger = await openHere()
  const calls = Array.from({ length: 120 }, (_, n) => ({ tenantId: `t${n % 6}`, key: `n${n}` }))
  const poisoned = { ...transfer('nul', ends), memo: 'not a text for PostgreSQL: \u0000' }
  const [bad, ...all] = await Promise.all([
    ledger.post('t0', { transfers: [poisoned], at }).catch((cause: unknown) => cause),
    ...calls.map(async ({ tenantId, key }) => ledger.post(tenantId, { transfers: [transfer(key, ends)], at }))
  ])
  t.match(bad, { message: /invalid byte sequence/ })
  t.ok(all.every((posted) => posted.ok))
  for (const tenantId of ['t0', 't5']) t.match(await ledger.verify(tenantId), { ok: true, entries: 40 })
  await ledger.end()
})

void test('a tenant whose chain somebody else is extending holds up no other', async (t) => {
  const ledger = await openHere()
  const put = async (tenantId: string, key: string) =>
    ledger.post(tenantId, { transfers: [transfer(key, ends)], at })
  const tenants = ['a', 'b', 'c']
  await Promise.all(tenants.map(async (tenantId) => put(tenantId, 'first'))) // Each has its chain and its accounts.
  const done: string[] = []
  let late: Promise<unknown> | undefined
  await ledger.database.tenant('a', async (tx) => {
    await tx.query('select from ledger_heads for update')
    late = Promise.all(
      Array.from({ length: 9 }, async (_, n) => put('a', `n${n}`).then(() => done.push('a')))
    )
    for (let n = 0; n < 9; n++)
      await Promise.all(
        ['b', 'c'].map(async (tenantId) => put(tenantId, `n${n}`).then(() => done.push(tenantId)))
      )
  })
  t.equal(done.filter((each) => each === 'a').length, 0, 'nothing of it while its head was held')
  t.equal(done.length, 18)
  await late
  for (const tenantId of tenants) t.match(await ledger.verify(tenantId), { ok: true, entries: 20 })
  await ledger.end()
})

void test('plain transfers of many tenants share commits', async (t) => {
  const ledger = await openHere()
  const tenants = Array.from({ length: 12 }, (_, n) => `t${n}`)
  const round = async (key: string) =>
    Promise.all(
      tenants.map(async (tenantId) => ledger.post(tenantId, { transfers: [transfer(key, ends)], at }))
    )
  await round('first')
  await round('second')
  const commits = await ledger.database.platform('count commits in a test', async (tx) =>
    tx.query('select xmin::text, count(*) from ledger_transfers where key = $1 group by xmin::text', [
      'second'
    ])
  )
  t.equal(commits.length, 1)
  await ledger.end()
})

void test('of a tenant with much to write one batch runs ahead of the other, and a repeat finds what they wrote', async (t) => {
  const ledger = await openHere()
  const put = async (tenantId: string, key: string) =>
    ledger.post(tenantId, { transfers: [transfer(key, ends)], at })
  await Promise.all([put('much', 'first'), put('little', 'first')])
  const keys = Array.from({ length: 2_600 }, (_, n) => `n${n}`)
  const posted = await Promise.all([...keys, 'n0', 'n1'].map(async (key) => put('much', key)))
  t.strictSame(
    posted.map(({ ok }) => ok),
    Array.from({ length: 2_602 }, () => true)
  )
  t.ok((await put('little', 'second')).ok)
  t.match(await ledger.verify('much'), { ok: true, entries: 2 * 2_601 })
  await ledger.end()
})

void test('PostgreSQL killed twice under load: every acknowledged transfer is there, no gap, sums of zero', async (t) => {
  const found = await ledgerUnderKills(2, () => 0.5)
  t.match(found, { lost: 0, gaps: 0, unbalanced: 0, verified: true })
  t.ok(found.acknowledged > 0)
})
