import { CustomChart, LineChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent
} from 'echarts/components'
import { init, use as install, type EChartsType } from 'echarts/core'
import type { EChartsCoreOption } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTheme } from '../../kit/ui/index.ts'

install([
  CustomChart,
  LineChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer
])

/** The colours of the page's theme, for a canvas that cannot read CSS variables. */
export type Ink = Readonly<
  Record<
    'ink' | 'ink2' | 'ink3' | 'line' | 'card' | 'accent' | 'busy' | 'wait' | 'fault' | 'off' | 'free',
    string
  >
>

function readInk(): Ink {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: token('ink'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    line: token('line'),
    card: token('card'),
    accent: token('accent'),
    busy: token('busy'),
    wait: token('wait'),
    fault: token('fault'),
    off: token('off'),
    free: token('free')
  }
}

/** A chart that follows its box, its theme and its data; `spoken` says in words what it shows. */
export function Chart(props: {
  readonly option: (ink: Ink) => EChartsCoreOption
  readonly spoken: string
  readonly height?: number
}): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const theme = useTheme()
  const { option } = props

  useEffect(() => {
    if (!box.current) return
    const made = init(box.current)
    chart.current = made
    const watch = new ResizeObserver(() => made.resize())
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    // Series come and go with connectors; replacing them keeps those that stay in place without flicker.
    chart.current?.setOption(option(readInk()), { replaceMerge: ['series'], lazyUpdate: true })
  }, [option, theme])

  return (
    <div
      ref={box}
      className="chart"
      style={{ height: props.height ?? 320 }}
      role="img"
      aria-label={props.spoken}
    />
  )
}
