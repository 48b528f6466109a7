import fc from 'fast-check'
import { beforeEach, test } from 'tap'
import { catalogueFaults, type Tx } from '../../db/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { money, type Money } from '@nova/shared-protocol/units'
import { addContract, migrations } from './index.ts'
import type { LedgerFault, Transfer } from './model.ts'
import { capture, charge as chargeOf, hold, refund, release } from './transfers.ts'
import { post, postAll, type Posted } from './post.ts'
import { accounts, balanceOf, chargedParts, entries, sharesAt } from './queries.ts'
import { split } from './split.ts'
import { verifyChain } from './verify.ts'

const { database, url, close } = await openTestDatabase([migrations])
const at = '2026-11-21T10:00:00.123Z'
const ids = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const of = (n: number) => ({ paymentId: ids(n), sessionId: ids(n), provider: 'bank', driver: `driver:${n}` })
const cny = (amountMinor: number) => money('CNY', amountMinor)
const shares = [
  { party: 'site-host', purpose: 'revenue', percent: '20' },
  { party: 'operator', purpose: 'revenue', percent: '72.5' },
  { party: 'platform', purpose: 'fees', percent: '7.5' }
]

const charge = (about: Parameters<typeof chargeOf>[0], total: Money, by: typeof shares): Transfer[] =>
  chargeOf(about, total, split({ net: total, energyWh: '1000' }, by))

let tenants = 0
const inTenant = async <Value>(work: (tx: Tx) => Promise<Value>, tenant = `t${tenants}`) =>
  database.tenant(tenant, work)
const put = async (transfers: readonly Transfer[]): Promise<Posted> =>
  inTenant(async (tx) => post(tx, transfers, at))
const heldOf = async (n: number) =>
  inTenant(async (tx) => balanceOf(tx, 'CNY', { party: `driver:${n}`, purpose: 'hold' }))
const owedBy = async (n: number) =>
  inTenant(async (tx) => balanceOf(tx, 'CNY', { party: `driver:${n}`, purpose: 'account' }))

beforeEach(() => void tenants++)

void test('hold 50.00, capture 34.56: the rest is free, the hold is back at 0 and the account settled', async (t) => {
  await put(charge(of(1), cny(3456), shares))
  t.equal(await owedBy(1), -3456)
  t.strictSame(await put(hold(of(1), cny(5000))), { ok: true, outcome: 'posted' })
  const pending = await inTenant(async (tx) => accounts(tx, 0, 99))
  t.equal(pending.find(({ purpose }) => purpose === 'hold')?.pending, 5000)
  t.strictSame(await put(capture(of(1), cny(3456))), { ok: true, outcome: 'posted' })
  t.equal(await heldOf(1), 0)
  t.equal(await owedBy(1), 0)
  const rows = await inTenant(async (tx) => accounts(tx, 0, 99))
  t.equal(rows.find(({ purpose }) => purpose === 'hold')?.pending, 0)
  t.equal(rows.find(({ purpose }) => purpose === 'clearing')?.balance, -3456)
  t.equal(
    rows.reduce((sum, { balance }) => sum + balance, 0),
    0
  )
  t.match(await inTenant(async (tx) => verifyChain(tx)), { ok: true, entries: 4 + 2 + 2 + 2 })
})

const refusals: { title: string; before: Transfer[][]; put: Transfer[]; fault: LedgerFault }[] = [
  {
    title: 'a capture above the hold',
    before: [hold(of(1), cny(5000))],
    put: capture(of(1), cny(5001)),
    fault: 'exceeds-hold'
  },
  {
    title: 'a second capture of another amount',
    before: [hold(of(1), cny(5000)), capture(of(1), cny(10))],
    put: capture(of(1), cny(11)),
    fault: 'same-key-other-content'
  },
  {
    title: 'a capture after the release',
    before: [hold(of(1), cny(5000)), release(of(1), 'CNY')],
    put: capture(of(1), cny(10)),
    fault: 'hold-already-resolved'
  },
  { title: 'a capture without a hold', before: [], put: capture(of(1), cny(10)), fault: 'hold-not-found' },
  {
    title: 'a hold with its key but another amount',
    before: [hold(of(1), cny(5000))],
    put: hold(of(1), cny(5001)),
    fault: 'same-key-other-content'
  },
  {
    title: 'settling from a hold that is not there',
    before: [],
    put: capture(of(1), cny(10)).slice(1),
    fault: 'insufficient-balance'
  },
  {
    title: 'entries that do not sum to zero',
    before: [],
    put: hold(of(1), cny(5)).map((each) => ({
      ...each,
      entries: each.entries.map((e) => ({ ...e, amountMinor: 5 }))
    })),
    fault: 'unbalanced'
  },
  {
    title: 'half a minor unit',
    before: [],
    put: hold(of(1), cny(5)).map((each) => ({
      ...each,
      entries: each.entries.map((e) => ({ ...e, amountMinor: e.amountMinor / 2 }))
    })),
    fault: 'not-whole-minor-units'
  },
  {
    title: 'a transfer with one entry',
    before: [],
    put: hold(of(1), cny(5)).map((each) => ({ ...each, entries: each.entries.slice(1) })),
    fault: 'too-few-entries'
  }
]
for (const { title, before, put: last, fault } of refusals) {
  void test(`${title} is refused as ${fault} and leaves nothing`, async (t) => {
    for (const transfers of before) t.ok((await put(transfers)).ok)
    const count = (await inTenant(async (tx) => entries(tx, { after: null, limit: 99 }))).length
    t.match(await put(last), { ok: false, fault })
    t.equal((await inTenant(async (tx) => entries(tx, { after: null, limit: 99 }))).length, count)
    t.match(await inTenant(async (tx) => verifyChain(tx)), { ok: true })
  })
}

