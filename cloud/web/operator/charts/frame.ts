import type { EChartsCoreOption } from 'echarts/core'
import { formatTime, type Language } from '../../kit/text.ts'
import type { Ink } from './chart.tsx'

export type Drawn = {
  readonly ink: Ink
  readonly language: Language
  readonly zone: string | undefined
  readonly spanMs?: number // How much time is shown; a short one has its seconds written.
}

const shortMs = 6 * 60_000

/** What all charts share: no animation of live data, our type, time left to right on the site's clock. */
export function frameOf({ ink, language, zone, spanMs = shortMs }: Drawn): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: 'Inter Variable, system-ui, sans-serif' },
    tooltip: {
      trigger: 'axis',
      order: 'seriesDesc',
      backgroundColor: ink.card,
      borderColor: ink.line,
      textStyle: { color: ink.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: ink.ink3 } }
    },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      splitNumber: 6,
      axisLabel: {
        color: ink.ink3,
        hideOverlap: true,
        formatter: (value: number) =>
          formatTime(value, spanMs < shortMs ? 'second' : 'minute', language, zone)
      },
      axisPointer: {
        label: { formatter: ({ value }: { value: number }) => formatTime(value, 'second', language, zone) }
      }
    }
  }
}

/** A value axis from zero in `unit`; `lined` draws the grid. */
export const valueAxis = (ink: Ink, unit: string, lined: boolean): EChartsCoreOption => ({
  type: 'value',
  name: unit,
  nameTextStyle: { color: ink.ink3, align: lined ? 'right' : 'left', padding: [0, 6, 0, 0] },
  min: 0,
  axisLabel: { color: ink.ink3 },
  splitLine: lined ? { lineStyle: { color: ink.line } } : { show: false }
})
