import { compare, fractionOf } from './fraction.ts'
import type { Component, Discount, Element, Limit, Restrictions, TariffPrices } from './model.ts'
import { pointsOf } from './series.ts'

/** `error`: the tariff must not be used; `warning`: it does what it says, which may not be what was meant. */
export type TariffProblem = {
  readonly severity: 'error' | 'warning'
  readonly code:
    | 'never-holds'
    | 'never-reached'
    | 'free-otherwise'
    | 'whole-day'
    | 'series-missing'
    | 'series-gap'
    | 'series-twice'
    | 'reservation-mixed'
    | 'limits-cross'
    | 'idle-twice'
    | 'discount-empty'
    | 'nothing-priced'
  readonly at: string // As a path: elements[2].components[0].
  readonly detail: string
}

/** What is wrong with a tariff of the full model, or odd about it, in words for the person who wrote it. */
export function explainTariff(tariff: TariffPrices): TariffProblem[] {
  const { elements, discounts = [] } = tariff
  const priced = elements.some(({ components }) => components.length > 0)
  return [
    ...(priced
      ? []
      : [problem('warning', 'nothing-priced', 'elements', 'no price at all: every session is free')]),
    ...elements.flatMap((each, index) => elementProblems(each, `elements[${index}]`, tariff)),
    ...reachProblems(elements),
    ...seriesProblems(tariff),
    ...discounts.flatMap((each, index) => discountProblems(each, `discounts[${index}]`)),
    ...limitProblems(tariff.minPrice, tariff.maxPrice)
  ]
}

function problem(
  severity: TariffProblem['severity'],
  code: TariffProblem['code'],
  at: string,
  detail: string
): TariffProblem {
  return { severity, code, at, detail }
}

function elementProblems(
  { components, restrictions }: Element,
  at: string,
  tariff: TariffPrices
): TariffProblem[] {
  const found = restrictionProblems(restrictions ?? {}, `${at}.restrictions`)
  for (const [index, component] of components.entries()) {
    const place = `${at}.components[${index}]`
    const { price } = component
    if (typeof price !== 'string' && !tariff.series?.[price.series])
      found.push(problem('error', 'series-missing', place, `there is no price series ${price.series}`))
    const mixed = mixedReservation(component, restrictions)
    if (mixed) found.push(problem('error', 'reservation-mixed', place, mixed))
  }
  return found
}

function mixedReservation(
  { dimension }: Component,
  restrictions: Restrictions | undefined
): string | undefined {
  const isFor = restrictions?.reservation !== undefined
  if (isFor && dimension !== 'flat' && dimension !== 'reservation')
    return `an element for reservations prices ${dimension}, which a reservation does not have`
  if (!isFor && dimension === 'reservation')
    return 'reserved time is priced only in an element that is restricted to reservations'
  return undefined
}

const bounds = [
  ['minKwh', 'maxKwh'],
  ['minCurrentA', 'maxCurrentA'],
  ['minPowerKw', 'maxPowerKw'],
  ['minDurationS', 'maxDurationS'],
  ['minIdleS', 'maxIdleS'],
  ['startDate', 'endDate']
] as const

function restrictionProblems(restrictions: Restrictions, at: string): TariffProblem[] {
  const { startTime, endTime, signal } = restrictions
  const pairs = [
    ...bounds.map(([low, high]) => [low, restrictions[low], high, restrictions[high]] as const),
    ['signal at least', signal?.atLeast, 'below', signal?.below] as const
  ]
  const crossed = pairs.flatMap(([low, from, high, to]) => {
    if (from === undefined || to === undefined || isBelow(from, to)) return []
    return [problem('error', 'never-holds', at, `${low} ${from} and ${high} ${to}: it never holds`)]
  })
  if (startTime === undefined || startTime !== endTime) return crossed
  return [
    ...crossed,
    problem('warning', 'whole-day', at, `${startTime} to ${endTime} is read as the whole day`)
  ]
}

