import type { EChartsCoreOption } from 'echarts/core'
import { formatPower, type Language } from '../../kit/text.ts'
import { frameOf, valueAxis, type Drawn } from './frame.ts'

/** One moment of a site: who draws what, and the limit that held then. */
export type PowerRow = {
  readonly at: number
  readonly limitW: number | null
  readonly reason: string
  readonly siteW: number | null
  readonly baseLoadW: number | null
  readonly connectors: Readonly<Record<string, number | null>>
}

// Beyond these nobody knows what was between; the picture shows a hole. History is thinned to a sample a minute.
const liveGapMs = 20_000
const historyGapMs = 150_000
const windowMs = 30 * 60_000
const mostRows = 2_400

/** The rows with one more at the end; older than the window leaves, an older or equal instant is dropped. */
export function withRow(rows: readonly PowerRow[], row: PowerRow): readonly PowerRow[] {
  const last = rows.at(-1)
  if (last && row.at <= last.at) return rows
  return [...rows.filter(({ at }) => at > row.at - windowMs), row].slice(-mostRows)
}

/** History from the cloud with what was heard live behind it, each instant once, holes left as holes. */
export function joined(history: readonly PowerRow[], live: readonly PowerRow[]): readonly PowerRow[] {
  const firstLive = live[0]?.at ?? Number.POSITIVE_INFINITY
  const before = history.filter(({ at }) => at < firstLive)
  const seam = before.slice(-1).concat(live.slice(0, 1))
  const hole = withGaps(seam, historyGapMs).slice(1, -1)
  return [...withGaps(before, historyGapMs), ...(seam.length === 2 ? hole : []), ...withGaps(live, liveGapMs)]
}

/** Where two rows lie too far apart an empty one goes between them: a gap stays a gap. */
export function withGaps(rows: readonly PowerRow[], longestMs: number): readonly PowerRow[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1]
    if (!before || row.at - before.at <= longestMs) return [row]
    const hole: PowerRow = {
      at: before.at + 1,
      limitW: null,
      reason: '',
      siteW: null,
      baseLoadW: null,
      connectors: {}
    }
    return [hole, row]
  })
}

/** The instants at which the limit changed, with the reason of each step. */
export function stepsOf(rows: readonly PowerRow[]): readonly PowerRow[] {
  return rows.filter((row, index) => {
    const before = rows[index - 1]
    return row.limitW !== null && (!before || before.limitW !== row.limitW || before.reason !== row.reason)
  })
}

export type PowerWords = {
  readonly limit: string
  readonly base: string
  readonly name: (connector: string) => string
}

/** Tints of the one "busy" colour: a connector is told from its neighbour, no colour means anything new. */
export function tint(index: number, count: number): string {
  const share = count <= 1 ? 0.5 : index / (count - 1)
  return `hsl(${208 + share * 22} ${72 - share * 12}% ${38 + share * 34}%)`
}

/** What a battery, an inverter or a car that feeds back drew over time; below 0: it fed in. */
export type PartLine = {
  readonly name: string
  readonly points: readonly (readonly [number, number | null])[]
}

/** Stacked power of base load and connectors under the limit as a stepped line; participants as thin lines. */
export function powerOption(
  given: readonly PowerRow[],
  words: PowerWords,
  drawn: Drawn,
  parts: readonly PartLine[] = []
): EChartsCoreOption {
  const { ink, language } = drawn
  const names = [...new Set(given.flatMap(({ connectors }) => Object.keys(connectors)))].toSorted()
  const busy = names.filter((name) => given.some(({ connectors }) => (connectors[name] ?? 0) > 0))
  const points = (value: (row: PowerRow) => number | null | undefined) =>
    given.map((row) => [row.at, kilowatts(value(row))])
  return {
    ...frameOf({ ...drawn, spanMs: (given.at(-1)?.at ?? 0) - (given[0]?.at ?? 0) }),
    grid: { left: 46, right: 16, top: 28, bottom: 28 },
    yAxis: valueAxis(ink, 'kW', true),
    series: [
      layer(
        words.base,
        ink.off,
        points(({ baseLoadW }) => baseLoadW)
      ),
      ...busy.map((name, index) =>
        layer(
          words.name(name),
          tint(index, busy.length),
          points((row) => (isHole(row) ? null : (row.connectors[name] ?? 0)))
        )
      ),
      ...parts.map(partLine),
      limitLine(
        words.limit,
        ink.ink,
        points(({ limitW }) => limitW)
      )
    ].map((series) => ({ ...series, tooltip: { valueFormatter: shown(language) } }))
  }
}

/** In a stack one connector's silence must not tear the others apart; only when nobody is heard is there a hole. */
const isHole = ({ siteW, connectors }: PowerRow): boolean =>
  siteW === null && Object.values(connectors).every((watts) => watts === null)

const kilowatts = (watts: number | null | undefined): number | null =>
  watts === null || watts === undefined ? null : watts / 1000

const shown = (language: Language) => (value: unknown) =>
  formatPower(typeof value === 'number' ? value * 1000 : null, language)

type Data = readonly (readonly [number, number | null] | readonly (number | null)[])[]

const layer = (name: string, colour: string, data: Data) => ({
  name,
  type: 'line',
  stack: 'power',
  showSymbol: false,
  silent: true,
  lineStyle: { width: 0 },
  areaStyle: { color: colour, opacity: 0.92 },
  itemStyle: { color: colour },
  data
})

const dashes = ['solid', 'dashed', 'dotted'] as const // Colours mean a state here; lines are told apart by their dashes.

const partLine = ({ name, points }: PartLine, index: number) => ({
  name,
  type: 'line',
  showSymbol: false,
  z: 4,
  lineStyle: { width: 1.5, type: dashes[index % dashes.length] },
  data: points.map(([at, watts]) => [at, kilowatts(watts)])
})

const limitLine = (name: string, colour: string, data: Data) => ({
  name,
  type: 'line',
  step: 'end',
  showSymbol: false,
  z: 5,
  lineStyle: { width: 2.5, color: colour },
  itemStyle: { color: colour },
  data
})
