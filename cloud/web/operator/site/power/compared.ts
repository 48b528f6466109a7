import { keyOf, type Forecast, type Picture } from './picture.ts'

/** One connector's part in both plans. `change`: in energy, else in what it gets first. */
export type Compared = {
  readonly key: string
  readonly before: Forecast | undefined
  readonly after: Forecast | undefined
  readonly gainWh: number
  readonly change: 'less' | 'more' | 'same'
}

type Side = Pick<Picture, 'forecast'>

/** Everybody who is in one of the plans, those with the greatest loss first. */
export function comparedOf(before: Side, after: Side): readonly Compared[] {
  const [was, will] = [byKey(before), byKey(after)]
  return [...new Set([...was.keys(), ...will.keys()])]
    .map((key) => rowOf(key, was.get(key), will.get(key)))
    .toSorted((a, b) => a.gainWh - b.gainWh || a.key.localeCompare(b.key))
}

function rowOf(key: string, before: Forecast | undefined, after: Forecast | undefined): Compared {
  const gainWh = (after?.energyWh ?? 0) - (before?.energyWh ?? 0)
  return { key, before, after, gainWh, change: changeOf(gainWh, firstOf(after) - firstOf(before)) }
}

export const isTheSame = ({ change }: Compared): boolean => change === 'same'

const byKey = ({ forecast }: Side): ReadonlyMap<string, Forecast> =>
  new Map(forecast.map((each) => [keyOf(each), each]))

const firstOf = (forecast: Forecast | undefined): number => forecast?.points[0]?.limitMilliA ?? 0

const smallWh = 10 // Below the rounding of a forecast: no difference to anybody.

function changeOf(gainWh: number, gainMilliA: number): Compared['change'] {
  const gain = Math.abs(gainWh) > smallWh ? gainWh : gainMilliA
  return gain === 0 ? 'same' : gain < 0 ? 'less' : 'more'
}
