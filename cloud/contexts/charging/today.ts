import { addMoney, money, type Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { notFound } from '../../http/index.ts'
import type { Needs } from './needs.ts'
import { viewsOf } from './queries.ts'
import { sessionColumns, type SessionRow } from './store.ts'

/** What the sessions that began today, on the site's calendar, have come to. */
export type Today = {
  readonly siteId: string
  readonly day: string
  readonly timeZone: string
  readonly sessions: number
  /** Of whatever day they are. */
  readonly running: number
  readonly energyWh: number
  readonly revenue: Money[]
  /** Some of it is not billed yet. */
  readonly provisional: boolean
}

const mostOpen = 2_000 // Sessions of a day without a bill; more than that are not rated while somebody waits.

/** @throws Problem 404 when there is no such site */
export async function todayAt(needs: Needs, tx: Tx, siteId: string): Promise<Today> {
  const timeZone = await needs.siteTimeZone(tx, siteId)
  if (timeZone === undefined) throw notFound('site')
  const now = Temporal.Instant.fromEpochMilliseconds(needs.now()).toZonedDateTimeISO(timeZone)
  const midnight = now.startOfDay().toInstant().toString()
  const billed = await billedSince(tx, siteId, midnight)
  const open = await viewsOf(needs, tx, await openSince(tx, siteId, midnight))
  const { running } = await tx.one<{ running: number }>(
    `select count(*) as running from sessions where site_id = $1 and status in ('started', 'suspended')`,
    [siteId]
  )
  return {
    siteId,
    day: now.toPlainDate().toString(),
    timeZone,
    sessions: sumOf(billed.map(({ sessions }) => sessions)) + open.length,
    running,
    energyWh: sumOf(billed.map(({ energyWh }) => energyWh)) + sumOf(open.map((each) => each.energyWh ?? 0)),
    revenue: byCurrency([
      ...billed.map(({ currency, costMinor }) => money(currency, costMinor)),
      ...open.flatMap(({ cost }) => (cost === null ? [] : [cost]))
    ]),
    provisional: open.some(({ provisional }) => provisional)
  }
}

type Billed = {
  readonly currency: string
  readonly sessions: number
  readonly energyWh: number
  readonly costMinor: number
}

const billedSince = async (tx: Tx, siteId: string, midnight: string): Promise<Billed[]> =>
  tx.query<Billed>(
    `select currency, count(*) as sessions, coalesce(sum(energy_wh), 0)::bigint as "energyWh",
       sum(cost_minor)::bigint as "costMinor"
     from sessions where site_id = $1 and started_at >= $2 and cost_minor is not null group by currency`,
    [siteId, midnight]
  )

const openSince = async (tx: Tx, siteId: string, midnight: string): Promise<SessionRow[]> =>
  tx.query<SessionRow>(
    `select ${sessionColumns} from sessions where site_id = $1 and started_at >= $2 and cost_minor is null
     order by started_at limit ${mostOpen}`,
    [siteId, midnight]
  )

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

const byCurrency = (all: readonly Money[]): Money[] =>
  [...Map.groupBy(all, ({ currency }) => currency).values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [rest.reduce(addMoney, first)]
  )