void test('the same transfers again are one posting, however many at once', async (t) => {
  const all = await Promise.all(Array.from({ length: 15 }, async () => put(hold(of(1), cny(5000)))))
  t.equal(all.filter((each) => each.ok && each.outcome === 'posted').length, 1)
  t.equal(all.filter((each) => each.ok && each.outcome === 'exists').length, 14)
})

void test('lists posted together leave the books of lists posted one by one', async (t) => {
  const step = fc.record({
    n: fc.integer({ min: 1, max: 3 }),
    amount: fc.integer({ min: 1, max: 900 }),
    kind: fc.constantFrom('hold', 'capture', 'release', 'charge', 'bare settlement')
  })
  const listOf = ({ n, amount, kind }: { n: number; amount: number; kind: string }): Transfer[] => {
    if (kind === 'hold') return hold(of(n), cny(500))
    if (kind === 'capture') return capture(of(n), cny(amount))
    if (kind === 'release') return release(of(n), 'CNY')
    return kind === 'charge' ? charge(of(n), cny(amount), shares) : capture(of(n), cny(amount)).slice(1)
  }
  const booksOf = async (tenant: string) =>
    inTenant(async (tx) => {
      const { ok } = await verifyChain(tx)
      return { ok, lines: await entries(tx, { after: null, limit: 500 }) }
    }, tenant)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.integer({ min: 0, max: 6 }), async (steps, cut) => {
      const round = `p${++tenants}`
      const lists = steps.map((each) => ({ transfers: listOf(each), at }))
      const oneByOne: Posted[] = []
      for (const { transfers } of lists) {
        const posted = await inTenant(async (tx) => post(tx, transfers, at), `${round}a`)
        if (!posted.ok) break
        oneByOne.push(posted)
      }
      for (const part of [lists.slice(0, cut), lists.slice(cut)]) {
        const posted = await inTenant(async (tx) => postAll(tx, part), `${round}b`)
        if (!posted.ok) break
      }
      const [a, b] = [await booksOf(`${round}a`), await booksOf(`${round}b`)]
      t.strictSame(b, a)
    }),
    { numRuns: 12 }
  )
})

void test('a refund takes back from each party what it got, in proportion', async (t) => {
  await put(charge(of(1), cny(1001), shares))
  await put(hold(of(1), cny(5000)))
  await put(capture(of(1), cny(1001)))
  const charged = await inTenant(async (tx) => chargedParts(tx, ids(1)))
  t.strictSame(
    charged.parts.map(({ party, amountMinor }) => [party, amountMinor]),
    [
      ['site-host', 200],
      ['operator', 726],
      ['platform', 75]
    ]
  )
  t.ok((await put(refund({ ...of(1), refundId: ids(9) }, { amount: cny(1001) }, charged))).ok)
  const rows = await inTenant(async (tx) => accounts(tx, 0, 99))
  t.strictSame(
    rows.filter(({ balance }) => balance !== 0),
    []
  )
})

void test('a contract holds from its date, the site before the tenant, and without one the operator takes all', async (t) => {
  const tenantWide = { id: ids(1), siteId: null, validFrom: '2026-01-01T00:00:00Z', shares }
  t.match(await inTenant(async (tx) => sharesAt(tx, 'demo-site', at)), [
    { party: 'operator', percent: '100' }
  ])
  t.ok(await inTenant(async (tx) => addContract(tx, tenantWide)))
  t.ok(await inTenant(async (tx) => addContract(tx, tenantWide)), 'the same again is harmless')
  t.notOk(await inTenant(async (tx) => addContract(tx, { ...tenantWide, id: ids(2) })), 'two at one instant')
  t.equal((await inTenant(async (tx) => sharesAt(tx, 'demo-site', at))).length, 3)
  t.equal((await inTenant(async (tx) => sharesAt(tx, 'demo-site', '2025-12-31T23:59:59Z'))).length, 1)
})

const asOwner = async (sql: string): Promise<void> => {
  const pg = await import('pg')
  const client = new pg.default.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => void client.end())
}

void test('the database itself refuses to edit, to delete and to unbalance', async (t) => {
  await put(hold(of(1), cny(5000)))
  const act = async (sql: string) => inTenant(async (tx) => tx.query(sql))
  await t.rejects(act('update ledger_entries set amount_minor = 1'), { message: /permission denied/ })
  await t.rejects(act('delete from ledger_transfers'), { message: /permission denied/ })
  await t.rejects(
    asOwner(
      'alter table ledger_entries no force row level security; update ledger_entries set amount_minor = 1'
    ),
    { message: /append-only/ }
  )
  await t.rejects(asOwner('truncate ledger_entries'), { message: /append-only/ })
  const lone = `insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
    select tenant_id, sequence, 7, account_id, 1 from ledger_entries where line = 0`
  await t.rejects(act(lone), { message: /off by 1/ })
})

