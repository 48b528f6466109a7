import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { looksAt, type Items } from './test-support/money-looks.ts'
import { driverId, openMoneyWorld, site } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openMoneyWorld()
file.teardown(world.close)
const { call } = world
const { billed, entriesOf } = looksAt(world)

/** 1.00 a kWh, 6.00 an hour idle after ten minutes, 2.00 an hour reserved, 5.00 for nobody coming; less for some. */
const rules = {
  currency: 'CNY',
  tax: 'none',
  elements: [
    {
      name: 'grid full',
      components: [{ dimension: 'energy', price: '3' }],
      restrictions: { signal: { name: 'grid-load', atLeast: '90' } }
    },
    { name: 'energy', components: [{ dimension: 'energy', price: '1' }] },
    { name: 'idle', components: [{ dimension: 'idle', price: '6' }], restrictions: { minIdleS: 600 } },
    {
      name: 'no-show',
      components: [{ dimension: 'flat', price: '5' }],
      restrictions: { reservation: 'expired' }
    },
    {
      name: 'reservation',
      components: [{ dimension: 'reservation', price: '2' }],
      restrictions: { reservation: 'made' }
    }
  ],
  discounts: [{ name: 'WELCOME', percent: '20', on: ['energy'], restrictions: { coupons: ['WELCOME'] } }]
}
const made = await call('operator', 'POST', '/tariffs', {
  id: 'asks',
  name: 'Asks',
  rules,
  assignments: [1, 2, 3, 4, 5, 6, 7, 8].map((each) => ({ siteId: site.siteId, connector: `R${each}:1:1` }))
})
if (made.status !== 201) throw new Error(JSON.stringify(made.body))

const dayAgo = Date.now() - 86_400_000
const at = (minute: number): string => new Date(dayAgo + minute * 60_000).toISOString()
const place = (chargerId: string) => ({ chargerId, evseId: 1, connectorId: 1 })
type Start = { readonly chargerId: string; readonly tokenUid?: string; readonly minute?: number }

/** Ten kilowatt-hours in an hour; the facts as the edge tells them, each twice. */
async function charge(sessionId: string, { chargerId, tokenUid = 'TAG-DRIVER', minute = 0 }: Start) {
  const tariff = { tariffId: 'asks', version: 1 }
  await world.fact(
    {
      kind: 'session.started.v1',
      sessionId,
      ...place(chargerId),
      transactionId: '1',
      tokenUid,
      startedAt: at(minute),
      meterStartWh: 0,
      reservationId: null,
      commandId: null,
      offline: false,
      tariff
    },
    2
  )
  for (const half of [30, 60]) {
    const reading = { at: at(minute + half), registerWh: (half * 10_000) / 60, trust: 'good' as const }
    await world.fact({ kind: 'session.reading.v1', sessionId, reading }, 2)
  }
}

const suspend = async (sessionId: string, minute: number, by: 'ev' | 'evse' | null) =>
  world.fact(
    { kind: 'session.suspended.v1', sessionId, at: at(minute), suspended: by !== null, by: by ?? 'unknown' },
    2
  )

const end = async (sessionId: string, minute: number, standing: boolean) =>
  world.fact(
    {
      kind: 'session.ended.v1',
      sessionId,
      endedAt: at(minute),
      meterStopWh: 10_000,
      energyWh: 10_000,
      stopReason: standing ? 'local' : 'ev-disconnected',
      tokenUid: null,
      ...(standing ? { standing: true as const } : {}),
      review: []
    },
    2
  )

const leave = async (sessionId: string, minute: number) =>
  world.fact({ kind: 'session.left.v1', sessionId, at: at(minute), seen: true }, 2)

type Line = { name: string; amountMinor: number }
const receiptOf = async (sessionId: string) => {
  const { body } = await call('driver', 'GET', `/invoices?sessionId=${sessionId}`)
  const [receipt, another] = (body as unknown as Items<{ total: { amountMinor: number }; lines: Line[] }>)
    .items
  if (another) throw new Error('billed twice')
  return receipt
}

