import type { EChartsCoreOption } from 'echarts/core'
import { formatEnergy, formatPower, minuteOfDay, weekdayOf } from '../../kit/text.ts'
import { bandsOfDay, type Band, type Prices } from '../../kit/prices.ts'
import type { Ink } from './chart.tsx'
import { frameOf, valueAxis, type Drawn } from './frame.ts'

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
  { words, ...drawn }: Drawn & { readonly words: CurveWords }
): EChartsCoreOption {
  const { ink, language } = drawn
  const points = powerOf(given)
  const start = points.find(({ registerWh }) => registerWh !== null)?.registerWh ?? 0
  const power = points.map(({ at, powerW }) => [at, powerW === null ? null : powerW / 1000])
  const energy = points.map(({ at, registerWh }) => [
    at,
    registerWh === null ? null : (registerWh - start) / 1000
  ])
  return {
    ...frameOf(drawn),
    grid: { left: 46, right: 52, top: 44, bottom: 28 },
    legend: { top: 0, textStyle: { color: ink.ink2 } },
    yAxis: [valueAxis(ink, 'kW', true), valueAxis(ink, 'kWh', false)],
    series: [
      {
        ...curve(words.power, ink.busy, power),
        step: 'start', // A mean between two registers holds for the whole stretch before it.
        tooltip: { valueFormatter: shown((kilo) => formatPower(kilo, language)) },
        markArea: bandsBehind(stretches, ink, words)
      },
      {
        ...curve(words.register, ink.ink, energy),
        yAxisIndex: 1,
        showSymbol: points.length < 40,
        symbolSize: 5,
        tooltip: { valueFormatter: shown((kilo) => formatEnergy(kilo, language)) }
      }
    ]
  }
}

const curve = (name: string, colour: string, data: readonly (readonly (number | null)[])[]) => ({
  name,
  type: 'line',
  showSymbol: false,
  lineStyle: { width: 2, color: colour },
  itemStyle: { color: colour },
  data
})

const shown = (format: (base: number | null) => string) => (value: unknown) =>
  format(typeof value === 'number' ? Math.round(value * 1000) : null)

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
