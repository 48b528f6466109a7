import { test } from 'tap'
import { openChargePoint, usualVehicle, type ChargePoint } from '../chargers/index.ts'
import { type Api, eventually, signIn } from './api.ts'
import { allKnown, localGet, reaching } from './fleet.ts'
import { type Stack, startStack } from './stack.ts'

const password = 'scenario-password-16'
const card = 'CLUB-CARD'
const minuteMs = 60_000
const settleMs = 60_000

/** Half a yuan a kilowatt-hour for the club, 60.00 an hour idle after a minute. */
const rules = {
  currency: 'CNY',
  tax: 'none',
  elements: [
    { components: [{ dimension: 'energy', price: '0.5' }], restrictions: { groups: ['club'] } },
    { components: [{ dimension: 'energy', price: '1' }] },
    { name: 'idle', components: [{ dimension: 'idle', price: '60' }], restrictions: { minIdleS: 60 } }
  ]
}

type Items<Item> = { readonly items: readonly Item[] }
type Cost = { readonly amountMinor: number } | null
type Session = {
  readonly id: string
  readonly cost: Cost
  readonly provisional: boolean
  readonly leftAt: string
}
type Bill = { readonly total: { readonly amountMinor: number } }
type Entry = {
  readonly party: string
  readonly phase: string
  readonly amount: { readonly amountMinor: number }
}

async function prepare(stack: Stack): Promise<{ readonly api: Api; readonly driverId: string }> {
  const api = await signIn(stack.cloudUrl, 'operator@nova.test')
  await api.post('/chargers', {
    id: 'IDLE-1',
    siteId: 'demo-site',
    protocol: 'ocpp1.6',
    identity: 'IDLE-1',
    managed: false, // Its clock runs ahead in leaps: leases of two minutes would only disturb.
    security: { profile: 1, password },
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
  })
  const { userId: driverId } = await (
    await signIn(stack.cloudUrl, 'driver@nova.test')
  ).get<{ readonly userId: string }>('/auth/me')
  const assignments = [{ siteId: 'demo-site', connector: 'IDLE-1:1:1' }]
  await reaching(stack, 'tariffs', async () =>
    api.post('/tariffs', { id: 'idle', name: 'Idle', rules, assignments })
  )
  await reaching(stack, 'tokens', async () => api.post('/tokens', { uid: card, type: 'ISO14443', status: 'accepted', driverId })) // prettier-ignore
  await reaching(stack, 'tokens', async () => api.put('/driver-groups', { driverId, groups: ['club'] }))
  await allKnown(stack, ['IDLE-1'])
  return { api, driverId }
}

/** The station with a clock of its own, which is told here. */
function stationAt(stack: Stack, startMs: number) {
  const station = openChargePoint({
    url: stack.edge.ocppUrl,
    identity: 'IDLE-1',
    password,
    startMs,
    configuration: { MeterValueSampleInterval: '300' }
  })
  let nowMs = startMs
  return {
    station,
    now: () => nowMs,
    async pass(seconds: number): Promise<void> {
      station.advance(seconds * 1000)
      nowMs += seconds * 1000
      await station.settled(settleMs)
    }
  }
}

const statusOf = (station: ChargePoint) => station.outlets()[0]?.status

/** A full car stays, a third of the time after its session. @returns what that comes to, in fen */
async function charge({ station, now, pass }: ReturnType<typeof stationAt>): Promise<number> {
  station.switchOn()
  await station.settled(settleMs)
  const fromWh = station.outlets()[0]?.registerWh ?? 0
  station.plugIn(1, { ...usualVehicle, storedWh: 49_960 })
  await station.swipe(1, card)
  await station.settled(settleMs)
  while (statusOf(station) !== 'SuspendedEV') await pass(5)
  const fullAt = now()
  for (let seconds = 0; seconds < 90; seconds += 15) await pass(15)
  await station.swipe(1, card)
  await pass(15)
  for (let seconds = 0; seconds < 45; seconds += 15) await pass(15)
  station.unplug(1)
  await station.settled(settleMs)
  const idleMs = BigInt(now() - fullAt - minuteMs)
  const wh = BigInt((station.outlets()[0]?.registerWh ?? 0) - fromWh)
  // 0.5 a kWh is 1/20 fen a Wh, 60.00 an hour 1/600 fen a millisecond; half up.
  return Number(((wh * 30n + idleMs) * 2n + 600n) / 1_200n)
}

void test('a full car stays plugged, the site offline: the cost at the edge is the CDR, the invoice and the ledger', async (t) => {
  t.setTimeout(1_000_000)
  const stack = await startStack({ site: { grid: { limitA: [20_000, 20_000, 20_000], voltageV: 230 } } })
  t.teardown(() => stack.stop())
  const { api, driverId } = await prepare(stack)
  const clock = stationAt(stack, Date.now()) // The club counts from now on; some minutes ahead is a clock like others.
  t.teardown(() => clock.station.close())
  stack.uplink.cut()
  // Nobody can tell the site: what it shows is what counts.
  await api.put('/driver-groups', { driverId, groups: [] })
  const expected = await charge(clock)
  t.ok(expected > 150, `${expected} fen, a minute and a half of idling among them`)
  const local = async () =>
    (await localGet<Items<Session>>(stack, '/sessions?chargerId=IDLE-1')).items[0]?.cost?.amountMinor
  t.equal(await eventually(local, (cost) => cost === expected, { what: 'the cost at the edge' }), expected)
  stack.uplink.heal()
  const session = await eventually(
    async () => (await api.get<Items<Session>>('/sessions?chargerId=IDLE-1')).items[0],
    (found) => found?.provisional === false,
    { what: 'the bill', withinMs: 60_000 }
  )
  const id = session?.id ?? ''
  t.equal(session?.leftAt, new Date(clock.now()).toISOString())
  const [cdr] = (await api.get<Items<Bill>>(`/cdrs?sessionId=${id}`)).items
  const [invoice] = (await api.get<Items<Bill & { lines: object[] }>>(`/invoices?sessionId=${id}`)).items
  const entries = await eventually(
    async () => (await api.get<Items<Entry>>(`/ledger/entries?sessionId=${id}`)).items,
    (found) => found.length > 0,
    { what: 'the postings' }
  )
  const received = entries
    .filter(
      ({ party, phase, amount }) =>
        phase !== 'pending' && !party.startsWith('driver:') && amount.amountMinor > 0
    )
    .reduce((all, { amount }) => all + amount.amountMinor, 0)
  t.strictSame(
    [session?.cost?.amountMinor, cdr?.total.amountMinor, invoice?.total.amountMinor, received],
    [expected, expected, expected, expected]
  )
  t.match(invoice?.lines, [
    { unit: 'kWh', unitPrice: '0.5' },
    { name: 'idle', unit: 'h', unitPrice: '6' }
  ])
})