/** Running cost, CDR, invoice and what the ledger posted to the parties, to the fen. */
/** What parties other than drivers have got of a session, once the ledger has it: all of a bill stands at once. */
async function receivedOf(sessionId: string): Promise<number> {
  const entries = await entriesOf(sessionId)
  return entries
    .filter(({ phase }) => phase !== 'pending')
    .filter(({ party, amount }) => !party.startsWith('driver:') && amount.amountMinor > 0)
    .reduce((all, { amount }) => all + amount.amountMinor, 0)
}

async function amountsOf(sessionId: string): Promise<number[]> {
  const received = await until('the postings', async () => (await receivedOf(sessionId)) || undefined)
  const session = (await call('operator', 'GET', `/sessions/${sessionId}`)).body as unknown as {
    cost: { amountMinor: number }
  }
  const { body } = await call('operator', 'GET', `/cdrs?sessionId=${sessionId}`)
  const [cdr] = (body as unknown as Items<{ total: { amountMinor: number } }>).items
  const invoice = await receiptOf(sessionId)
  return [
    session.cost.amountMinor,
    cdr?.total.amountMinor ?? -1,
    invoice?.total.amountMinor ?? -1,
    invoice?.lines.reduce((all, { amountMinor }) => all + amountMinor, 0) ?? -1,
    received
  ]
}

const seen = async (id: string) => (await call('driver', 'GET', `/sessions/${id}`)).body

void test('idle after grace: the bill waits for the car to leave, the running cost does not', async (t) => {
  const id = randomUUID()
  await charge(id, { chargerId: 'R1' })
  await suspend(id, 60, 'ev')
  await end(id, 100, true)
  const standing = await until('its end', async () => {
    const session = await seen(id)
    return session['status'] === 'ended' && session
  })
  t.match(standing, { standing: true, leftAt: null, provisional: true, cdr: undefined })
  const cost = standing['cost'] as { amountMinor: number }
  t.ok(cost.amountMinor > 1000 + 12_000, 'it stands there since yesterday, 6.00 an hour')
  t.equal(await receiptOf(id), undefined, 'no bill yet')
  const idle = { from: at(60), costsFrom: at(70), price: '6', currency: 'CNY' }
  const told = await until('the driver is told', async () => {
    const { body } = await call('driver', 'GET', `/sessions/${id}/idle`)
    const seenIdle = body as unknown as { idle: { toldAt: string | null } | null }
    return typeof seenIdle.idle?.toldAt === 'string' && seenIdle
  })
  t.match(told, { idle }, 'since it took no more, after ten minutes')
  t.match(await call('stranger', 'GET', `/sessions/${id}/idle`), { status: 404 })
  await leave(id, 130)
  t.match(await billed(id), { standing: false, leftAt: at(130), endedAt: at(100) })
  t.match((await call('driver', 'GET', `/sessions/${id}/idle`)).body, { idle: null }, 'it has left')
  t.strictSame(await amountsOf(id), [1600, 1600, 1600, 1600, 1600], '10 kWh at 1.00, 70 − 10 minutes at 6.00')
  t.match((await receiptOf(id))?.lines, [
    { name: 'energy', amountMinor: 1000, rule: /element 2/ },
    { name: 'idle', amountMinor: 600, quantity: '1', unit: 'h', unitPrice: '6' }
  ])
})

void test('a car that we hold back does not idle; one that drives away at once has its bill at once', async (t) => {
  const id = randomUUID()
  await charge(id, { chargerId: 'R2' })
  await suspend(id, 60, 'evse')
  await end(id, 180, false)
  await billed(id)
  t.strictSame(await amountsOf(id), [1000, 1000, 1000, 1000, 1000])
})

void test('a car that nobody tells of is billed for what it charged when the wait is over', async (t) => {
  const id = randomUUID()
  await charge(id, { chargerId: 'R3' })
  await end(id, 60, true)
  await until('its end', async () => (await seen(id))['standing'] === true)
  await world.database.tenant('demo', async (tx) =>
    tx.query('update sessions set standing_until = now() where id = $1', [id])
  )
  t.match(await billed(id), { standing: false, leftAt: null })
  t.equal((await receiptOf(id))?.total.amountMinor, 1000)
  await leave(id, 600)
  await leave(id, 700)
  t.equal((await receiptOf(id))?.total.amountMinor, 1000, 'too late to change a bill')
})

