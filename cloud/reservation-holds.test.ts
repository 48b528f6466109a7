import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import type { FactOf } from '@nova/shared-protocol/messages'
import type { Faults } from '../simulators/bank/faults.ts'
import { addMethod } from './contexts/payments/index.ts'
import { driverId, openMoneyWorld, site } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openMoneyWorld()
file.teardown(world.close)
const { call } = world

/** 1.00 a kWh, 2.00 an hour reserved, and 5.00 when nobody comes. At N0 it costs nothing. */
const rules = {
  currency: 'CNY',
  tax: 'none',
  elements: [
    { name: 'energy', components: [{ dimension: 'energy', price: '1' }] },
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
  ]
}
const places = Array.from({ length: 30 }, (_, nth) => `N${nth + 1}`)
const made = await call('operator', 'POST', '/tariffs', {
  id: 'no-shows',
  name: 'No-shows cost',
  rules,
  assignments: places.map((each) => ({ siteId: site.siteId, connector: `${each}:1:1` }))
})
if (made.status !== 201) throw new Error(JSON.stringify(made.body))

type Reservation = {
  id: string
  status: string
  failure: string | null
  sessionId: string | null
  hold: { amountMinor: number } | null
}
let used = 0
const nextPlace = (): string => places[used++] ?? 'none left'
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const ask = async (chargerId: string, more = {}, as = 'driver') =>
  call(as, 'POST', '/reservations', { connectorId: `${chargerId}:1:1`, expiresAt: inAnHour(), ...more })
const reservationIs = async (id: string, status: string): Promise<Reservation> =>
  until(`reservation ${id} ${status}`, async () => {
    const { body } = await call('operator', 'GET', '/reservations?limit=100')
    return (body['items'] as Reservation[]).find((each) => each.id === id && each.status === status)
  })
const orderFor = (chargerId: string) =>
  world.commands.filter((each) => each.action === 'reserve' && each.chargerId === chargerId)
const orderTo = async (chargerId: string) => until(`an order to ${chargerId}`, () => orderFor(chargerId)[0])

type Row = { id: string; status: string; captured_minor: number; amount_minor: number }
const paymentOf = async (reservationId: string): Promise<Row | undefined> =>
  world.database.tenant('demo', async (tx) =>
    tx.maybe<Row>(
      `select p.id, p.status, p.captured_minor, p.amount_minor from payments p
       join reservations r on r.tenant_id = p.tenant_id and r.hold_session = p.id where r.id = $1`,
      [reservationId]
    )
  )
const paymentIs = async (reservationId: string, status: string): Promise<Row> =>
  until(`the payment of ${reservationId} ${status}`, async () => {
    const row = await paymentOf(reservationId)
    return row?.status === status && row
  })

/** The site tells, as its edge writes it; each fact twice. */
async function tell(
  chargerId: string,
  status: FactOf<'reservation.changed.v1'>['status'],
  at: string,
  more = {}
) {
  const { payload } = await orderTo(chargerId)
  const { reservationId, tokenUid, expiresAt } = payload as {
    reservationId: number
    tokenUid: string
    expiresAt: string
  }
  const about = { reservationId, tokenUid, expiresAt, sessionId: null, chargerId, evseId: 1, connectorId: 1 }
  await world.fact({ kind: 'reservation.changed.v1', ...about, status, at, ...more }, 2)
}
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

