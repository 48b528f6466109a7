import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import type { Tx } from '../../db/index.ts'
import { inTenant, openBillingWorld } from './billing.suite.ts'
import { nextNumber, numberingOf } from './numbers.ts'

const world = await openBillingWorld()
const { database } = world

/** An invoice with nothing in it but its number: what is tested here is who gets which. */
async function give(tx: Tx, kind: 'monthly' | 'credit-note', year = 2026): Promise<string> {
  const { number, series, sequence } = await nextNumber(tx, kind, year)
  await tx.query(
    `insert into invoices (tenant_id, id, number, series, year, sequence, kind, scope, run_id, currency, total_minor)
     values (nova_tenant(), $1, $2, $3, $4, $5, 'monthly', 'driver', $1, 'EUR', 0)`,
    [randomUUID(), number, series, year, sequence]
  )
  return number
}

const states = async () => inTenant(database, numberingOf)
const numbersOf = async (pattern: string): Promise<string[]> => {
  const rows = await inTenant(database, async (tx) =>
    tx.query<{ number: string }>('select number from invoices where number like $1 order by number', [
      pattern
    ])
  )
  return rows.map(({ number }) => number)
}

void test('400 invoices by 40 at a time, a third rolled back: no gap, none twice, three series apart', async (t) => {
  const make = async (index: number): Promise<string> =>
    inTenant(database, async (tx) => {
      const number = await give(
        tx,
        index % 4 === 0 ? 'credit-note' : 'monthly',
        index % 7 === 0 ? 2025 : 2026
      )
      if (index % 3 === 0) throw new Error('the process thinks better of it')
      return number
    })
  const given: string[] = []
  for (let from = 0; from < 400; from += 40) {
    const all = await Promise.allSettled(Array.from({ length: 40 }, async (_, index) => make(from + index)))
    for (const each of all) if (each.status === 'fulfilled') given.push(each.value)
  }
  t.equal(given.length, 266, '400 less 134 that were rolled back')
  t.equal(new Set(given).size, given.length)
  const found = await states()
  t.equal(found.length, 4, 'two series in two years')
  for (const { series, year, last, invoices, gapless } of found) {
    t.ok(gapless, `${series} ${year}`)
    t.equal(invoices, last)
  }
  t.equal(
    (await numbersOf('M-2026-%')).at(-1),
    `M-2026-${String((await numbersOf('M-2026-%')).length).padStart(6, '0')}`
  )
})

void test('a connection that dies with a number in its hands gives it back', async (t) => {
  const before = (await numbersOf('C-2026-%')).length
  let deaths = 0
  const made = await inTenant(database, async (tx) => {
    const number = await give(tx, 'credit-note')
    const { pid } = await tx.one<{ pid: number }>('select pg_backend_pid() as pid')
    if (deaths++ < 3) {
      await world.kill(pid)
      await tx.query('select 1')
    }
    return number
  })
  t.equal(deaths, 4, 'it died three times and was tried again')
  t.equal(made, `C-2026-${String(before + 1).padStart(6, '0')}`)
  t.ok((await states()).every(({ gapless }) => gapless))
})

void test('a gap that somebody makes behind our back is seen', async (t) => {
  await inTenant(database, async (tx) => nextNumber(tx, 'monthly', 2026))
  t.match(
    (await states()).filter(({ gapless }) => !gapless),
    [{ series: 'M', year: 2026 }]
  )
})

void test('each tenant counts for itself', async (t) => {
  t.equal(
    await database.tenant('other', async (tx) => (await nextNumber(tx, 'receipt', 2026)).number),
    '2026-000001'
  )
})

void test('closing', async () => world.close())
