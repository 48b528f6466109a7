import type { Answer } from '../../kit/api/index.ts'
import type { PartLine, PowerRow } from './power.ts'

type Power = Answer<'GET /sites/{id}/power'>

const gridMs = 60_000 // Chargers report at their own instants; rows of a stack need common ones.
const windowMs = 30 * 60_000

type Cell = { site: number | null; partsW: number; readonly connectors: Record<string, number | null> }

/**
 * The cloud's series as rows of the stacked chart. What the meter shows beyond chargers and participants is the building's;
 * without a meter the building is unknown. A row's limit is the highest that held within it.
 */
export function rowsOf({ series, limits, to }: Power): readonly PowerRow[] {
  const from = Date.parse(to) - windowMs
  const cells = new Map<number, Cell>()
  for (const { source, kind, points } of series)
    for (const { at, powerW } of points) {
      const slot = Math.floor(Date.parse(at) / gridMs) * gridMs
      if (slot < from) continue
      const cell = cells.get(slot) ?? { site: null, partsW: 0, connectors: {} }
      if (kind === 'meter') cell.site = powerW
      else if (kind === 'connector') cell.connectors[source] = powerW
      else cell.partsW += powerW ?? 0
      cells.set(slot, cell)
    }
  bridgeSingles(cells)
  const steps = limits.map(({ at, limitW, reason }) => ({ at: Date.parse(at), limitW, reason }))
  return [...cells].toSorted(([a], [b]) => a - b).map(([at, cell]) => rowOf(at, cell, allowedIn(steps, at)))
}

/** A charger's instants drift: one slot without a sample between two with one takes the value before it. */
function bridgeSingles(cells: ReadonlyMap<number, Cell>): void {
  for (const [slot, cell] of cells) {
    const [before, after] = [cells.get(slot - gridMs)?.connectors, cells.get(slot + gridMs)?.connectors]
    for (const [name, watts] of Object.entries(before ?? {}))
      if (cell.connectors[name] === undefined && typeof after?.[name] === 'number')
        cell.connectors[name] = watts
  }
}

type Step = { readonly at: number; readonly limitW: number; readonly reason: string }

/** A slot's power is its mean: beside the limit of its end alone it would seem to break what it kept. */
function allowedIn(steps: readonly Step[], slot: number): Step | undefined {
  const before = steps.findLast((step) => step.at <= slot)
  const within = steps.filter((step) => step.at > slot && step.at < slot + gridMs)
  return [...(before ? [before] : []), ...within].toSorted((a, b) => b.limitW - a.limitW)[0]
}

function rowOf(at: number, cell: Cell, step: { limitW: number; reason: string } | undefined): PowerRow {
  const cars = Object.values(cell.connectors).reduce<number>((sum, watts) => sum + (watts ?? 0), 0)
  return {
    at,
    limitW: step?.limitW ?? null,
    reason: step?.reason ?? '',
    siteW: cell.site,
    baseLoadW: cell.site === null ? null : Math.max(0, cell.site - cars - cell.partsW),
    connectors: cell.connectors
  }
}

/** Batteries, inverters and cars that feed back, each as a line of its own: below 0 it feeds in. */
export function partLinesOf({ series, to }: Power): readonly PartLine[] {
  const from = Date.parse(to) - windowMs
  return series.flatMap(({ source, kind, points }) =>
    kind === 'connector' || kind === 'meter'
      ? []
      : [
          {
            name: source,
            points: points
              .map(({ at, powerW }): readonly [number, number | null] => [Date.parse(at), powerW])
              .filter(([at]) => at >= from)
          }
        ]
  )
}
