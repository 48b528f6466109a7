import type { EChartsCoreOption } from 'echarts/core'
import { frameOf, valueAxis, type Drawn } from '../charts/frame.ts'

type Day = {
  readonly from: string
  readonly minutes: number
  readonly prices: readonly string[]
  readonly currency: string
}

/** Each price from its instant to the next: a day of 23 or 25 hours is as long as it is. Numbers are only drawn. */
export const pointsOf = ({ from, minutes, prices }: Day): readonly (readonly [number, number])[] => {
  const begin = Date.parse(from)
  const points = prices.map((price, index) => [begin + index * minutes * 60_000, Number(price)] as const)
  const last = prices.at(-1)
  return last === undefined ? points : [...points, [begin + prices.length * minutes * 60_000, Number(last)]]
}

/** A day's dynamic prices as a step line; below nought is below the axis. */
export const seriesOption = (day: Day, drawn: Drawn): EChartsCoreOption => ({
  ...frameOf({ ...drawn, spanMs: 86_400_000 }),
  grid: { left: 8, right: 14, top: 28, bottom: 6, containLabel: true },
  yAxis: {
    ...valueAxis(drawn.ink, `${day.currency}/kWh`, true),
    nameTextStyle: { color: drawn.ink.ink3, align: 'left' },
    min: (range: { min: number }) => Math.min(0, range.min)
  },
  series: [
    {
      name: day.currency,
      type: 'line',
      step: 'end',
      symbol: 'none',
      data: pointsOf(day),
      lineStyle: { color: drawn.ink.accent, width: 2 },
      itemStyle: { color: drawn.ink.accent },
      areaStyle: { color: drawn.ink.accent, opacity: 0.18 }
    }
  ]
})
