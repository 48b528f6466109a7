import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { catalogueFaults } from '../../db/index.ts'
import { codeOf, inTenant, openBillingWorld, seller } from './billing.suite.ts'
import { cdrsOf, readCdr } from './cdrs.ts'
import { askCorrection, decideCorrection, listCorrections, type Wanted } from './corrections.ts'
import { numberingOf } from './numbers.ts'
import { listInvoices, readInvoice } from './queries.ts'

const world = await openBillingWorld()
const { database, needs, charged, eventsOf } = world
await world.sells(seller('DE', { taxId: 'DE123456789' }))

const ask = async (cdrId: string, wanted: Wanted, by = 'anna', id: string = randomUUID()) =>
  inTenant(database, async (tx) =>
    askCorrection(needs, tx, {
      id,
      cdrId,
      wanted,
      reason: 'meter exchanged',
      by,
      at: '2026-03-03T10:00:00.000Z'
    })
  )
const decide = async (id: string, by: string, approve = true) =>
  inTenant(database, async (tx) =>
    decideCorrection(needs, tx, { id, approve, by, at: '2026-03-03T11:00:00.000Z' })
  )
const invoicesOf = async (sessionId: string) =>
  inTenant(database, async (tx) =>
    listInvoices(tx, { driverId: undefined, sessionId, after: null, limit: 10 })
  )
const sum = (amounts: readonly number[]) => amounts.reduce((all, each) => all + each, 0)

void test('a receipt states its tax: 12.00 with 19 % is 10.08 and 1.92', async (t) => {
  const cdr = await charged()
  t.match(cdr, {
    kind: 'original',
    country: 'DE',
    totals: { totalMinor: 1200, netMinor: 1008, taxMinor: 192 }
  })
  const [invoice] = await invoicesOf(cdr.sessionId)
  t.match(invoice, { kind: 'receipt', number: '2026-000001', document: { seller: { taxId: 'DE123456789' } } })
  t.equal(sum(invoice?.document.lines.map(({ amountMinor }) => amountMinor) ?? []), 1200)
  const [event] = await eventsOf('billing.cdr-issued.v1')
  t.match(event, {
    total: { amountMinor: 1200 },
    taxes: [{ category: 'S', percent: '19', base: { amountMinor: 1008 }, tax: { amountMinor: 192 } }],
    country: 'DE'
  })
})

void test('a CDR is corrected by a credit and a new one; both have their documents, the old one stays', async (t) => {
  const cdr = await charged()
  const made = await ask(cdr.id, { energyWh: 8_000 })
  t.match(made, { status: 'applied', differenceMinor: -240, large: false, decidedBy: 'anna' })
  const cdrs = await inTenant(database, async (tx) => cdrsOf(tx, cdr.sessionId))
  t.strictSame(
    cdrs.map(({ kind, totals, credits, replaces, energyWh }) => [
      kind,
      totals.totalMinor,
      energyWh,
      credits,
      replaces
    ]),
    [
      ['original', 1200, '10000', null, null],
      ['credit', -1200, '-10000', cdr.id, null],
      ['replacement', 960, '8000', null, cdr.id]
    ]
  )
  t.strictSame(await inTenant(database, async (tx) => readCdr(tx, cdr.id)), cdr, 'the first one is as it was')
  const invoices = await invoicesOf(cdr.sessionId)
  t.strictSame(
    invoices
      .toReversed()
      .map(({ kind, number, document }) => [kind, number, document.about, document.totals.totalMinor])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    [
      ['credit-note', 'C-2026-000001', '2026-000002', -1200],
      ['receipt', '2026-000002', null, 1200],
      ['receipt', '2026-000003', '2026-000002', 960]
    ]
  )
  const [event] = await eventsOf('billing.cdr-corrected.v1')
  t.match(event, {
    original: { cdrId: cdr.id, total: { amountMinor: 1200 } },
    credit: { total: { currency: 'EUR', amountMinor: -1200 }, invoiceNumber: 'C-2026-000001' },
    replacement: { total: { amountMinor: 960 }, energyWh: '8000' },
    difference: { amountMinor: -240 },
    requestedBy: 'anna',
    approvedBy: 'anna'
  })
  t.equal(await codeOf(ask(cdr.id, { cancel: true })), 'cdr-already-corrected')
  t.equal(await codeOf(ask(cdrs[1]?.id ?? '', { cancel: true })), 'cdr-is-credit')
  t.match(await ask(cdrs[2]?.id ?? '', { cancel: true }), {
    status: 'applied',
    newCdrId: null,
    differenceMinor: -960
  })
  const all = await inTenant(database, async (tx) => cdrsOf(tx, cdr.sessionId))
  t.equal(sum(all.map(({ totals }) => totals.totalMinor)), 0, 'what stands is what was not credited')
})

