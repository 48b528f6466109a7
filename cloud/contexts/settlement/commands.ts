import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { uncleanDays } from './days.ts'
import { settlementClosed } from './events.ts'
import {
  closingOf,
  spanOf,
  statementsOf,
  type PartyEntry,
  type Period,
  type Posting,
  type Span
} from './model.ts'
import {
  floorOf,
  insertSettlement,
  insertStatement,
  lockRuns,
  readSettlement,
  settledAmong,
  statementsIn,
  type SettlementRow
} from './store.ts'

export type Books = {
  /** Entries on the accounts of parties to contracts, behind this sequence, in the order of the chain. */
  partyEntries(tx: Tx, afterSequence: number): Promise<readonly PartyEntry[]>
  /** Posts in this transaction. @throws Error when the ledger refuses */
  post(tx: Tx, postings: readonly Posting[], at: string): Promise<void>
  /** What is posted on an account. */
  balance(tx: Tx, currency: string, account: { party: string; purpose: string }): Promise<number>
}

export type Wish = {
  readonly period: Period
  readonly date: string
  readonly timeZone: string
  readonly holdBackPercent: string
  readonly by: string
  /** Of which schedule; none: a person asked for it. */
  readonly scheduleId?: string
  /** Whose entries it takes; those of all others are left for their own run. */
  isTheirs?(party: string): boolean
}

const idOf = ({ sequence, line }: PartyEntry): string => `${sequence}-${line}`

/**
 * Computes the statements of a period: every entry of a party before its end that stands in no statement yet, so that
 * what came late is in the next run and nothing is in two.
 * @throws Problem 409 `settlement-exists`; 422 `period-not-over`
 */
export async function runSettlement(tx: Tx, books: Books, wish: Wish, at: string): Promise<string> {
  const span = spanFor(wish)
  if (Date.parse(span.untilAt) > Date.parse(at))
    throw problem(422, 'period-not-over', `The period ends at ${span.untilAt}.`)
  await lockRuns(tx)
  const floor = await floorOf(tx)
  const found = await books.partyEntries(tx, floor)
  const settled = await settledAmong(tx, found)
  const unsettled = found.filter((entry) => !settled.has(idOf(entry)))
  const { isTheirs = () => true, scheduleId = null } = wish
  const isDue = ({ at: when, party }: PartyEntry): boolean =>
    Date.parse(when) < Date.parse(span.untilAt) && isTheirs(party)
  const left = unsettled.find((entry) => !isDue(entry))
  const id = randomUUID()
  const floorSequence = left === undefined ? (found.at(-1)?.sequence ?? floor) : left.sequence - 1
  const made = await insertSettlement(tx, {
    ...wish,
    ...span,
    scheduleId,
    id,
    floorSequence,
    madeBy: wish.by,
    madeAt: at
  })
  if (!made) throw problem(409, 'settlement-exists', 'These days have been settled in a run of their own.')
  for (const statement of statementsOf(unsettled.filter(isDue), wish.holdBackPercent))
    await insertStatement(tx, { ...statement, id: randomUUID(), settlementId: id })
  return id
}

function spanFor({ period, date, timeZone }: Wish): Span {
  try {
    return spanOf(period, date, timeZone)
  } catch (cause) {
    throw problem(422, 'period-invalid', cause instanceof Error ? cause.message : 'not a period')
  }
}

/**
 * Posts the statements to the ledger. A settlement closes only when each UTC day that it touches is reconciled and clean.
 * @throws Problem 409 `breaks-open` that names the days; 409 `settlement-not-open`
 */
export async function closeSettlement(tx: Tx, books: Books, id: string, at: string): Promise<void> {
  const settlement = await lockedSettlement(tx, id)
  if (settlement.state !== 'open') throw problem(409, 'settlement-not-open', 'It was closed before.')
  const unclean = await uncleanDays(tx, id)
  if (unclean.length > 0) throw problem(409, 'breaks-open', wordsOf(unclean))
  const statements = await statementsIn(tx, id)
  await books.post(tx, statements.flatMap(closingOf), at)
  await tx.query(`update settlements set state = 'closed', closed_at = $2 where id = $1`, [id, at])
  await tx.emit({
    kind: settlementClosed,
    key: id,
    body: { settlementId: id, firstDate: settlement.firstDate, lastDate: settlement.lastDate }
  })
}

const wordsOf = (days: Awaited<ReturnType<typeof uncleanDays>>): string =>
  days
    .slice(0, 10)
    .map(({ date, openBreaks }) =>
      openBreaks === null
        ? `${date} is not reconciled.`
        : `${date} has ${openBreaks} open ${openBreaks === 1 ? 'break' : 'breaks'}.`
    )
    .join(' ')

export async function lockedSettlement(tx: Tx, id: string): Promise<SettlementRow> {
  const settlement = await readSettlement(tx, id, true)
  if (!settlement) throw notFound('settlement')
  return settlement
}
