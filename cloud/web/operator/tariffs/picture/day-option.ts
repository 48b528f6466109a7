import type { EChartsCoreOption } from 'echarts/core'
import { clockOf } from '../../../kit/prices.ts'
import type { Ink } from '../../charts/chart.tsx'
import { frameOf, valueAxis } from '../../charts/frame.ts'
import type { Language } from '../../../kit/text.ts'
import type { DayBand } from './bands.ts'

export type DayWords = {
  readonly electricity: string
  readonly service: string
  readonly now: string
  readonly unit: string // CNY/kWh
  readonly price: (text: string) => string
}

type Point = readonly [minute: number, price: number | null]

/** A step line through the day; where nothing is priced there is a gap. Numbers here are only drawn. */
export function stepsOf(
  bands: readonly DayBand[],
  of: 'electricityPrice' | 'servicePrice'
): readonly Point[] {
  return bands.flatMap((band, index): Point[] => {
    const next = bands[index + 1]
    const end: Point[] = [[band.toMinute, Number(band[of])]]
    const gap: Point[] = next && next.fromMinute > band.toMinute ? [[band.toMinute, null]] : []
    return [[band.fromMinute, Number(band[of])], ...end, ...gap]
  })
}

type Drawn = { readonly ink: Ink; readonly language: Language; readonly nowMinute: number | null }

/** A day of prices: service on electricity, the sum being what is paid for a kilowatt-hour. */
export function dayOption(
  bands: readonly DayBand[],
  words: DayWords,
  { ink, language, nowMinute }: Drawn
): EChartsCoreOption {
  const frame = frameOf({ ink, language, zone: undefined }) as { tooltip: object; xAxis: object }
  const hasService = bands.some(({ servicePrice }) => Number(servicePrice) !== 0)
  const parts = hasService ? (['electricity', 'service'] as const) : (['electricity'] as const)
  return {
    ...frame,
    grid: { left: 8, right: 12, top: 30, bottom: 6, containLabel: true },
    legend: {
      show: hasService,
      top: 0,
      left: 'center',
      itemWidth: 14,
      itemHeight: 8,
      textStyle: { color: ink.ink2 }
    },
    tooltip: { ...frame.tooltip, formatter: tooltipOf(bands, words) },
    xAxis: clockAxis(ink),
    yAxis: {
      ...valueAxis(ink, words.unit, true),
      nameTextStyle: { color: ink.ink3, align: 'left' },
      min: (range: { min: number }) => Math.min(0, range.min)
    },
    series: parts.map((part, index) => ({
      name: words[part],
      type: 'line',
      stack: 'price',
      symbol: 'none',
      data: stepsOf(bands, `${part}Price`),
      lineStyle: { color: ink.accent, width: index === parts.length - 1 ? 2 : 1 },
      itemStyle: { color: ink.accent, opacity: index === 0 ? 0.75 : 0.35 },
      areaStyle: { color: ink.accent, opacity: index === 0 ? 0.32 : 0.14 },
      ...(index === 0 && nowMinute !== null ? { markLine: nowLine(words.now, nowMinute, ink) } : {})
    }))
  }
}

const clockAxis = (ink: Ink) => ({
  type: 'value',
  min: 0,
  max: 1440,
  interval: 240,
  axisLine: { lineStyle: { color: ink.line } },
  splitLine: { show: false },
  axisLabel: { color: ink.ink3, formatter: (minute: number) => clockOf(minute) },
  axisPointer: { label: { formatter: ({ value }: { value: number }) => clockOf(Math.round(value)) } }
})

const nowLine = (name: string, minute: number, ink: Ink) => ({
  silent: true,
  symbol: 'none',
  data: [{ xAxis: minute }],
  lineStyle: { color: ink.ink3, width: 1.5, type: 'solid' },
  label: { formatter: name, color: ink.ink2, position: 'end', distance: 3 }
})

const tooltipOf = (bands: readonly DayBand[], words: DayWords) => (at: unknown) => {
  const [first] = at as readonly { readonly axisValue: number }[]
  const minute = first?.axisValue ?? 0
  const band = bands.find((each) => minute >= each.fromMinute && minute < each.toMinute) ?? bands.at(-1)
  if (!band) return ''
  const safe = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `${clockOf(band.fromMinute)}–${clockOf(band.toMinute)} ${safe(band.name)}<br><b>${safe(words.price(band.price))}</b><br>${safe(words.electricity)} ${safe(words.price(band.electricityPrice))}<br>${safe(words.service)} ${safe(words.price(band.servicePrice))}`
}
