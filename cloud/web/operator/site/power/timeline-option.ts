import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts'
import type { EChartsCoreOption } from 'echarts/core'
import { formatTime } from '../../../kit/text.ts'
import type { Ink } from '../../charts/chart.tsx'
import { frameOf, type Drawn } from '../../charts/frame.ts'
import type { LimitState } from './picture.ts'

const letterPx = 7
const leastPx = 28 // "4 kW": with less than that there would be dots alone.
const hourMs = 3_600_000
const backMs = 6 * hourMs
const aheadMs = 24 * hourMs
const namedDaysMs = 36 * hourMs // With more than that in sight, "00:00" could be any of several midnights.
const farthestMs = 7 * 24 * hourMs // A limit of next month would squeeze today into a line.

export type Span = { readonly from: number; readonly until: number }

/** From six hours ago to a day ahead, further where a limit begins or ends, a week at the most. */
export function spanOf(limits: readonly LimitState[], nowMs: number): Span {
  const instants = limits.flatMap(({ from, until }) => [from, until]).flatMap((each) => each ?? [])
  const near = instants.map((each) => Date.parse(each)).filter((each) => Math.abs(each - nowMs) < farthestMs)
  return {
    from: Math.min(nowMs - backMs, ...near.map((each) => each - hourMs / 2)),
    until: Math.max(nowMs + aheadMs, ...near.map((each) => each + hourMs / 2))
  }
}

export type TimelineWords = {
  readonly now: string
  readonly source: (limit: LimitState) => string
  readonly value: (limit: LimitState) => string
  readonly state: (limit: LimitState) => string
}

/** One row a source, one bar a limit: filled while it is in force, dashed while it is planned, bare when it does nothing. */
export function timelineOption(
  limits: readonly LimitState[],
  words: TimelineWords,
  drawn: Drawn & { readonly nowMs: number }
): EChartsCoreOption {
  const { ink, nowMs } = drawn
  const span = spanOf(limits, nowMs)
  const sources = [...new Set(limits.map(words.source))].toReversed()
  const frame = frameOf({ ...drawn, spanMs: span.until - span.from }) as Frame
  return {
    ...frame,
    tooltip: { show: false }, // The table below says everything, to everybody.
    grid: { left: 12, right: 16, top: 22, bottom: 26, containLabel: true },
    xAxis: timeAxis(frame.xAxis, span, drawn),
    yAxis: {
      type: 'category',
      data: sources,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: ink.ink2 },
      splitLine: { show: true, lineStyle: { color: ink.line } }
    },
    series: [
      {
        type: 'custom',
        clip: true,
        data: barsIn(limits, (limit) => sources.indexOf(words.source(limit)), span),
        encode: { x: [0, 1], y: 2 },
        renderItem: barsOf(limits, words, ink)
      },
      nowLine(words.now, nowMs, ink)
    ]
  }
}

/** Each limit: where its bar begins and ends, its row, and where the next bar of that row begins. */
function barsIn(limits: readonly LimitState[], rowOf: (limit: LimitState) => number, span: Span): number[][] {
  const bars = limits.map((limit) => ({
    from: limit.from === null ? span.from : Date.parse(limit.from),
    until: limit.until === null ? span.until : Date.parse(limit.until),
    row: rowOf(limit)
  }))
  return bars.map(({ from, until, row }) => {
    const later = bars.filter((other) => other.row === row && other.from > from).map((other) => other.from)
    return [from, until, row, Math.min(span.until, ...later)]
  })
}

type Frame = { readonly xAxis: { readonly axisLabel: object } }

/** Of several days each has its name; the clock of the day stands beside it where a label is not at midnight. */
function timeAxis(axis: Frame['xAxis'], { from, until }: Span, { language, zone }: Drawn): object {
  const ends = { ...axis, min: from, max: until }
  if (until - from <= namedDaysMs) return ends
  const formatter = (value: number): string => {
    const isMidnight = formatTime(value, 'minute', language, zone) === '00:00'
    return formatTime(value, isMidnight ? 'date' : 'short', language, zone)
  }
  return { ...ends, axisLabel: { ...axis.axisLabel, formatter } }
}

