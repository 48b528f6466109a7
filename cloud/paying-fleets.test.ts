import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(120_000)
const world = await openPayingWorld()
file.teardown(world.close)
const { call } = world

const cny = (amountMinor: number) => ({ currency: 'CNY', amountMinor })
type Fleet = { id: string; used: { amountMinor: number } }

/** A fleet that has taken this much on its account. */
async function fleet(id: string, ...takes: number[]) {
  await call('admin:a', `PUT /fleet-accounts/${id}`, { name: id, limit: cny(9000), active: true })
  const driverId = randomUUID()
  await call('admin:a', `PUT /fleet-accounts/${id}/drivers/${driverId}`)
  const methodId = `fleet-${id}-${driverId}`.slice(0, 64)
  for (const minor of takes) {
    const sessionId = await world.start(driverId, methodId, cny(minor))
    await world.paymentIs(sessionId, 'authorised')
    await world.bill({ sessionId, driverId, total: cny(minor) })
    await world.paymentIs(sessionId, 'captured')
  }
  await world.quiet()
  return { driverId, methodId }
}

const usedOf = async (id: string): Promise<number | undefined> =>
  ((await call('admin:a', 'GET /fleet-accounts')).body['items'] as Fleet[]).find((each) => each.id === id)
    ?.used.amountMinor

async function invoice(customer: string, number: string, payableMinor: number): Promise<void> {
  const amounts = { total: cny(payableMinor), payable: cny(payableMinor) }
  const body = { invoiceId: randomUUID(), number, scope: 'fleet', customer, month: '2026-03', ...amounts }
  await world.database.tenant('demo', async (tx) =>
    tx.emit({ kind: 'billing.invoice-issued.v1', key: customer, body })
  )
  await world.quiet()
}

const books = async (id: string) => ({
  clearing: await world.balance('invoice-later', 'clearing', 'CNY'),
  bank: await world.balance('bank', 'receipts', 'CNY'),
  fleet: await world.balance(`fleet:${id}`, 'account', 'CNY')
})

void test('a fleet’s payment frees its limit once a second person has agreed, and stands in the books', async (t) => {
  const { driverId, methodId } = await fleet('vans', 5000, 3000)
  t.equal(await usedOf('vans'), 8000)
  await world.paymentIs(await world.start(driverId, methodId, cny(2000)), 'failed')
  const before = await books('vans')
  const note = { amount: cny(6000), reference: 'BANK-1', bookedOn: '2026-03-04' }
  const noted = await call('admin:a', 'POST /fleet-accounts/vans/payments', note)
  t.match(noted, { status: 202, body: { status: 'proposed' } })
  t.match((await call('admin:a', 'POST /fleet-accounts/vans/payments', note)).body, noted.body, 'once')
  t.match(await call('admin:b', 'POST /fleet-accounts/vans/payments', { ...note, amount: cny(6001) }), {
    status: 409,
    body: { code: 'reference-known' }
  })
  const decide = async (who: string, approve = true) =>
    call(who, `POST /fleet-accounts/vans/payments/${String(noted.body['id'])}/decide`, { approve })
  t.match(await decide('admin:a'), { status: 403, body: { code: 'second-person-needed' } })
  t.match(await decide(`driver:${driverId}`), { status: 403 })
  t.match(await decide('stranger:x'), { status: 404 })
  t.equal(await usedOf('vans'), 8000, 'nothing has moved')
  t.match(await decide('admin:b'), { status: 200, body: { status: 'posted' } })
  t.match(await decide('admin:c'), { status: 409, body: { code: 'receipt-decided' } })
  t.equal(await usedOf('vans'), 2000)
  t.strictSame(await books('vans'), { ...before, clearing: before.clearing + 6000, bank: before.bank - 6000 })
  await world.paymentIs(await world.start(driverId, methodId, cny(2000)), 'authorised')
  t.ok(
    world.audited.some(({ act, subject }) => act === 'fleet-payment.posted' && subject === noted.body['id'])
  )
})

void test('what is paid beyond what was taken stands on the fleet’s account; a rejected note moves nothing', async (t) => {
  await fleet('taxis', 1000)
  const note = async (reference: string, minor: number) =>
    (
      await call('admin:a', 'POST /fleet-accounts/taxis/payments', {
        amount: cny(minor),
        reference,
        bookedOn: '2026-03-04'
      })
    ).body['id']
  const before = await books('taxis')
  const [more, wrong] = [await note('T-1', 1500), await note('T-2', 700)]
  const decide = async (id: unknown, approve: boolean) =>
    call('admin:b', `POST /fleet-accounts/taxis/payments/${String(id)}/decide`, { approve })
  t.match(await decide(wrong, false), { body: { status: 'rejected' } })
  t.match(await decide(more, true), { body: { status: 'posted' } })
  t.equal(await usedOf('taxis'), 0)
  t.strictSame(await books('taxis'), {
    clearing: before.clearing + 1000,
    bank: before.bank - 1500,
    fleet: 500
  })
  t.match(
    (await call('admin:a', 'GET /fleet-accounts/taxis/payments')).body['items'],
    [
      { reference: 'T-2', status: 'rejected' },
      { reference: 'T-1', status: 'posted' }
    ],
    'newest first'
  )
  t.strictSame((await call('stranger:x', 'GET /fleet-accounts/taxis/payments')).body['items'], [])
})

const entry = (amount: string, reference: string, text: string): string =>
  `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt>
   <AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
const statement = (...entries: string[]): string =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE02</IBAN></Id></Acct>
   ${entries.join('')}</Stmt></BkToCstmrStmt></Document>`

void test('a bank’s line that pays an invoice exactly is taken by itself, once; one that does not waits for people', async (t) => {
  await fleet('buses', 4000, 2500)
  await invoice('buses', 'M-2026-000001', 4000)
  await invoice('buses', 'M-2026-000002', 2500)
  const xml = statement(
    entry('40.00', 'L1', 'invoice M-2026-000001, thanks'),
    entry('20.00', 'L2', 'M-2026-000002'),
    entry('9.99', 'L3', 'rent')
  )
  const read = async (as = 'admin:a') => call(as, 'POST /fleet-accounts/statements', { camt053: xml })
  t.match(await read(), {
    status: 200,
    body: {
      posted: [{ fleetId: 'buses', amount: cny(4000), invoiceNumber: 'M-2026-000001', source: 'statement' }],
      proposed: [{ amount: cny(2000), invoiceNumber: 'M-2026-000002', status: 'proposed' }],
      unmatched: [{ amount: cny(999), text: 'rent' }]
    }
  })
  t.equal(await usedOf('buses'), 2500)
  t.match(await read(), { body: { posted: [], proposed: [{ amount: cny(2000) }] } }, 'read twice, taken once')
  t.equal(await usedOf('buses'), 2500)
  const twice = statement(entry('40.00', 'L9', 'M-2026-000001'))
  t.match(
    await call('admin:a', 'POST /fleet-accounts/statements', { camt053: twice }),
    { body: { posted: [], proposed: [{ amount: cny(4000) }] } },
    'an invoice that is paid is not paid again without a person'
  )
  t.match(await read('stranger:x'), { body: { posted: [], proposed: [] } }, 'not theirs')
  t.match(await call('admin:a', 'POST /fleet-accounts/statements', { camt053: '<x/>' }), {
    status: 422,
    body: { code: 'statement-invalid' }
  })
  await until('no trouble', () => world.troubles.length === 0)
})