const coupon = async (code: string, more: object = {}) =>
  call('operator', 'POST', '/coupons', { code, name: 'WELCOME', ...more })

void test('a coupon: once by a driver, no more often than it may, in its time, by its tenant', async (t) => {
  t.match(await coupon('Hello 26'), { status: 201, body: { code: 'HELLO26', uses: 0, mostUses: 1 } })
  t.match(await coupon('hello26'), { status: 409, body: { code: 'coupon-exists' } })
  t.match(await coupon('OVER', { validUntil: at(0) }), { status: 201 })
  t.match(await coupon('LATER', { validFrom: '2099-01-01T00:00:00Z' }), { status: 201 })
  const quote = async (code: string, as = 'driver') =>
    call(as, 'GET', `/connectors/R4:1:1/quote?coupon=${encodeURIComponent(code)}`)
  t.match(await quote('HELLO 26'), { status: 200, body: { coupon: 'WELCOME', rules: { currency: 'CNY' } } })
  t.match(await quote('nothing'), { status: 422, body: { code: 'coupon-unknown' } })
  t.match(await quote('OVER'), { status: 422, body: { code: 'coupon-not-valid' } })
  t.match(await quote('LATER'), { status: 422, body: { code: 'coupon-not-valid' } })
  t.match(await call('stranger', 'GET', '/coupons'), { status: 200, body: { items: [] } })
  t.match(await call('driver', 'GET', '/coupons'), { status: 403 })
  t.match(await call('driver', 'POST', '/sessions', { connectorId: 'R4:1:1', coupon: 'nothing' }), {
    status: 422,
    body: { code: 'coupon-unknown' }
  })
  const first = await call('driver', 'POST', '/sessions', { connectorId: 'R4:1:1', coupon: 'hello26' })
  t.equal(first.status, 202)
  t.match(await call('driver', 'POST', '/sessions', { connectorId: 'R5:1:1', coupon: 'hello26' }), {
    status: 422,
    body: { code: 'coupon-used' }
  })
  const command = await world.startOf(first.body.id)
  t.match(command.payload, { coupons: ['WELCOME'] }, 'the edge is told, for its running cost')
  await world.settled(command.id ?? '', 'rejected', 'The charger answered: Rejected')
  await until('it failed', async () => (await seen(first.body.id))['status'] === 'failed')
  const second = await call('driver', 'POST', '/sessions', { connectorId: 'R5:1:1', coupon: 'hello26' })
  t.equal(second.status, 202, 'a start that came to nothing gave it back')
  const { id } = second.body
  await charge(id, { chargerId: 'R5', tokenUid: String((await world.startOf(id)).payload['tokenUid']) })
  await end(id, 60, false)
  await billed(id)
  t.match((await receiptOf(id))?.lines, [{ amountMinor: 1000 }, { name: 'WELCOME', amountMinor: -200 }])
  t.equal((await receiptOf(id))?.total.amountMinor, 800)
  const [used] = ((await call('operator', 'GET', '/coupons')).body as unknown as Items<object>).items
  t.match(used, { code: 'HELLO26', uses: 1 })
  t.match(await call('operator', 'PATCH', '/coupons/hello26', { validUntil: at(0) }), {
    status: 200,
    body: { validUntil: at(0) }
  })
  t.match(await call('operator', 'PATCH', '/coupons/none', { validUntil: at(0) }), { status: 404 })
  t.match(await call('operator', 'PATCH', '/coupons/hello26', {}), { status: 400 }, 'says nothing')
  t.match(await call('operator', 'PATCH', '/coupons/hello26', { mostUses: 7 }), {
    status: 200,
    body: { mostUses: 7, validUntil: at(0) }
  })
  const uses = await call('operator', 'GET', '/coupons/hello26/uses')
  t.match(uses.body, { items: [{ sessionId: id }] }, 'who brought it to what is seen')
  t.equal((uses.body as unknown as Items<object>).items.length, 1, 'the start that came to nothing is no use')
  t.match(await call('driver', 'GET', '/coupons/hello26/uses'), { status: 403 })
  t.match(await call('stranger', 'GET', '/coupons/hello26/uses'), { status: 404 })
})

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
type Reservation = { id: string; status: string; sessionId: string | null }
const reservations = async (as = 'driver') =>
  ((await call(as, 'GET', '/reservations')).body as unknown as Items<Reservation>).items

