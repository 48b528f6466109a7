import type { EChartsCoreOption } from 'echarts/core'
import { formatEnergy, formatPower, minuteOfDay, weekdayOf } from '../../kit/text.ts'
import { bandsOfDay, type Band, type Prices } from '../../kit/prices.ts'
import type { Ink } from './chart.tsx'
import { frameOf, valueAxis, type Drawn } from './frame.ts'

export type Register = { readonly at: number; readonly registerWh: number }
export type Sample = { readonly at: number; readonly powerW: number | null }
type Ends = {
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly meterStartWh: number | null
  readonly meterStopWh: number | null
}

/** The registers told on the way with those of the start and the end around them, in the order of time. */
export function withEnds(session: Ends, told: readonly Register[]): readonly Register[] {
  const ends = [
    { at: session.startedAt, registerWh: session.meterStartWh },
    { at: session.endedAt, registerWh: session.meterStopWh }
  ].flatMap(({ at, registerWh }) =>
    at === null || registerWh === null ? [] : [{ at: Date.parse(at), registerWh }]
  )
  const known = new Set(told.map(({ at }) => at))
  return [...told, ...ends.filter(({ at }) => !known.has(at))].toSorted((a, b) => a.at - b.at)
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

const longestGapMs = 150_000 // Samples come about once a minute; after two missed ones nobody knows.

/** Power as sampled, holes left as holes; where no sample has it, the mean between neighbouring registers. */
export function powerOf(registers: readonly Register[], samples: readonly Sample[]): readonly Sample[] {
  const known = samples.filter(({ powerW }) => powerW !== null)
  if (known.length === 0) return meansOf(registers)
  return known.flatMap((sample, index) => {
    const before = known[index - 1]
    const hole = before !== undefined && sample.at - before.at > longestGapMs
    return hole ? [{ at: before.at + 1, powerW: null }, sample] : [sample]
  })
}

/** Each stretch's mean from its first instant on, and once more at the very end. */
function meansOf(registers: readonly Register[]): readonly Sample[] {
  const means = registers.flatMap((register, index) => {
    const after = registers[index + 1]
    if (!after || after.at <= register.at) return []
    const powerW = Math.round(
      ((after.registerWh - register.registerWh) * 3_600_000) / (after.at - register.at)
    )
    return [{ at: register.at, powerW }]
  })
  const [end, last] = [registers.at(-1), means.at(-1)]
  return end && last ? [...means, { at: end.at, powerW: last.powerW }] : means
}

export type CurveWords = {
  readonly power: string
  readonly register: string
  readonly price: (band: Band) => string
}

/** Power and energy since the start over time; the price bands lie behind them. */
export function sessionOption(
  { registers, samples }: { readonly registers: readonly Register[]; readonly samples: readonly Sample[] },
  stretches: readonly PriceStretch[],
  { words, ...drawn }: Drawn & { readonly words: CurveWords }
): EChartsCoreOption {
  const { ink, language } = drawn
  const start = registers[0]?.registerWh ?? 0
  const power = powerOf(registers, samples).map(({ at, powerW }) => [
    at,
    powerW === null ? null : powerW / 1000
  ])
  const energy = registers.map(({ at, registerWh }) => [at, (registerWh - start) / 1000])
  const spanMs = (registers.at(-1)?.at ?? 0) - (registers[0]?.at ?? 0)
  return {
    ...frameOf({ ...drawn, spanMs }),
    grid: { left: 46, right: 52, top: 44, bottom: 28 },
    legend: { top: 0, textStyle: { color: ink.ink2 } },
    yAxis: [valueAxis(ink, 'kW', true), valueAxis(ink, 'kWh', false)],
    series: [
      {
        ...curve(words.power, ink.busy, power),
        step: 'end',
        tooltip: { valueFormatter: shown((kilo) => formatPower(kilo, language)) },
        markArea: bandsBehind(stretches, ink, words)
      },
      {
        ...curve(words.register, ink.ink, energy),
        yAxisIndex: 1,
        showSymbol: registers.length < 40,
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
