import { share, type Money } from '@nova/shared-protocol/units'

export const periods = ['day', 'week', 'month'] as const
export type Period = (typeof periods)[number]

/** Calendar days of a run, both inclusive, and the instants between which they lie in the time zone. */
export type Span = {
  readonly firstDate: string
  readonly lastDate: string
  readonly fromAt: string
  readonly untilAt: string
}

/**
 * The day, the week from Monday (ISO 8601) or the month around a date.
 * @throws RangeError when the zone or the date is none
 */
export function spanOf(period: Period, date: string, timeZone: string): Span {
  const day = Temporal.PlainDate.from(date)
  const first =
    period === 'day'
      ? day
      : period === 'week'
        ? day.subtract({ days: day.dayOfWeek - 1 })
        : day.with({ day: 1 })
  const next = first.add(period === 'day' ? { days: 1 } : period === 'week' ? { weeks: 1 } : { months: 1 })
  const instant = (at: Temporal.PlainDate): string => at.toZonedDateTime(timeZone).toInstant().toString()
  return {
    firstDate: first.toString(),
    lastDate: next.subtract({ days: 1 }).toString(),
    fromAt: instant(first),
    untilAt: instant(next)
  }
}

/** An entry of the ledger on the account of a party to a contract. */
export type PartyEntry = {
  readonly sequence: number
  readonly line: number
  readonly party: string
  readonly purpose: string
  readonly currency: string
  readonly kind: string
  readonly sessionId: string | null
  readonly memo: string
  readonly amountMinor: number
  readonly at: string
}

/** What one party gets in one currency. `net` = charges + refunds + other; `payable` = net − held. */
export type Statement = {
  readonly party: string
  readonly purpose: string
  readonly currency: string
  readonly chargesMinor: number
  readonly refundsMinor: number
  readonly otherMinor: number
  readonly netMinor: number
  readonly heldMinor: number
  readonly payableMinor: number
  readonly entries: readonly PartyEntry[]
}

const columnOf = (kind: string): 'chargesMinor' | 'refundsMinor' | 'otherMinor' =>
  kind === 'charge' ? 'chargesMinor' : kind === 'refund' ? 'refundsMinor' : 'otherMinor'

const sumOf = (entries: readonly PartyEntry[]): number =>
  entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0)

/**
 * Statements of the entries, one a party, purpose and currency; the hold-back is a percentage of what is owed to the
 * party, half of a minor unit kept. Nothing is kept back of a debt.
 */
export function statementsOf(entries: readonly PartyEntry[], holdBackPercent: string): Statement[] {
  const groups = Map.groupBy(entries, ({ party, purpose, currency }) => `${currency}\n${party}\n${purpose}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const columns = Map.groupBy(group, ({ kind }) => columnOf(kind))
    const of = (column: ReturnType<typeof columnOf>): number => sumOf(columns.get(column) ?? [])
    const netMinor = sumOf(group)
    const heldMinor = holdBackOf({ currency: first.currency, amountMinor: netMinor }, holdBackPercent)
    return [
      {
        party: first.party,
        purpose: first.purpose,
        currency: first.currency,
        chargesMinor: of('chargesMinor'),
        refundsMinor: of('refundsMinor'),
        otherMinor: of('otherMinor'),
        netMinor,
        heldMinor,
        payableMinor: netMinor - heldMinor,
        entries: group
      }
    ]
  })
}

const hundredPercent = 1_000_000n // In ten-thousandths of a percent.

function holdBackOf(net: Money, percent: string): number {
  const [, before = '', after = ''] = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(percent) ?? []
  const part = BigInt(before === '' ? '-1' : before + after.padEnd(4, '0'))
  if (part < 0n || part > hundredPercent) throw new RangeError(`not a percentage: ${percent}`)
  if (net.amountMinor <= 0) return 0
  return share(net, [part, hundredPercent - part])[0]?.amountMinor ?? 0
}

/** A transfer as the ledger takes it; entries are credits when positive. */
export type Posting = {
  readonly key: string
  readonly kind: 'settlement' | 'payout' | 'hold-back'
  readonly currency: string
  readonly memo: string
  readonly entries: readonly {
    readonly party: string
    readonly purpose: string
    readonly amountMinor: number
  }[]
}

type Closing = Omit<Statement, 'entries'> & { readonly id: string }

const withoutZero = (entries: Posting['entries']): Posting['entries'] =>
  entries.filter(({ amountMinor }) => amountMinor !== 0)

/** Closing moves what a party earned to what it is paid, less what is kept back. */
export function closingOf({
  id,
  party,
  purpose,
  currency,
  netMinor,
  heldMinor,
  payableMinor
}: Closing): Posting[] {
  if (netMinor === 0 && heldMinor === 0) return []
  return [
    {
      key: `settlement:${id}`,
      kind: 'settlement',
      currency,
      memo: `statement ${id}`,
      entries: withoutZero([
        { party, purpose, amountMinor: 0 - netMinor },
        { party, purpose: 'payable', amountMinor: payableMinor },
        { party, purpose: 'held-back', amountMinor: heldMinor }
      ])
    }
  ]
}

type Moved = {
  readonly key: string
  readonly party: string
  readonly currency: string
  readonly amountMinor: number
  readonly memo: string
}

const move = ({ key, currency, amountMinor, memo }: Moved, from: Account, to: Account): Posting => ({
  key,
  kind: 'hold-back',
  currency,
  memo,
  entries: [
    { ...from, amountMinor: 0 - amountMinor },
    { ...to, amountMinor }
  ]
})

type Account = { readonly party: string; readonly purpose: string }

/** A dispute about a closed statement keeps its part back from the next payout. */
export const kept = (moved: Moved): Posting =>
  move(moved, { party: moved.party, purpose: 'payable' }, { party: moved.party, purpose: 'held-back' })

/** What was kept back becomes income again, of the party or of who won the dispute: the next run settles it. */
export const freed = (moved: Moved, to: Account): Posting =>
  move(moved, { party: moved.party, purpose: 'held-back' }, to)

/** What is paid out leaves the party's account for the bank's. */
export const paidOut = ({ key, party, currency, amountMinor, memo }: Moved): Posting => ({
  key,
  kind: 'payout',
  currency,
  memo,
  entries: [
    { party, purpose: 'payable', amountMinor: 0 - amountMinor },
    { party: 'bank', purpose: 'payouts', amountMinor }
  ]
})