/** A reservation at R6 or R7 as the driver asks for it and the charger takes it. */
async function reserve(chargerId: string, from: string) {
  const expiresAt = inAnHour()
  const asked = await call('driver', 'POST', '/reservations', { connectorId: `${chargerId}:1:1`, expiresAt })
  if (asked.status !== 202) throw new Error(JSON.stringify(asked.body))
  const command = await until('the order', () =>
    world.commands.find(({ action, chargerId: of }) => action === 'reserve' && of === chargerId)
  )
  const { reservationId, tokenUid } = command.payload as { reservationId: number; tokenUid: string }
  const fact = {
    kind: 'reservation.changed.v1',
    ...place(chargerId),
    reservationId,
    tokenUid,
    expiresAt,
    sessionId: null
  } as const
  await world.fact({ ...fact, status: 'active', at: from }, 2)
  await until('it stands', async () =>
    (await reservations()).some(({ id, status }) => id === asked.body.id && status === 'active')
  )
  return { id: asked.body.id, fact, tokenUid, commandId: command.id ?? '' }
}

void test('who comes for a reservation starts with its token and pays for the time it was kept', async (t) => {
  const { id: reservationId, fact, tokenUid } = await reserve('R6', at(-30))
  world.statuses.set('R6:1:1', 'reserved')
  const stranger = await call('other', 'POST', '/sessions', { connectorId: 'R6:1:1' })
  t.match(stranger, { status: 409, body: { code: 'connector-reserved' } })
  t.match(await call('driver', 'POST', '/sessions', { connectorId: 'R6:1:1', reservationId: randomUUID() }), {
    status: 422,
    body: { code: 'reservation-unknown' }
  })
  const started = await call('driver', 'POST', '/sessions', { connectorId: 'R6:1:1', reservationId })
  t.equal(started.status, 202)
  const { id } = started.body
  t.equal((await world.startOf(id)).payload['tokenUid'], tokenUid)
  await charge(id, { chargerId: 'R6', tokenUid })
  await world.fact({ ...fact, status: 'used', at: at(0), sessionId: id }, 2)
  await end(id, 60, false)
  await billed(id)
  t.strictSame(await amountsOf(id), [1100, 1100, 1100, 1100, 1100], '10 kWh, half an hour at 2.00')
  t.match(await reservations(), [{ id: reservationId, status: 'used', sessionId: id }])
  t.match(await call('driver', 'DELETE', `/reservations/${reservationId}`), {
    status: 409,
    body: { code: 'reservation-over' }
  })
})

void test('nobody comes: one bill of its own, with the time it was kept and the fee', async (t) => {
  const said = await call('driver', 'GET', '/connectors/R7:1:1/quote?reserveMinutes=30')
  t.match(
    said.body,
    { reservation: { ifUsed: { amountMinor: 100 }, ifNobodyComes: { amountMinor: 600 } } },
    'said before: half an hour at 2.00, and 5.00 for nobody coming'
  )
  t.match((await call('driver', 'GET', '/connectors/R7:1:1/quote')).body, { reservation: null })
  const { id, fact } = await reserve('R7', at(0))
  t.match(await call('other', 'DELETE', `/reservations/${id}`), { status: 404 })
  await world.fact({ ...fact, status: 'expired', at: at(60) }, 3)
  const [gone] = await until('its bill', async () => {
    const found = (await reservations()).filter((each) => each.id === id && each.sessionId !== null)
    return found.length > 0 && found
  })
  t.match(gone, { status: 'expired' })
  const sessionId = gone?.sessionId ?? ''
  t.match(await billed(sessionId), {
    stopReason: 'no-show',
    energyWh: 0,
    startedAt: at(0),
    endedAt: at(60),
    driverId
  })
  t.match((await receiptOf(sessionId))?.lines, [
    { name: 'no-show', amountMinor: 500 },
    { name: 'reservation', amountMinor: 200, unit: 'h' }
  ])
  t.strictSame(await amountsOf(sessionId), [700, 700, 700, 700, 700])
  const [cdr] = ((await call('operator', 'GET', `/cdrs?sessionId=${sessionId}`)).body as unknown as Items<{ issuedAt: string }>).items // prettier-ignore
  const date = cdr?.issuedAt.slice(0, 10) ?? ''
  const run = await call('operator', 'POST', `/reconciliation/${date}`)
  t.match(run, { status: 200, body: { sessions: Number } })
  t.ok(Number(run.body['sessions']) > 0, 'this bill is among those of its day')
  t.notMatch(JSON.stringify(run.body), sessionId, 'no charger told of it, and no break is made of that')
})