const nowLine = (name: string, nowMs: number, ink: Ink) => ({
  type: 'line',
  data: [],
  markLine: {
    silent: true,
    symbol: 'none',
    data: [{ xAxis: nowMs }],
    lineStyle: { color: ink.ink3, width: 1.5, type: 'solid' },
    label: { formatter: name, color: ink.ink2, position: 'end', distance: 3 }
  }
})

type Box = {
  readonly left: number
  readonly width: number
  readonly y: number
  readonly height: number
  readonly right: number
}

const barsOf =
  (limits: readonly LimitState[], words: TimelineWords, ink: Ink) =>
  (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const limit = limits[params.dataIndex]
    if (limit === undefined) return null
    const box = boxOf(params, api)
    const look = barLook(limit, ink)
    const value = words.value(limit)
    const text = limit.state === 'active' ? value : `${value} (${words.state(limit)})`
    return {
      type: 'rect' as const,
      shape: { x: box.left, y: box.y - box.height / 2, width: box.width, height: box.height, r: 4 },
      style: look.bar,
      ...labelOf(text, box, { on: look.ink, beside: ink.ink2 })
    }
  }

/** Where the bar lies within the drawing; one that begins before it begins at its edge. */
function boxOf({ coordSys }: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): Box {
  const [x1 = 0, y = 0] = api.coord([api.value(0), api.value(2)])
  const [x2 = 0] = api.coord([api.value(1), api.value(2)])
  const [next = 0] = api.coord([api.value(3), api.value(2)])
  const [, rowHeight = 0] = (api.size?.([0, 1]) ?? []) as number[]
  const area = coordSys as unknown as { readonly x: number; readonly width: number }
  const end = area.x + area.width
  const left = Math.max(area.x, x1)
  const width = Math.max(3, Math.min(end, x2) - left)
  return { left, width, y, height: Math.min(30, rowHeight * 0.66), right: Math.min(end, next) - left - width }
}

/** On the bar, or beside it where it is too short and there is more room; nothing where no word has room. */
function labelOf(
  text: string,
  { width, right }: Box,
  fill: { readonly on: string; readonly beside: string }
) {
  const isBeside = width < text.length * letterPx && right > width
  const room = Math.max(0, (isBeside ? right : width) - 10)
  const style = {
    text: room < leastPx ? '' : text,
    fill: isBeside ? fill.beside : fill.on,
    width: room,
    overflow: 'truncate' as const,
    ellipsis: '…',
    fontSize: 12
  }
  const position = isBeside ? ('right' as const) : ('insideLeft' as const)
  return { textContent: { type: 'text' as const, style }, textConfig: { position, distance: 6 } }
}

type Look = {
  readonly bar: { fill: string; stroke: string; lineWidth: number; lineDash?: number[]; opacity?: number }
  readonly ink: string
}

/** The state is written on the bar as well: no colour stands alone. */
function barLook({ state, binding }: LimitState, ink: Ink): Look {
  switch (state) {
    case 'active':
      return binding
        ? { bar: { fill: ink.accent, stroke: ink.accent, lineWidth: 1 }, ink: ink.card }
        : { bar: { fill: ink.card, stroke: ink.accent, lineWidth: 1.5 }, ink: ink.ink }
    case 'planned':
      return { bar: { fill: ink.card, stroke: ink.accent, lineWidth: 1.5, lineDash: [5, 4] }, ink: ink.ink }
    case 'past':
      return { bar: { fill: ink.line, stroke: ink.line, lineWidth: 1 }, ink: ink.ink2 }
    case 'cancelled':
    case 'refused':
      return { bar: { fill: ink.card, stroke: ink.off, lineWidth: 1, lineDash: [2, 3] }, ink: ink.ink2 }
  }
}
