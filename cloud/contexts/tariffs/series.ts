import type { Series, TariffPrices } from '@nova/shared-protocol/tariff'
import type { Database, Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { oddDay, seriesOfDays, spanOfDay, type Minutes, type PriceDay } from './price-day.ts'
import type { Warning } from './explain.ts'
import { isPlan, seriesNamed, type StoredPrices } from './prices.ts'

export type NewDay = PriceDay & {
  readonly series: string
  readonly currency: string
  readonly source: string
  readonly madeBy: string
}

/** What is beside the day itself: the clock, and who has to hear of it. */
export type Beside = { readonly now: number; told(tx: Tx): Promise<void> }

export type DayRow = {
  readonly series: string
  readonly day: string
  readonly revision: number
  readonly time_zone: string
  readonly currency: string
  readonly minutes: Minutes
  readonly starts_at: string
  readonly ends_at: string
  readonly prices: string[]
  readonly source: string
  readonly created_at: string
}

const columns = `series, to_char(day, 'YYYY-MM-DD') as day, revision, time_zone, currency, minutes, starts_at, ends_at,
  prices, source, created_at`

/**
 * Keeps a day's prices. The same again is the same day; other prices are a new revision until the day begins,
 * for nobody's running session may become dearer behind its back.
 * @throws Problem 422 `prices-odd`, `series-other-currency`, 409 `day-has-begun`
 */
export async function addDay(database: Database, tenantId: string, day: NewDay & Beside): Promise<DayRow> {
  const words = oddDay(day)
  if (words !== null) throw problem(422, 'prices-odd', words)
  const { from, until } = spanOfDay(day.day, day.timeZone, day.minutes)
  return database.tenant(tenantId, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended(nova_tenant() || '/series/' || $1, 0))", [
      day.series
    ])
    await insistOnCurrency(tx, day)
    const before = await dayOf(tx, day.series, day.day)
    if (before && isSame(before, day)) return before
    if (before && Date.parse(before.starts_at) <= day.now)
      throw problem(
        409,
        'day-has-begun',
        `The prices of ${day.day} hold already and are not changed any more.`
      )
    const kept = await insert(tx, day, { from, until, revision: (before?.revision ?? 0) + 1 })
    await day.told(tx)
    return kept
  })
}

const isSame = (before: DayRow, { timeZone, minutes, prices }: PriceDay): boolean =>
  before.time_zone === timeZone && before.minutes === minutes && before.prices.join() === prices.join()

async function insistOnCurrency(tx: Tx, { series, currency }: NewDay): Promise<void> {
  const other = await tx.maybe<{ currency: string }>(
    'select currency from price_days where series = $1 and currency <> $2 limit 1',
    [series, currency]
  )
  if (other) throw problem(422, 'series-other-currency', `Prices of ${series} are in ${other.currency}.`)
}

type Place = { readonly from: string; readonly until: string; readonly revision: number }

const insert = async (tx: Tx, day: NewDay, { from, until, revision }: Place): Promise<DayRow> =>
  tx.one<DayRow>(
    `insert into price_days (tenant_id, series, day, revision, time_zone, currency, minutes, starts_at, ends_at, prices,
       source, made_by)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${columns}`,
    [
      day.series,
      day.day,
      revision,
      day.timeZone,
      day.currency,
      day.minutes,
      from,
      until,
      [...day.prices],
      day.source,
      day.madeBy
    ]
  )

/** The day in its newest revision; undefined when nothing came. */
export const dayOf = async (tx: Tx, series: string, day: string): Promise<DayRow | undefined> =>
  tx.maybe<DayRow>(
    `select ${columns} from price_days where series = $1 and day = $2 order by revision desc limit 1`,
    [series, day]
  )

export type SeriesRow = {
  readonly series: string
  readonly currency: string
  readonly until: string
  readonly days: number
}

/** Each series with how far it reaches. */
export const seriesList = async (tx: Tx, after: string, limit: number): Promise<SeriesRow[]> =>
  tx.query<SeriesRow>(
    `select series, min(currency) as currency, max(ends_at) as until, count(distinct day)::int as days
     from price_days where series > $1 group by series order by series limit $2`,
    [after, limit]
  )

export type Window = { readonly from: string; readonly until: string }

/** Rules with the uploaded prices of the window put in for each series that they name and do not carry. */
export async function withSeries(tx: Tx, rules: TariffPrices, window: Window): Promise<TariffPrices> {
  const missing = seriesNamed(rules).filter((name) => rules.series?.[name] === undefined)
  if (missing.length === 0) return rules
  const found: Record<string, Series> = { ...rules.series }
  for (const name of missing) found[name] = await uploaded(tx, name, window)
  return { ...rules, series: found }
}

async function uploaded(tx: Tx, name: string, { from, until }: Window): Promise<Series> {
  const rows = await tx.query<DayRow>(
    `select distinct on (day) ${columns} from price_days
     where series = $1 and ends_at > $2 and starts_at <= $3 order by day, revision desc limit 400`,
    [name, from, until]
  )
  return seriesOfDays(rows.map(({ time_zone: timeZone, ...row }) => ({ ...row, timeZone })))
}

/** Series that prices ask for and nobody has told a price of yet: said, for they may come tomorrow. */
export async function seriesMissing(tx: Tx, prices: StoredPrices): Promise<Warning[]> {
  if (isPlan(prices)) return []
  const own = new Set(Object.keys(prices.series ?? {}))
  const wanted = seriesNamed(prices).filter((name) => !own.has(name))
  const told = await tx.query<{ series: string }>(
    'select distinct series from price_days where series = any($1)',
    [wanted]
  )
  const known = new Set(told.map(({ series }) => series))
  return wanted
    .filter((name) => !known.has(name))
    .map((name) => ({
      path: 'elements',
      code: 'series-empty',
      message: `No price of the series ${name} is known yet; what is charged by it goes to review.`
    }))
}
