import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
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
  t.match(await call('stranger:x', 'GET /fleet-accounts/taxis/payments'), { status: 404 })
})

const entry = (amount: string, reference: string, text: string): string =>
  `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt>
   <AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
const statement = (...entries: string[]): string =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE02</IBAN></Id></Acct>
   ${entries.join('')}</Stmt></BkToCstmrStmt></Document>`

const upload = async (camt053: string, as = 'admin:a') =>
  call(as, 'POST /fleet-accounts/statements', { camt053 })
const decideFile = async (as: string, id: unknown, approve = true) =>
  call(as, `POST /fleet-accounts/statements/${String(id)}/decide`, { approve })

void test('a bank’s file posts nothing by itself: another person than who uploaded it says yes to what it would post', async (t) => {
  await fleet('buses', 4000, 2500)
  await invoice('buses', 'M-2026-000001', 4000)
  await invoice('buses', 'M-2026-000002', 2500)
  const xml = statement(
    entry('40.00', 'L1', 'invoice M-2026-000001, thanks'),
    entry('40.00', 'L1b', 'M-2026-000001 by mistake twice'),
    entry('20.00', 'L2', 'M-2026-000002'),
    entry('9.99', 'L3', 'rent')
  )
  const before = await books('buses')
  const plan = {
    posted: [],
    wouldPost: [{ fleetId: 'buses', amount: cny(4000), invoiceNumber: 'M-2026-000001', source: 'statement' }],
    proposed: [{ reference: 'DE02/L1b' }, { amount: cny(2000), invoiceNumber: 'M-2026-000002' }],
    unmatched: [{ amount: cny(999), text: 'rent' }]
  }
  const read = await upload(xml)
  t.match(read, { status: 202, body: { status: 'proposed', uploadedBy: 'a', ...plan } })
  const { id } = read.body
  t.match(
    (await upload(xml, 'admin:b')).body,
    { id, uploadedBy: 'a', ...plan },
    'the same file, whoever brings it'
  )
  t.match((await call('admin:b', `GET /fleet-accounts/statements/${String(id)}`)).body, plan)
  t.strictSame(await books('buses'), before, 'nothing has moved')
  t.match(await decideFile('admin:a', id), { status: 403, body: { code: 'second-person-needed' } })
  t.match(await decideFile('stranger:x', id), { status: 404 })
  t.equal(await usedOf('buses'), 6500)
  const yes = await decideFile('admin:b', id)
  t.match(yes, { status: 200, body: { status: 'confirmed', decidedBy: 'b', wouldPost: [] } })
  t.match(yes.body['posted'], [{ reference: 'DE02/L1', notedBy: 'a', decidedBy: 'b', statementId: id }])
  t.match(
    yes.body['proposed'],
    [{ reference: 'DE02/L1b' }, { reference: 'DE02/L2' }],
    'each waits for its own word'
  )
  t.equal(await usedOf('buses'), 2500)
  t.match(await decideFile('admin:c', id), { status: 409, body: { code: 'statement-decided' } })
  t.match(
    await upload(`${xml} `),
    { body: { wouldPost: [], proposed: [], known: [{}, {}, {}] } },
    'taken once'
  )
  t.strictSame(
    world.audited.filter(({ subject }) => subject === id).map(({ act }) => act),
    ['fleet-statement.uploaded', 'fleet-statement.uploaded', 'fleet-statement.confirmed']
  )
  t.match((await call('stranger:x', 'GET /fleet-accounts/statements')).body['items'], [])
  t.match(await upload('<x/>'), { status: 422, body: { code: 'statement-invalid' } })
})

void test('a forged file of one admin frees nothing: with a no its lines are rejected and their references stay free', async (t) => {
  await fleet('trams', 4000)
  await invoice('trams', 'M-2026-000009', 4000)
  const forged = statement(entry('40.00', 'F1', 'M-2026-000009'))
  const { body } = await upload(forged)
  const [line] = body['wouldPost'] as { id: string }[]
  t.match(
    await call('admin:a', `POST /fleet-accounts/trams/payments/${line?.id ?? ''}/decide`, { approve: true }),
    { status: 403, body: { code: 'second-person-needed' } },
    'nor line by line'
  )
  t.match((await decideFile('admin:b', body['id'], false)).body, {
    status: 'rejected',
    wouldPost: [],
    posted: []
  })
  t.equal(await usedOf('trams'), 4000)
  t.match((await upload(forged)).body, { status: 'rejected', wouldPost: [] }, 'the same file stays rejected')
  const note = { amount: cny(4000), reference: 'DE02/F1', bookedOn: '2026-04-02' }
  t.match(await call('admin:a', 'POST /fleet-accounts/trams/payments', note), {
    body: { status: 'proposed' }
  })
})

void test('a bank’s file of a whole month, longer than other bodies may be, is read', async (t) => {
  const rents = Array.from({ length: 6000 }, (_, index) => entry('9.99', `R${index}`, 'rent'))
  const file = statement(...rents)
  t.ok(file.length > 1_048_576, `${file.length} characters`)
  const { status, body } = await upload(file)
  t.equal(status, 202)
  t.equal((body['unmatched'] as unknown[]).length, 6000)
})

