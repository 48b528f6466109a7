import type { Tx } from '../../db/index.ts'
import { sourceOf, type SourceKind } from './sources.ts'

export const resolutions = { raw: 0, '1m': 60, '15m': 900, '1h': 3600 } as const
export type Resolution = keyof typeof resolutions

const mostPoints = 20_000
const aimPoints = 400 // A chart has some hundred pixels a series.

/** The finest resolution that gives a chart of this span enough points, and not too many. */
export function resolutionFor(seconds: number): Resolution {
  if (seconds / resolutions['1m'] <= aimPoints * 2) return '1m'
  return seconds / resolutions['15m'] <= aimPoints * 2 ? '15m' : '1h'
}

export type Point = {
  at: string
  powerW: number | null
  lowestW: number | null
  highestW: number | null
  limitW: number | null
}
export type Series = { source: string; kind: SourceKind; points: Point[] }
type Row = Point & { readonly source: string }

export type Span = { readonly from: string; readonly to: string }

/** Power of everything at a site; gaps stay gaps. */
export async function powerOf(
  tx: Tx,
  siteId: string,
  { from, to }: Span,
  resolution: Resolution
): Promise<Series[]> {
  const rows =
    resolution === 'raw'
      ? await tx.query<Row>(
          `select source, at, power_w as "powerW", power_w as "lowestW", power_w as "highestW", limit_w as "limitW"
           from samples where site_id = $1 and at >= $2 and at < $3 order by at, source limit ${mostPoints}`,
          [siteId, from, to]
        )
      : await tx.query<Row>(
          `select source, at, power_w as "powerW", lowest_w as "lowestW", highest_w as "highestW", limit_w as "limitW"
           from rollups where site_id = $1 and step = $4 and at >= $2 and at < $3 order by at, source limit ${mostPoints}`,
          [siteId, from, to, resolutions[resolution]]
        )
  const series = new Map<string, Series>()
  for (const { source, ...point } of rows) {
    const found = series.get(source) ?? { ...sourceOf(source), points: [] }
    found.points.push(point)
    series.set(source, found)
  }
  return [...series.values()].toSorted((a, b) => a.source.localeCompare(b.source))
}

export type LimitStep = { at: string; limitW: number; reason: string; valid: unknown[] }

/** Steps of the site's limit in a span, and the one that held at its start. */
export async function limitSteps(tx: Tx, siteId: string, { from, to }: Span): Promise<LimitStep[]> {
  return tx.query<LimitStep>(
    `(select at, limit_w as "limitW", reason, valid from limit_steps where site_id = $1 and at < $2 order by at desc limit 1)
     union all
     (select at, limit_w, reason, valid from limit_steps where site_id = $1 and at >= $2 and at < $3 order by at limit 5000)
     order by 1`,
    [siteId, from, to]
  )
}

export type SessionSample = {
  at: string
  registerWh: number | null
  powerW: number | null
  currentMilliA: number[] | null
  offeredMilliA: number | null
  limitMilliA: number | null
  socPercent: number | null
}

/** Samples of a session in their order, thinned evenly when there are more than a chart can show. */
export async function sessionSamples(tx: Tx, sessionId: string, most: number): Promise<SessionSample[]> {
  return tx.query<SessionSample>(
    `select at, register_wh as "registerWh", power_w as "powerW", current_ma as "currentMilliA", offered_ma as "offeredMilliA",
       limit_ma as "limitMilliA", soc as "socPercent"
     from (select *, row_number() over (order by at) as n, count(*) over () as total from samples where session_id = $1) as s
     where n = 1 or n = total or n % greatest(1, ceil(total::numeric / $2)::bigint) = 0 order by at`,
    [sessionId, most]
  )
}