void test('one tenant never sees the other', async (t) => {
  await put(hold(of(1), cny(5000)))
  t.strictSame(await inTenant(async (tx) => accounts(tx, 0, 99), 'somebody-else'), [])
  t.match(await inTenant(async (tx) => verifyChain(tx), 'somebody-else'), { ok: true, entries: 0 })
  t.strictSame(
    (await catalogueFaults(database)).filter((fault) => fault.startsWith('ledger')),
    []
  )
})

const tampered = [
  'update ledger_entries set amount_minor = amount_minor + 1 where sequence = 2 and line = 0',
  "update ledger_transfers set memo = memo || '.' where sequence = 2",
  "update ledger_transfers set at = at + interval '1 ms' where sequence = 2",
  "update ledger_transfers set hash = repeat('0', 64) where sequence = 2",
  "update ledger_transfers set digest = repeat('0', 64) where sequence = 2",
  "update ledger_accounts set party = 'driver:9' where id = (select account_id from ledger_entries where sequence = 2 and line = 1)",
  'delete from ledger_entries where sequence = 2 and line = 1',
  'delete from ledger_entries where sequence = 2; delete from ledger_transfers where sequence = 2'
]
for (const sql of tampered) {
  void test(`a superuser's "${sql.slice(0, 60)}…" is found at its place`, async (t) => {
    for (const n of [1, 2, 3]) await put(hold(of(n), cny(5000)))
    const where = (text: string) => text.replaceAll(' where ', ` where tenant_id = 't${tenants}' and `)
    await asOwner(`set session_replication_role = replica; ${where(sql)}`)
    t.match(await inTenant(async (tx) => verifyChain(tx)), { ok: false, firstBadEntry: { sequence: 2 } })
  })
}

void test('whatever is asked for, the ledger does what a model of it does', async (t) => {
  const asks = fc.array(
    fc.record({
      act: fc.constantFrom('hold' as const, 'capture' as const, 'release' as const),
      n: fc.integer({ min: 1, max: 3 }),
      amount: fc.integer({ min: 1, max: 100 })
    }),
    { maxLength: 14 }
  )
  await fc.assert(
    fc.asyncProperty(asks, async (list: Ask[]) => {
      tenants++
      const model = { held: new Map<number, number>(), ended: new Map<number, number>() }
      for (const ask of list) await step(model, ask)
      return agrees(model)
    }),
    { numRuns: 25 }
  )
  t.pass()
})

type Ask = { act: 'hold' | 'capture' | 'release'; n: number; amount: number }
type Model = { held: Map<number, number>; ended: Map<number, number> } // Ended with 0: released.

const acts = {
  hold: {
    mayBe: ({ held }: Model, { n, amount }: Ask) => !held.has(n) || held.get(n) === amount,
    make: ({ n, amount }: Ask) => hold(of(n), cny(amount)),
    done: ({ held }: Model, { n, amount }: Ask) => held.set(n, amount)
  },
  capture: {
    mayBe: ({ held, ended }: Model, { n, amount }: Ask) =>
      ended.has(n) ? ended.get(n) === amount : amount <= (held.get(n) ?? 0),
    make: ({ n, amount }: Ask) => capture(of(n), cny(amount)),
    done: ({ ended }: Model, { n, amount }: Ask) => ended.set(n, amount)
  },
  release: {
    mayBe: ({ held, ended }: Model, { n }: Ask) => (ended.has(n) ? ended.get(n) === 0 : held.has(n)),
    make: ({ n }: Ask) => release(of(n), 'CNY'),
    done: ({ ended }: Model, { n }: Ask) => ended.set(n, 0)
  }
}

async function step(model: Model, ask: Ask): Promise<void> {
  const { mayBe, make, done } = acts[ask.act]
  const posted = await put(make(ask))
  if (posted.ok !== mayBe(model, ask)) throw new Error(`${JSON.stringify(ask)}: ${JSON.stringify(posted)}`)
  if (posted.ok) done(model, ask)
}

async function agrees({ held, ended }: Model): Promise<boolean> {
  const captured = [...ended.values()].reduce((sum, each) => sum + each, 0)
  const pending = [...held].reduce((sum, [n, amount]) => sum + (ended.has(n) ? 0 : amount), 0)
  const rows = await inTenant(async (tx) => accounts(tx, 0, 99))
  const clearing = rows.find(({ purpose }) => purpose === 'clearing')?.balance ?? 0
  const shown = rows.filter(({ purpose }) => purpose === 'hold').reduce((sum, row) => sum + row.pending, 0)
  const verdict = await inTenant(async (tx) => verifyChain(tx))
  return clearing === 0 - captured && shown === pending && verdict.ok
}

void test('its database is dropped at the end', async () => close())