async function posted(id: string, reference: string, minor: number, invoiceNumber: string | null = null) {
  const note = { amount: cny(minor), reference, bookedOn: '2026-05-02', invoiceNumber }
  const { body } = await call('admin:a', `POST /fleet-accounts/${id}/payments`, note)
  await call('admin:b', `POST /fleet-accounts/${id}/payments/${String(body['id'])}/decide`, { approve: true })
  return String(body['id'])
}
const reversal = (id: string, paymentId: string) => {
  const path = `POST /fleet-accounts/${id}/payments/${paymentId}/reversal`
  return {
    ask: async (as: string, more = {}) => call(as, path, { reason: 'booked on the wrong fleet', ...more }),
    decide: async (as: string, approve = true) => call(as, `${path}/decide`, { approve })
  }
}

void test('a payment posted on the wrong fleet is taken back entry by entry and posted on the right one, by two people', async (t) => {
  await fleet('north', 3000)
  await fleet('south', 2000)
  await invoice('north', 'M-2026-000021', 3000)
  const before = { north: await books('north'), south: await books('south') }
  const paymentId = await posted('north', 'W-1', 3500, 'M-2026-000021')
  t.equal(await usedOf('north'), 0)
  t.equal((await books('north')).fleet, 500)
  const { ask, decide } = reversal('north', paymentId)
  const replacement = { fleetId: 'south', amountMinor: 3500 }
  t.match(await decide('admin:b'), { status: 404 })
  t.match(await ask('admin:a', { replacement: { ...replacement, fleetId: 'nobody' } }), { status: 404 })
  t.match(
    await ask('admin:a', {
      replacement: { fleetId: 'north', amountMinor: 3500, invoiceNumber: 'M-2026-000021' }
    }),
    { status: 422, body: { code: 'replacement-same' } }
  )
  const asked = await ask('admin:a', { replacement })
  t.match(asked, {
    status: 202,
    body: { status: 'proposed', receiptId: paymentId, askedBy: 'a', replacement }
  })
  t.match((await ask('admin:c', { replacement })).body, asked.body, 'once')
  t.match(await ask('admin:c'), { status: 409, body: { code: 'reversal-differs' } })
  t.match(await decide('admin:a'), { status: 403, body: { code: 'second-person-needed' } })
  t.match(await decide('stranger:x'), { status: 404 })
  t.equal(await usedOf('north'), 0, 'nothing has moved')
  t.match(await decide('admin:c'), { status: 200, body: { status: 'posted', askedBy: 'a', decidedBy: 'c' } })
  t.match(await decide('admin:c'), { status: 409, body: { code: 'reversal-decided' } })
  t.match(
    await ask('admin:a', { replacement }),
    { body: { status: 'posted' } },
    'asked again it is the same wish'
  )
  t.equal(await usedOf('north'), 3000)
  t.equal(await usedOf('south'), 0)
  t.strictSame(
    { north: (await books('north')).fleet, south: await books('south') },
    {
      north: before.north.fleet,
      south: { clearing: before.south.clearing + 2000, bank: before.south.bank - 3500, fleet: 1500 }
    }
  )
  const of = async (id: string) => (await call('admin:a', `GET /fleet-accounts/${id}/payments`)).body['items']
  t.match(await of('north'), [{ id: paymentId, status: 'reversed', reference: 'W-1' }])
  t.match(await of('south'), [
    { status: 'posted', reference: 'W-1', replaces: paymentId, notedBy: 'a', decidedBy: 'c' }
  ])
  t.match((await call('admin:a', 'GET /fleet-accounts/north/reversals')).body['items'], [
    { status: 'posted' }
  ])
  t.strictSame(
    world.audited
      .filter(({ subject }) => subject === asked.body['id'])
      .map(({ act }) => act)
      .slice(0, 3),
    ['fleet-reversal.asked', 'fleet-reversal.asked', 'fleet-reversal.posted']
  )
})

void test('a wrong amount without a replacement: the invoice is open again, the reference free; a no changes nothing', async (t) => {
  await fleet('west', 3000)
  await invoice('west', 'M-2026-000031', 3000)
  const before = await books('west')
  const paymentId = await posted('west', 'W-2', 3000, 'M-2026-000031')
  const { ask, decide } = reversal('west', paymentId)
  await ask('admin:a')
  t.match((await decide('admin:b', false)).body, { status: 'rejected' })
  t.equal(await usedOf('west'), 0)
  t.match((await ask('admin:b')).body, { status: 'proposed' }, 'after a no one may ask again')
  t.match((await decide('admin:a')).body, { status: 'posted' })
  t.strictSame(await books('west'), before)
  t.equal(await usedOf('west'), 3000)
  t.match(await ask('admin:a', { replacement: { fleetId: 'west', amountMinor: 1 } }), {
    status: 409,
    body: { code: 'reversal-differs' }
  })
  const exact = statement(entry('30.00', 'W-2', 'M-2026-000031'))
  t.match((await upload(exact)).body['wouldPost'], [{ amount: cny(3000) }], 'open again')
  const told = await world.database.tenant('demo', async (tx) =>
    tx.query("select from events where kind = 'payments.fleet-payment-reversed.v1' and key = 'west'")
  )
  t.equal(told.length, 1)
  await until('no trouble', () => world.troubles.length === 0)
})
