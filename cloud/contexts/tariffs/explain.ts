import type { Restrictions, TariffPrices } from '@nova/shared-protocol/tariff'
import { problem } from '../../http/index.ts'
import { seriesNamed } from './prices.ts'

export type RuleProblem = { readonly path: string; readonly message: string }

/** @throws Problem 422 `tariff-invalid` with one line for each thing that is wrong */
export function insistOnRules(rules: TariffPrices): void {
  const errors = explainRules(rules)
  if (errors.length > 0)
    throw problem(422, 'tariff-invalid', errors.map(({ message }) => message).join('; '), { errors })
}

/** What cannot be meant, in words for the person who wrote it; empty when the rules hold. */
export function explainRules(rules: TariffPrices): RuleProblem[] {
  const elements = rules.elements.flatMap(({ restrictions = {} }, index) =>
    oddRestrictions(restrictions, `rules.elements.${index}.restrictions`)
  )
  const discounts = (rules.discounts ?? []).flatMap(({ restrictions = {}, ...amounts }, index) => [
    ...oddRestrictions(restrictions, `rules.discounts.${index}.restrictions`),
    ...((amounts.percent ?? amounts.perKwh ?? amounts.once)
      ? []
      : [{ path: `rules.discounts.${index}`, message: `discount ${amounts.name} takes nothing off` }])
  ])
  return [
    ...(rules.elements.length === 0 ? [free] : []),
    ...elements,
    ...discounts,
    ...neverMet(rules),
    ...oddSeries(rules)
  ]
}

const free: RuleProblem = { path: 'rules.elements', message: 'there is no price at all' }

const pairs = [
  ['minKwh', 'maxKwh', 'kWh'],
  ['minCurrentA', 'maxCurrentA', 'A'],
  ['minPowerKw', 'maxPowerKw', 'kW'],
  ['minDurationS', 'maxDurationS', 's'],
  ['minIdleS', 'maxIdleS', 's of idling'],
  ['startDate', 'endDate', '(days)']
] as const

/** Bounds between which nothing lies: the lower is in, the upper is out. */
function oddRestrictions(restrictions: Restrictions, path: string): RuleProblem[] {
  const bounds = pairs.flatMap(([low, high, unit]) => {
    const [from, to] = [restrictions[low], restrictions[high]]
    if (from === undefined || to === undefined || isBelow(from, to)) return []
    return [{ path: `${path}.${high}`, message: `nothing lies from ${from} to ${to} ${unit}` }]
  })
  const { startTime, endTime } = restrictions
  const clock =
    startTime === '24:00' ? [{ path: `${path}.startTime`, message: 'a day starts at 00:00, not 24:00' }] : []
  const same =
    startTime !== undefined && startTime === endTime
      ? [
          {
            path: `${path}.endTime`,
            message: `${startTime} to ${endTime} may mean all day or never; leave it out or write 00:00 to 24:00`
          }
        ]
      : []
  return [...bounds, ...clock, ...same]
}

function isBelow(from: string | number, to: string | number): boolean {
  if (typeof from === 'number' || typeof to === 'number') return Number(from) < Number(to)
  if (from.includes('-') || to.includes('-')) return from < to // Days as 2026-02-28 order as text does.
  return below(from, to)
}

/** Exact decimals without a sign. */
function below(left: string, right: string): boolean {
  const digits = Math.max(...[left, right].map((each) => each.split('.')[1]?.length ?? 0))
  const units = (text: string) => {
    const [whole = '0', fraction = ''] = text.split('.')
    return BigInt(`${whole}${fraction.padEnd(digits, '0')}`)
  }
  return units(left) < units(right)
}

/** A price behind one for the same thing that always holds is never asked. */
function neverMet({ elements }: TariffPrices): RuleProblem[] {
  const always = new Map<string, number>()
  return elements.flatMap(({ components, restrictions = {} }, index) =>
    components.flatMap(({ dimension, part }, place) => {
      const key = `${dimension} ${part ?? ''}`
      const before = restrictions.reservation === undefined ? always.get(key) : undefined
      if (Object.keys(restrictions).length === 0 && before === undefined) always.set(key, index)
      return before === undefined
        ? []
        : [
            {
              path: `rules.elements.${index}.components.${place}`,
              message: `element ${before + 1} always has a price for ${dimension}, so this one is never asked`
            }
          ]
    })
  )
}

/** A series that the rules carry with them and that nothing asks for. */
function oddSeries(rules: TariffPrices): RuleProblem[] {
  const asked = new Set(seriesNamed(rules))
  return Object.keys(rules.series ?? {})
    .filter((name) => !asked.has(name))
    .map((name) => ({ path: `rules.series.${name}`, message: `no price asks for the series ${name}` }))
}
