import type { EChartsCoreOption } from 'echarts/core'
import { formatPower, formatTime, type Language } from '../../kit/text.ts'
import type { Ink } from './chart.tsx'

/** One moment of a site: who draws what, and the limit that held then. */
export type PowerRow = {
  readonly at: number
  readonly limitW: number | null
  readonly reason: string
  readonly siteW: number | null
  readonly baseLoadW: number | null
  readonly connectors: Readonly<Record<string, number | null>>
}

const gapMs = 20_000 // Beyond this nobody knows what was between; the picture shows a hole.
const windowMs = 30 * 60_000
const mostRows = 2_400

/** The rows with one more at the end; older than the window leaves, an older or equal instant is dropped. */
export function withRow(rows: readonly PowerRow[], row: PowerRow): readonly PowerRow[] {
  const last = rows.at(-1)
  if (last && row.at <= last.at) return rows
  return [...rows.filter(({ at }) => at > row.at - windowMs), row].slice(-mostRows)
}

/** History from the cloud with what was heard live behind it, each instant once. */
export function joined(history: readonly PowerRow[], live: readonly PowerRow[]): readonly PowerRow[] {
  const firstLive = live[0]?.at ?? Number.POSITIVE_INFINITY
  return [...history.filter(({ at }) => at < firstLive), ...live]
}

/** Where two rows lie too far apart an empty one goes between them: a gap stays a gap. */
export function withGaps(rows: readonly PowerRow[], longestMs = gapMs): readonly PowerRow[] {
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

/** Stacked power of base load and connectors under the limit as a stepped line. */
export function powerOption(
  given: readonly PowerRow[],
  words: PowerWords,
  {
    ink,
    language,
    zone
  }: { readonly ink: Ink; readonly language: Language; readonly zone: string | undefined }
): EChartsCoreOption {
  const rows = withGaps(given)
  const names = [...new Set(given.flatMap(({ connectors }) => Object.keys(connectors)))].toSorted()
  const drawn = names.filter((name) => given.some(({ connectors }) => (connectors[name] ?? 0) > 0))
  const points = (value: (row: PowerRow) => number | null | undefined) =>
    rows.map((row) => [row.at, value(row) ?? null])
  const layer = (name: string, colour: string, data: unknown) => ({
    name,
    type: 'line',
    stack: 'power',
    step: false,
    showSymbol: false,
    silent: true,
    lineStyle: { width: 0 },
    areaStyle: { color: colour, opacity: 0.92 },
    itemStyle: { color: colour },
    data
  })
  return {
    ...frameOf(ink, language, zone),
    series: [
      layer(
        words.base,
        ink.off,
        points(({ baseLoadW }) => baseLoadW)
      ),
      ...drawn.map((name, index) =>
        layer(
          words.name(name),
          tint(index, drawn.length),
          points(({ connectors }) => connectors[name])
        )
      ),
      {
        name: words.limit,
        type: 'line',
        step: 'end',
        showSymbol: false,
        z: 5,
        lineStyle: { width: 2.5, color: ink.ink },
        itemStyle: { color: ink.ink },
        data: points(({ limitW }) => limitW)
      }
    ]
  }
}

function frameOf(ink: Ink, language: Language, zone: string | undefined): EChartsCoreOption {
  const kilowatts = (value: number) => `${Math.round(value / 1000)}`
  return {
    animation: false,
    textStyle: { fontFamily: 'Inter Variable, system-ui, sans-serif' },
    grid: { left: 46, right: 16, top: 28, bottom: 28 },
    tooltip: {
      trigger: 'axis',
      order: 'seriesDesc',
      backgroundColor: ink.card,
      borderColor: ink.line,
      textStyle: { color: ink.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: ink.ink3 } },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? formatPower(value, language) : '–')
    },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      splitNumber: 6,
      axisLabel: {
        color: ink.ink3,
        hideOverlap: true,
        formatter: (value: number) => formatTime(value, 'minute', language, zone)
      },
      axisPointer: {
        label: { formatter: ({ value }: { value: number }) => formatTime(value, 'second', language, zone) }
      }
    },
    yAxis: {
      type: 'value',
      name: 'kW',
      nameTextStyle: { color: ink.ink3, align: 'right', padding: [0, 6, 0, 0] },
      min: 0,
      axisLabel: { color: ink.ink3, formatter: kilowatts },
      splitLine: { lineStyle: { color: ink.line } }
    }
  }
}
