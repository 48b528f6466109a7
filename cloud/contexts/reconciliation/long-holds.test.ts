import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openTestDatabase } from '../../test-support/postgres.ts'
import type { LoggedEvent } from '../../db/index.ts'
import { runDay } from './commands.ts'
import { until } from '../../test-support/until.ts'
import { migrations, openReconciliation } from './index.ts'
import { listeners } from './listeners.ts'
import type { Needs } from './needs.ts'
import type { StatementRow, StatementSource } from './statements.ts'

const { database, close } = await openTestDatabase([migrations])
file.teardown(close)

const statements = new Map<string, StatementRow[]>()
/** Codes are paid whole; what was not used goes back later: as WeChat's native product does it. */
const codes: StatementSource = {
  provider: 'codes',
  timeZone: 'Asia/Shanghai',
  download: async (date) => JSON.stringify(statements.get(date) ?? []),
  parse: (text) => JSON.parse(text) as StatementRow[],
  ownerOf: (reference) => ({ tenantId: 'demo', paymentId: reference.slice(5) }),
  confirm: async () => null,
  takesFirst: true
}
const needs: Needs = {
  database,
  now: () => Date.parse('2026-03-20T00:00:00Z'),
  statements: [codes],
  ratingW: async () => null,
  proofs: async () => new Map(),
  meteredWh: async () => new Map(),
  audit: async () => undefined,
  onTrouble: () => undefined
}

type Kind = 'held' | 'captured' | 'released'

/** The payment's events as they are told: held for 50.00 on one day, its end on another. Noon in Shanghai. */
async function tell(paymentId: string, day: string, [kind, minor]: readonly [Kind, number], more = {}) {
  const about = { paymentId, sessionId: paymentId, driverId: 'd', provider: 'codes', ...more }
  const amount = { currency: 'CNY', amountMinor: minor }
  const event: LoggedEvent = {
    id: 1,
    tenantId: 'demo',
    partition: 0,
    kind: `payments.${kind}.v1`,
    key: paymentId,
    body: { ...about, amount, released: { ...amount, amountMinor: 5000 - minor } },
    at: `${day}T04:00:00.000Z`
  }
  await database.tenant('demo', async (tx) => listeners()[0]?.handle(tx, [event]))
}

function book(paymentId: string, day: string, amountMinor: number, endsHold = false): void {
  const row: StatementRow = {
    id: randomUUID(),
    kind: endsHold ? 'refund' : 'capture',
    orderReference: `demo.${paymentId}`,
    currency: 'CNY',
    amountMinor,
    at: `${day}T04:00:01.000Z`,
    ...(endsHold ? { endsHold } : {})
  }
  statements.set(day, [...(statements.get(day) ?? []), row])
}

async function breaksOf(
  day: string
): Promise<{ class: string; reference: string; differenceMinor: number }[]> {
  await runDay(needs, { tenantId: 'demo', date: day, by: 'test' })
  return database.tenant('demo', async (tx) =>
    tx.query(
      `select class, reference, difference_minor as "differenceMinor" from reconciliation_breaks
       where date = $1 and status = 'open' order by class, reference`,
      [day]
    )
  )
}

const days = [
  '2026-03-01',
  '2026-03-02',
  '2026-03-03',
  '2026-03-04',
  '2026-03-05',
  '2026-03-06',
  '2026-03-07'
] as const
const [first, , third, , , sixth] = days

void test('a code that was held for five days is no break, on whichever day and how often one looks', async (t) => {
  const [kept, whole, open] = [randomUUID(), randomUUID(), randomUUID()]
  for (const id of [kept, whole, open]) {
    await tell(id, first, ['held', 5000])
    book(id, first, 5000)
  }
  for (const day of days.slice(0, 4)) t.strictSame(await breaksOf(day), [], `${day}, while it stands`)
  await tell(kept, sixth, ['captured', 3456])
  book(kept, sixth, 1544, true)
  await tell(whole, sixth, ['released', 5000])
  book(whole, sixth, 5000, true)
  for (const day of [...days, ...days]) t.strictSame(await breaksOf(day), [], `${day}, after it`)
  const [run] = await database.tenant('demo', async (tx) =>
    tx.query<{ matched: number }>('select matched from reconciliation_runs where date = $1', [sixth])
  )
  t.equal(run?.matched, 1, 'what was kept is matched on the day of its end')
})

void test('what is wrong with a long hold is found on the day of its end, once', async (t) => {
  const [more, nothing, twice, strange] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  for (const id of [more, nothing, twice]) {
    await tell(id, first, ['held', 5000])
    book(id, first, 5000)
  }
  book(twice, first, 5000)
  book(strange, first, 700)
  t.strictSame(await breaksOf(first), [{ class: 'missing-here', reference: strange, differenceMinor: 700 }])
  await tell(more, third, ['captured', 3000])
  book(more, third, 1900, true) // A yuan too little came back.
  await tell(nothing, third, ['released', 5000]) // We think that it went back; it did not.
  await tell(twice, third, ['captured', 5000])
  t.strictSame(await breaksOf(first), [{ class: 'missing-here', reference: strange, differenceMinor: 700 }])
  t.strictSame(
    (await breaksOf(third)).toSorted((a, b) => (a.class < b.class ? -1 : 1)),
    [
      { class: 'amount', reference: more, differenceMinor: 100 },
      { class: 'duplicate', reference: twice, differenceMinor: 5000 },
      { class: 'state', reference: nothing, differenceMinor: 5000 }
    ]
  )
})

void test('a hold that was raised is one payment at its provider, and one movement here', async (t) => {
  const [id, raise, day] = [randomUUID(), randomUUID(), '2026-03-10']
  await tell(id, day, ['held', 5000])
  await tell(raise, day, ['held', 2500], { raiseOf: id })
  await tell(id, day, ['captured', 5000], { whole: { currency: 'CNY', amountMinor: 6100 } })
  await tell(raise, day, ['captured', 1100], { raiseOf: id })
  book(id, day, 7500)
  book(id, day, 1400, true)
  t.strictSame(await breaksOf(day), [])
})

void test('a day on which nothing happened is reconciled too, of who was before: a settlement waits for it', async (t) => {
  const now = (): number => Date.parse('2026-04-11T02:00:00Z')
  const errors: unknown[] = []
  const daily = openReconciliation({ ...needs, now, onTrouble: (error) => errors.push(error) }).start()
  t.teardown(async () => daily.stop())
  await until('the quiet day', async () =>
    database.tenant('demo', async (tx) =>
      tx.maybe("select 1 from reconciliation_runs where date = '2026-04-10' and asked_by = 'daily'")
    )
  )
  t.strictSame(errors, [])
})
