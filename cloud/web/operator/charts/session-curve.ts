import type { EChartsCoreOption } from 'echarts/core'
import { formatPower, formatTime, type Language, minuteOfDay, weekdayOf } from '../../kit/text.ts'
import { bandsOfDay, type Band, type Prices } from '../../kit/prices.ts'
import type { Ink } from './chart.tsx'

export type Point = {
  readonly at: number
  readonly registerWh: number | null
  readonly powerW: number | null
}
export type PriceStretch = { readonly from: number; readonly until: number; readonly band: Band }

const minuteMs = 60_000
const mostStretches = 400 // A session of days under a 96-segment plan still fits; beyond it bands add nothing.

/** The price bands that held during a session, cut at its ends, on the wall clock of the site's zone. */
export function stretchesOf(
  prices: Prices,
  zone: string,
  from: number,
  until: number
): readonly PriceStretch[] {
  const found: PriceStretch[] = []
  let at = from
  while (at < until && found.length < mostStretches) {
    const minute = minuteOfDay(at, zone)
    const band = bandsOfDay(prices, weekdayOf(at, zone)).find(
      ({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute
    )
    const intoMinute = at % minuteMs
    const end = Math.min(until, at - intoMinute + ((band?.toMinute ?? minute + 1) - minute) * minuteMs)
    if (band) found.push({ from: at, until: end, band })
    at = end
  }
  return found
}

/** Mean power between neighbouring registers, where the charger told no power of its own. */
export function powerOf(points: readonly Point[]): readonly Point[] {
  if (points.some(({ powerW }) => powerW !== null)) return points
  return points.map((point, index) => {
    const before = points[index - 1]
    if (!before || before.registerWh === null || point.registerWh === null || point.at <= before.at)
      return point
    return {
      ...point,
      powerW: Math.round(((point.registerWh - before.registerWh) * 3_600_000) / (point.at - before.at))
    }
  })
}

export type CurveWords = {
  readonly power: string
  readonly register: string
  readonly price: (band: Band) => string
}

/** Power and energy since the start over time; the price bands lie behind them. */
export function sessionOption(
  given: readonly Point[],
  stretches: readonly PriceStretch[],
  {
    ink,
    language,
    zone,
    words
  }: { ink: Ink; language: Language; zone: string | undefined; words: CurveWords }
): EChartsCoreOption {
  const points = powerOf(given)
  const start = points.find(({ registerWh }) => registerWh !== null)?.registerWh ?? 0
  return {
    animation: false,
    textStyle: { fontFamily: 'Inter Variable, system-ui, sans-serif' },
    grid: { left: 46, right: 52, top: 44, bottom: 28 },
    legend: { top: 0, textStyle: { color: ink.ink2 } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: ink.card,
      borderColor: ink.line,
      textStyle: { color: ink.ink, fontSize: 12 }
    },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: {
        color: ink.ink3,
        hideOverlap: true,
        formatter: (value: number) => formatTime(value, 'minute', language, zone)
      }
    },
    yAxis: [
      {
        type: 'value',
        name: 'kW',
        min: 0,
        axisLabel: { color: ink.ink3 },
        nameTextStyle: { color: ink.ink3 },
        splitLine: { lineStyle: { color: ink.line } }
      },
      {
        type: 'value',
        name: 'kWh',
        min: 0,
        axisLabel: { color: ink.ink3 },
        nameTextStyle: { color: ink.ink3 },
        splitLine: { show: false }
      }
    ],
    series: [
      {
        name: words.power,
        type: 'line',
        step: 'end',
        showSymbol: false,
        lineStyle: { width: 2, color: ink.busy },
        itemStyle: { color: ink.busy },
        tooltip: {
          valueFormatter: (value: unknown) =>
            typeof value === 'number' ? formatPower(value * 1000, language) : '–'
        },
        data: points.map(({ at, powerW }) => [at, powerW === null ? null : powerW / 1000]),
        markArea: bandsBehind(stretches, ink, words)
      },
      {
        name: words.register,
        type: 'line',
        yAxisIndex: 1,
        showSymbol: points.length < 40,
        symbolSize: 5,
        lineStyle: { width: 2, color: ink.ink, type: 'solid' },
        itemStyle: { color: ink.ink },
        tooltip: {
          valueFormatter: (value: unknown) => (typeof value === 'number' ? `${value.toFixed(2)} kWh` : '–')
        },
        data: points.map(({ at, registerWh }) => [
          at,
          registerWh === null ? null : (registerWh - start) / 1000
        ])
      }
    ]
  }
}

function bandsBehind(stretches: readonly PriceStretch[], ink: Ink, words: CurveWords) {
  return {
    silent: true,
    label: { color: ink.ink2, fontSize: 11, position: 'insideTop' },
    data: stretches.map(({ from, until, band }, index) => [
      {
        xAxis: from,
        name: words.price(band),
        itemStyle: { color: ink.accent, opacity: index % 2 === 0 ? 0.05 : 0.12 }
      },
      { xAxis: until }
    ])
  }
}