void test('a large correction waits for another person; who asked cannot approve it', async (t) => {
  const cdr = await charged({ tariffId: 'dear-EUR' })
  t.equal(cdr.totals.totalMinor, 12_000)
  const asked = await ask(cdr.id, { cancel: true })
  t.match(asked, { status: 'awaiting-approval', large: true, differenceMinor: -12_000, creditCdrId: null })
  t.equal((await inTenant(database, async (tx) => cdrsOf(tx, cdr.sessionId))).length, 1)
  t.equal(await codeOf(ask(cdr.id, { cancel: true }, 'bert')), 'cdr-already-corrected')
  t.equal(await codeOf(decide(asked.id, 'anna')), 'second-person-needed')
  t.match(await decide(asked.id, 'bert'), { status: 'applied', requestedBy: 'anna', decidedBy: 'bert' })
  t.equal(await codeOf(decide(asked.id, 'carl')), 'correction-decided')
  const rejected = await ask((await charged({ tariffId: 'dear-EUR' })).id, { cancel: true })
  t.match(await decide(rejected.id, 'bert', false), { status: 'rejected' })
  t.match(await ask(rejected.cdrId, { tariff: { tariffId: 'EUR', version: 1 } }), { large: true })
  t.match(
    await inTenant(database, async (tx) =>
      listCorrections(tx, { status: 'rejected', after: null, limit: 5 })
    ),
    [{ id: rejected.id }]
  )
  const acts = new Set(world.audited.map(({ act }) => act))
  for (const act of ['asked', 'approved', 'rejected']) t.ok(acts.has(`cdr.correction-${act}`))
})

void test('what cannot be rated is refused before anything is written', async (t) => {
  const cdr = await charged()
  t.equal(await codeOf(ask(cdr.id, { tariff: { tariffId: 'none', version: 1 } })), 'cannot-be-rated')
  t.equal(await codeOf(ask(cdr.id, { tariff: { tariffId: 'USD', version: 1 } })), 'cannot-be-rated')
  t.equal(await codeOf(ask(randomUUID(), { cancel: true })), 'not-found')
  t.equal(await codeOf(decide(randomUUID(), 'bert')), 'not-found')
})

void test('twenty people correct one CDR at once: one does', async (t) => {
  const cdr = await charged()
  const codes = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => codeOf(ask(cdr.id, { energyWh: 9_000 }, `p${index}`)))
  )
  t.equal(codes.filter((code) => code === 'done').length, 1)
  t.equal(codes.filter((code) => code === 'cdr-already-corrected').length, 19)
  t.equal((await inTenant(database, async (tx) => cdrsOf(tx, cdr.sessionId))).length, 3)
  const series = await inTenant(database, numberingOf)
  t.ok(
    series.every(({ gapless }) => gapless),
    JSON.stringify(series)
  )
})

void test('neither a CDR nor an invoice is ever changed, not even by a mistake in our own program', async (t) => {
  for (const table of ['cdrs', 'invoices'])
    for (const sql of [`update ${table} set currency = 'USD'`, `delete from ${table}`])
      await t.rejects(
        inTenant(database, async (tx) => tx.query(sql)),
        /permission denied|never changed/
      )
})

void test('another tenant sees nothing, and every table is behind forced row security', async (t) => {
  const cdr = await charged()
  const [invoice] = await invoicesOf(cdr.sessionId)
  await database.tenant('other', async (tx) => {
    t.equal(await readCdr(tx, cdr.id), undefined)
    t.equal(await readInvoice(tx, invoice?.id ?? '', undefined), undefined)
    t.strictSame(await listCorrections(tx, { status: undefined, after: null, limit: 5 }), [])
    t.strictSame(await numberingOf(tx), [])
  })
  t.equal(
    await codeOf(
      database.tenant(
        'other',
        async (tx) =>
        askCorrection(needs, tx, {
          id: randomUUID(), cdrId: cdr.id, wanted: { cancel: true }, reason: 'not mine', by: 'x', at: '2026-03-03T10:00:00Z'
        }) // prettier-ignore
      )
    ),
    'not-found'
  )
  t.strictSame(await catalogueFaults(database), [])
})

void test('closing', async () => world.close())