function isBelow(low: string | number, high: string | number): boolean {
  const isDate = typeof low === 'string' && /^\d{4}-/.test(low)
  return isDate ? low < String(high) : compare(fractionOf(String(low)), fractionOf(String(high))) < 0
}

type Reach = {
  readonly slot: string
  readonly at: string
  readonly element: number
  readonly always: boolean
}

function reachesOf(elements: readonly Element[]): Reach[] {
  return elements.flatMap(({ components, restrictions = {} }, element) => {
    const { reservation, ...others } = restrictions
    const always = Object.keys(others).length === 0 && reservation !== 'expired'
    const suffix = reservation === undefined ? '' : ' of a reservation'
    return components.map(({ dimension, part }, place) => ({
      slot: `${part ?? dimension}${suffix}`,
      at: `elements[${element}].components[${place}]`,
      element,
      always
    }))
  })
}

/** Prices behind one that always holds, and dimensions that are free where nothing holds. */
function reachProblems(elements: readonly Element[]): TariffProblem[] {
  const reaches = reachesOf(elements)
  const firstAlways = (slot: string) => reaches.findIndex((each) => each.slot === slot && each.always)
  const hidden = reaches.filter(({ slot }, index) => firstAlways(slot) >= 0 && index > firstAlways(slot))
  const open = reaches.filter(
    ({ slot }, index) =>
      firstAlways(slot) < 0 &&
      !/reservation|flat|idle/.test(slot) &&
      reaches.findLastIndex((each) => each.slot === slot) === index
  )
  const isDouble = firstAlways('idle') >= 0 && firstAlways('parking') >= 0
  return [
    ...hidden.map(({ slot, at }) =>
      problem(
        'warning',
        'never-reached',
        at,
        `element ${(reaches[firstAlways(slot)]?.element ?? 0) + 1} already prices ${slot} always`
      )
    ),
    ...open.map(({ slot, at }) =>
      problem('warning', 'free-otherwise', at, `${slot} is free where none of its restrictions hold`)
    ),
    ...(isDouble
      ? [problem('warning', 'idle-twice', 'elements', 'idle time is billed as parking time too')]
      : [])
  ]
}

function seriesProblems({ series = {} }: TariffPrices): TariffProblem[] {
  return Object.entries(series).flatMap(([name, each]) => {
    const points = pointsOf(each)
    const at = `series.${name}`
    const when = (instant: number) => Temporal.Instant.fromEpochMilliseconds(instant).toString()
    const gap = points.findIndex(({ from }, index) => index > 0 && from > (points[index - 1]?.to ?? from))
    const twice = points.findIndex(({ from }, index) => index > 0 && from === points[index - 1]?.from)
    const hole = points[gap - 1]
    const same = points[twice]
    return [
      ...(hole
        ? [
            problem(
              'warning',
              'series-gap',
              at,
              `no price from ${when(hole.to)}: what flows then goes to review`
            )
          ]
        : []),
      ...(same ? [problem('error', 'series-twice', at, `two prices at ${when(same.from)}`)] : [])
    ]
  })
}

function discountProblems(discount: Discount, at: string): TariffProblem[] {
  const { percent, perKwh, once, restrictions } = discount
  const isEmpty = percent === undefined && perKwh === undefined && once === undefined
  return [
    ...(isEmpty ? [problem('error', 'discount-empty', at, `${discount.name} takes nothing off`)] : []),
    ...restrictionProblems(restrictions ?? {}, `${at}.restrictions`)
  ]
}

function limitProblems(min: Limit | undefined, max: Limit | undefined): TariffProblem[] {
  return (['excl', 'incl'] as const).flatMap((side) => {
    const [low, high] = [min?.[side], max?.[side]]
    if (low === undefined || high === undefined || compare(fractionOf(low), fractionOf(high)) <= 0) return []
    return [
      problem(
        'error',
        'limits-cross',
        'minPrice',
        `the minimum ${low} is above the maximum ${high} (${side})`
      )
    ]
  })
}
