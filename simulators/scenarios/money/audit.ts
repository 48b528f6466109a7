import { setTimeout as wait } from 'node:timers/promises'
import { type Api } from '../api.ts'
import { allPages, type BankBooks, type Payment } from './look.ts'
import type { Enter, Promised } from './paying.ts'

/** What is wrong when it is quiet again; all figures are 0 in a sound system. */
export type Faults = {
  readonly unsettled: number // Orders or payments that have come to no end.
  readonly offBalance: number // Sum of all accounts, over the currencies.
  readonly held: number // Money still held or pending in the ledger.
  readonly atBank: number // Money still held at the bank.
  readonly lostOrders: number // Acknowledged, and not there.
  readonly lostTransfers: number // Acknowledged, and not exactly once there with its amount.
  readonly gaps: number // Places without a transfer in the ledger's sequence, without an invoice in the numbers.
  readonly bankDiffers: number // Minor units that the bank booked and the ledger did not, or the other way.
  readonly openBreaks: number
  readonly chainBroken: number
}

type Account = {
  readonly party: string
  readonly purpose: string
  readonly balance: { readonly currency: string; readonly amountMinor: number }
  readonly pending: { readonly amountMinor: number }
}
type Entry = {
  readonly transfer: string
  readonly line: number
  readonly amount: { readonly amountMinor: number }
}
type Verified = { readonly ok: boolean; readonly entries: number }
type Report = { readonly isClean: boolean; readonly openBreaks: number; readonly breaks: readonly object[] }

export type Found = { readonly faults: Faults; readonly payments: number; readonly notes: readonly string[] }

/** Looks at everything from outside: the API as operator, the bank's own statement. */
export async function auditMoney(
  {
    enter,
    bank,
    days
  }: { readonly enter: Enter; readonly bank: BankBooks; readonly days: readonly string[] },
  promised: Promised
): Promise<Found> {
  const unsettled = await settled(enter, promised)
  const api = await enter()
  const payments = await allPages<Payment>(api, '/payments')
  const reports: Report[] = []
  for (const day of days) reports.push(await api.post<Report>(`/reconciliation/${day}`, undefined))
  let bookedMinor = 0
  for (const day of days) bookedMinor += await bank.bookedMinor(day)
  return {
    payments: payments.length,
    notes: [
      ...unsettled.slice(0, 5),
      ...reports.flatMap(({ breaks }) => breaks.slice(0, 5).map((each) => JSON.stringify(each).slice(0, 400)))
    ],
    faults: {
      unsettled: unsettled.length,
      ...(await ledgerFaults(api, promised, bookedMinor)),
      atBank: await bank.openHolds(payments),
      lostOrders: await lostOrders(api, promised),
      openBreaks: reports.reduce(
        (sum, { openBreaks, isClean }) => sum + Math.max(openBreaks, isClean ? 0 : 1),
        0
      )
    }
  }
}

/** What the books themselves say: they add up, hold nothing back, have every promise and no gap. */
async function ledgerFaults(api: Api, promised: Promised, bookedMinor: number) {
  const accounts = await allPages<Account>(api, '/ledger/accounts')
  const entries = await allPages<Entry>(api, '/ledger/entries')
  const verified = await api.get<Verified>('/ledger/verify')
  const invoices = await allPages<{ number: string }>(api, '/invoices')
  return {
    offBalance: offBalance(accounts),
    held: accounts.reduce((sum, each) => sum + heldOn(each), 0),
    lostTransfers: lostTransfers(entries, promised),
    gaps: gapsIn(invoices.map(({ number }) => number)),
    bankDiffers: Math.abs(bookedMinor - clearedBy(accounts, 'bank')),
    chainBroken: verified.ok ? 0 : 1
  }
}

const patienceMs = 150_000

/** Waits while something still moves: orders and payments reach an end by themselves, or the sweeper's patience is over. */
async function settled(enter: Enter, { orders }: Promised): Promise<string[]> {
  for (const until = performance.now() + patienceMs; ;) {
    const api = await enter()
    const sessions = await allPages<{ id: string; status: string; provisional: boolean }>(api, '/sessions')
    const ended = new Set(sessions.filter(isOver).map(({ id }) => id))
    const open = (await allPages<Payment>(api, '/payments')).filter(({ status }) => !final.has(status))
    const left = [
      ...orders.filter((id) => !ended.has(id)).map((id) => `order ${id} has not ended`),
      ...open.map(({ id, status }) => `payment ${id} is ${status}`)
    ]
    if (left.length === 0 || performance.now() > until) return left
    await wait(1_000)
  }
}

const final = new Set(['captured', 'voided', 'failed'])
const isOver = ({ status, provisional }: { status: string; provisional: boolean }): boolean =>
  status === 'failed' || (status === 'ended' && !provisional)

function offBalance(accounts: readonly Account[]): number {
  const sums = new Map<string, bigint>()
  for (const { balance } of accounts)
    sums.set(balance.currency, (sums.get(balance.currency) ?? 0n) + BigInt(balance.amountMinor))
  return [...sums.values()].reduce((all, sum) => all + Number(sum < 0n ? -sum : sum), 0)
}

const heldOn = ({ purpose, balance, pending }: Account): number =>
  Math.abs(pending.amountMinor) + (purpose === 'hold' ? Math.abs(balance.amountMinor) : 0)

/** What the provider owes us by the ledger: its clearing account is below zero by what it has taken for us. */
const clearedBy = (accounts: readonly Account[], provider: string): number =>
  accounts
    .filter(({ party, purpose }) => party === provider && purpose === 'clearing')
    .reduce((sum, { balance }) => sum - balance.amountMinor, 0)

async function lostOrders(api: Api, { orders }: Promised): Promise<number> {
  const there = new Set((await allPages<{ id: string }>(api, '/sessions')).map(({ id }) => id))
  return orders.filter((id) => !there.has(id)).length
}

function lostTransfers(entries: readonly Entry[], { adjustments }: Promised): number {
  const byKey = Map.groupBy(entries, ({ transfer }) => transfer)
  return [...adjustments].filter(([key, amountMinor]) => {
    const own = (byKey.get(`adjustment:${key}`) ?? [])
      .map(({ amount }) => amount.amountMinor)
      .toSorted((left, right) => left - right)
    return own.length !== 2 || own[0] !== 0 - amountMinor || own[1] !== amountMinor
  }).length
}

/** Numbers of one series, `2026-000123`, must be 1 to n; a number given twice counts, too. */
function gapsIn(numbers: readonly string[]): number {
  const series = Map.groupBy(numbers, (number) => number.replace(/\d+$/, ''))
  return [...series.values()].reduce((all, group) => {
    const given = group.map((number) => Number(/\d+$/.exec(number)?.[0]))
    const distinct = new Set(given)
    return all + Math.max(0, ...given) - distinct.size + (given.length - distinct.size)
  }, 0)
}