void test('a reservation is cancelled by who made it, refused by a charger, kept within bounds', async (t) => {
  const ask = async (chargerId: string, expiresAt = inAnHour()) =>
    call('driver', 'POST', '/reservations', { connectorId: `${chargerId}:1:1`, expiresAt })
  t.match(await ask('R8', at(0)), { status: 422, body: { code: 'reservation-time' } })
  world.statuses.set('R8:1:1', 'charging')
  t.match(await ask('R8'), { status: 409, body: { code: 'connector-occupied' } })
  world.statuses.delete('R8:1:1')
  const refused = await ask('R8')
  const order = await until('the order', () =>
    world.commands.findLast(({ action, chargerId }) => action === 'reserve' && chargerId === 'R8')
  )
  await world.settled(order?.id ?? '', 'rejected', 'Occupied')
  await until('it is refused', async () =>
    (await reservations()).some(({ id, status }) => id === refused.body.id && status === 'refused')
  )
  const wanted = [await ask('R8'), await ask('R8'), await ask('R8')]
  t.strictSame(wanted.map(({ status }) => status), [202, 202, 202]) // prettier-ignore
  t.match(await ask('R8'), { status: 409, body: { code: 'too-many-reservations' } })
  const orders = () => world.commands.filter((each) => each.action === 'reserve' && each.chargerId === 'R8')
  await until('all are ordered', () => orders().length === 4)
  t.match(await call('driver', 'DELETE', `/reservations/${wanted[0]?.body.id}`), { status: 202 })
  const cancel = await until('the cancellation', () =>
    world.commands.findLast(({ action }) => action === 'cancelReservation')
  )
  t.match(cancel, { chargerId: 'R8', payload: { reservationId: Number } })
  t.strictSame(await reservations('other'), [], 'nobody sees those of others')
})

void test('a signal that the site does not measure is set, sent down, and prices what flowed after it was noted', async (t) => {
  const put = async (name: string, value: string, as = 'operator') =>
    call(as, 'PUT', `/sites/${site.siteId}/signals/${name}`, { value })
  t.match(await put('grid-load', '95'), {
    status: 200,
    body: { items: [{ name: 'grid-load', value: '95' }] }
  })
  t.match(await put('site-load', '95'), { status: 422, body: { code: 'signal-measured' } })
  t.match(await put('grid-load', '95', 'driver'), { status: 403 })
  t.match(await call('operator', 'PUT', '/sites/nowhere/signals/grid-load', { value: '1' }), { status: 404 })
  const told = await until('the event for the site', async () =>
    world.database.tenant('demo', async (tx) =>
      tx.query(`select 1 from events where kind = 'tariffs.changed.v1' and key = $1`, [site.siteId])
    )
  )
  t.ok(told.length > 0)
  const id = randomUUID()
  await world.fact({ kind: 'signal.noted.v1', name: 'grid-load', at: at(-500), value: '20' }, 2)
  await world.fact({ kind: 'signal.noted.v1', name: 'grid-load', at: at(30), value: '95' }, 2)
  await world.fact({ kind: 'signal.noted.v1', name: 'grid-load', at: at(400), value: '10' })
  await charge(id, { chargerId: 'R2' })
  await end(id, 60, false)
  await billed(id)
  t.strictSame(await amountsOf(id), [2000, 2000, 2000, 2000, 2000], '5 kWh at 1.00, 5 kWh at 3.00')
})