const trouble = async (faults: Partial<Faults>): Promise<void> => {
  await fetch(`${world.bank.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults)
  })
}

/** Nothing is set aside of any driver, and no driver owes or is owed. */
async function booksAreEven(): Promise<void> {
  type Account = { party: string; balance: { amountMinor: number }; pending: { amountMinor: number } }
  await until('even books', async () => {
    const { body } = await call('operator', 'GET', '/ledger/accounts?limit=500')
    return (body['items'] as Account[])
      .filter(({ party }) => party.startsWith('driver:'))
      .every(({ balance, pending }) => balance.amountMinor === 0 && pending.amountMinor === 0)
  })
}

void test('where nobody coming costs, the site hears of a reservation only when that much is held', async (t) => {
  const place = nextPlace()
  await trouble({ seed: 1, unavailable: 1 })
  const asked = await ask(place)
  t.match(asked, { status: 202, body: { status: 'holding', failure: null } })
  const held = (asked.body['hold'] as { amountMinor: number }).amountMinor
  t.ok(held >= 700 && held <= 708, '5.00, an hour at 2.00, and two minutes for clocks that differ')
  await paymentIs(asked.body.id, 'unknown')
  t.strictSame(orderFor(place), [], 'no answer: nobody has been asked to keep anything free')
  await trouble({})
  await reservationIs(asked.body.id, 'asked')
  const { payload } = await orderTo(place)
  t.match(payload, { connector: `${place}:1:1` })
  t.match(await paymentIs(asked.body.id, 'authorised'), { amount_minor: held, captured_minor: 0 })
  await tell(place, 'active', ago(0))
  await tell(place, 'cancelled', ago(0))
  await paymentIs(asked.body.id, 'voided')
  await booksAreEven()
})

const ends: [string, (place: string, id: string) => Promise<unknown>][] = [
  ['the driver comes', async (place) => tell(place, 'used', ago(0), { sessionId: randomUUID() })],
  ['it is cancelled at the site', async (place) => tell(place, 'cancelled', ago(0))],
  [
    'the charger does not take it',
    async (place) => world.settled((await orderTo(place)).id ?? '', 'rejected', 'Occupied')
  ],
  [
    'the site cannot be reached',
    async (place) => world.settled((await orderTo(place)).id ?? '', 'expired', 'late')
  ]
]
for (const [title, end] of ends)
  void test(`${title}: what was held is free again`, async (t) => {
    const place = nextPlace()
    const { body } = await ask(place)
    await orderTo(place)
    await end(place, body.id)
    t.match(await paymentIs(body.id, 'voided'), { captured_minor: 0 })
    await booksAreEven()
  })

void test('nobody comes: the fee is captured of the hold, also when the site notices late; nothing is owed', async (t) => {
  const place = nextPlace()
  const { body } = await ask(place)
  await tell(place, 'active', ago(0))
  await reservationIs(body.id, 'active')
  // The hour has passed, and the site tells of it twenty minutes after its end.
  await tell(place, 'expired', new Date(Date.now() + 80 * 60_000).toISOString())
  const gone = await reservationIs(body.id, 'expired')
  const taken = await paymentIs(body.id, 'captured')
  t.equal(gone.sessionId, taken.id, 'the bill has the session for which the money was held')
  t.ok(taken.captured_minor <= taken.amount_minor && taken.captured_minor >= 699, 'the fee, of what was held')
  const { body: cdrs } = await call('operator', 'GET', `/cdrs?sessionId=${taken.id}`)
  t.match(cdrs['items'], [{ total: { amountMinor: taken.captured_minor } }])
  const { body: debts } = await call('driver', 'GET', '/payments/debts')
  t.strictSame(debts['items'], [])
  await booksAreEven()
})

void test('a card that is declined keeps nothing free; a card of somebody else is refused at once', async (t) => {
  await world.database.tenant('demo', async (tx) =>
    addMethod(tx, { id: 'bad', driverId, provider: 'bank', reference: 'card-declined', label: 'bad' })
  )
  const place = nextPlace()
  const { body } = await ask(place, { paymentMethodId: 'bad' })
  t.match((await reservationIs(body.id, 'refused')).failure, /./)
  t.strictSame(orderFor(place), [])
  t.match(await ask(place, { paymentMethodId: 'bad' }, 'other'), {
    status: 422,
    body: { code: 'payment-method-needed' }
  })
  t.match(await ask('N0', {}, 'other'), { status: 202, body: { status: 'asked', hold: null } }, 'free there')
  await booksAreEven()
})

void test('cancelled while the money is still being held: no order is ever sent, and the hold that comes late goes back', async (t) => {
  const place = nextPlace()
  await trouble({ seed: 9, answerLost: 1, hangMs: 600 })
  const { body } = await ask(place)
  t.match(await call('driver', 'DELETE', `/reservations/${body.id}`), {
    status: 202,
    body: { status: 'cancelled' }
  })
  t.match(await call('driver', 'DELETE', `/reservations/${body.id}`), {
    status: 409,
    body: { code: 'reservation-over' }
  })
  await trouble({})
  await until('it is let go', async () =>
    ['voided', 'failed'].includes((await paymentOf(body.id))?.status ?? '')
  )
  t.strictSame(orderFor(place), [])
  await booksAreEven()
})

void test('a hold that does not come in time, and a site that never tells: the sweeper lets both go', async (t) => {
  const [late, silent] = [nextPlace(), nextPlace()]
  await trouble({ seed: 11, unavailable: 1 })
  const { body: slow } = await ask(late)
  const due = async (id: string, more = '') =>
    world.database.tenant('demo', async (tx) =>
      tx.query(`update reservations set next_at = now() ${more} where id = $1`, [id])
    )
  await due(slow.id)
  t.match((await reservationIs(slow.id, 'refused')).failure, /not held in time/)
  await trouble({})
  await until('it is let go', async () =>
    ['voided', 'failed'].includes((await paymentOf(slow.id))?.status ?? '')
  )
  t.strictSame(orderFor(late), [])
  const { body: kept } = await ask(silent)
  await orderTo(silent)
  await until('its look again is far', async () =>
    world.database.tenant('demo', async (tx) => {
      const row = await tx.one<{ far: boolean }>(
        "select coalesce(next_at > expires_at + interval '2 days', false) as far from reservations where id = $1",
        [kept.id]
      )
      return row.far
    })
  )
  await due(kept.id, ", expires_at = now() - interval '3 days'")
  await paymentIs(kept.id, 'voided')
  await booksAreEven()
})

void test('a process that dies after the order was sent sends it once; answers that are lost are asked for', async (t) => {
  const place = nextPlace()
  world.breaks.command = 1
  await trouble({ seed: 13, answerLost: 0.5, requestLost: 0.2, hangMs: 500 })
  const { body } = await ask(place)
  await orderTo(place)
  await world.restart()
  await tell(place, 'active', ago(0))
  await tell(place, 'cancelled', ago(0))
  await paymentIs(body.id, 'voided')
  await trouble({})
  t.equal(orderFor(place).length, 1)
  const { id } = await paymentIs(body.id, 'voided')
  t.equal([...world.bank.holds.values()].filter(({ reference }) => reference === `demo.${id}`).length, 1)
  await booksAreEven()
})
