import type { Rules } from '../types.ts'

type Element = Rules['elements'][number]
type Component = Element['components'][number]
type Restrictions = NonNullable<Element['restrictions']>

/** One price with when and for whom it holds, as a person types it; `kept` is what the form does not show. */
export type RuleRow = {
  readonly dimension: Component['dimension']
  readonly name?: string | undefined
  readonly part?: Component['part']
  readonly price?: string | undefined
  readonly series?: string | undefined
  readonly taxPercent?: string | undefined
  readonly step?: string | undefined
  readonly startTime?: string | undefined
  readonly endTime?: string | undefined
  readonly weekdays?: readonly number[] | undefined
  readonly minKwh?: string | undefined
  readonly maxKwh?: string | undefined
  readonly graceMinutes?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly kept?: { readonly component: Partial<Component>; readonly restrictions: Restrictions } | undefined
}

export type DiscountRow = {
  readonly name?: string | undefined
  readonly percent?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly kept?: Partial<Discount> | undefined
}
type Discount = NonNullable<Rules['discounts']>[number]

export type RulesDraft = {
  readonly tax: NonNullable<Rules['tax']>
  readonly rows: readonly Partial<RuleRow>[]
  readonly discounts: readonly DiscountRow[]
  readonly least?: string | undefined
  readonly most?: string | undefined
}

export const decimal = /^-?\d{1,9}(\.\d{1,10})?$/
export const clock = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const isGiven = (text: string | undefined): text is string => text !== undefined && text.trim() !== ''

/** Rules as rows: each price of each element apart, which by "the first that holds" means the same. */
export const rowsOf = ({ elements }: Rules): readonly RuleRow[] =>
  elements.flatMap(({ name, components, restrictions = {} }) =>
    components.map((component) => rowOf(component, restrictions, name))
  )

const shown = (value: string | number | undefined): string => (value === undefined ? '' : String(value))

function rowOf(component: Component, restrictions: Restrictions, element: string | undefined): RuleRow {
  const { dimension, part, price, taxPercent, step, name, ...moreOfPrice } = component
  const isSeries = typeof price !== 'string'
  return {
    dimension,
    name: name ?? shown(element),
    part,
    ...(isSeries ? { price: price.plus ?? '0', series: price.series } : { price }),
    taxPercent: shown(taxPercent),
    step: shown(step),
    ...boundsOf(restrictions),
    kept: {
      component: { ...moreOfPrice, ...(isSeries ? { price } : {}) },
      restrictions: unseen(restrictions)
    }
  }
}

const isWholeMinutes = (seconds: number | undefined): seconds is number =>
  seconds !== undefined && seconds % 60 === 0

function boundsOf(restrictions: Restrictions): Partial<RuleRow> {
  const { startTime, endTime, weekdays = [], minKwh, maxKwh, minIdleS, groups = [] } = restrictions
  return {
    startTime: shown(startTime),
    endTime: shown(endTime),
    weekdays,
    minKwh: shown(minKwh),
    maxKwh: shown(maxKwh),
    graceMinutes: isWholeMinutes(minIdleS) ? String(minIdleS / 60) : '',
    groups
  }
}

/** What the form has no field for. */
function unseen(restrictions: Restrictions): Restrictions {
  const { startTime: _a, endTime: _b, weekdays: _c, minKwh: _d, maxKwh: _e, ...rest } = restrictions
  const { groups: _f, minIdleS, ...more } = rest
  return { ...more, ...(minIdleS === undefined || isWholeMinutes(minIdleS) ? {} : { minIdleS }) }
}

/** The rows that are whole already, as rules; null while there is none. */
export function rulesFrom(draft: RulesDraft, currency: string, kept: Rules | undefined): Rules | null {
  const elements = draft.rows.flatMap((row) => elementOf(row) ?? [])
  if (elements.length === 0) return null
  const discounts = draft.discounts.flatMap((row) => discountOf(row) ?? [])
  return {
    currency,
    tax: draft.tax,
    elements,
    ...(discounts.length > 0 ? { discounts } : {}),
    ...(kept?.series ? { series: kept.series } : {}),
    ...limitOf('minPrice', draft.least, kept),
    ...limitOf('maxPrice', draft.most, kept)
  }
}

function elementOf(row: Partial<RuleRow>): Element | null {
  const { dimension, price = '', kept } = row
  if (dimension === undefined || !decimal.test(price)) return null
  const restrictions = { ...kept?.restrictions, ...restrictionsOf(row) }
  const component = { ...kept?.component, dimension, price: priceOf(row, price), ...extrasOf(row) }
  return { components: [component], ...(Object.keys(restrictions).length > 0 ? { restrictions } : {}) }
}

function priceOf({ series, kept }: Partial<RuleRow>, price: string): Component['price'] {
  if (!isGiven(series)) return price
  const before = kept?.component.price
  const times = before !== undefined && typeof before !== 'string' && before.times !== undefined
  return { series, plus: price, ...(times ? { times: before.times } : {}) }
}

const extrasOf = ({ name, part, taxPercent, step }: Partial<RuleRow>): Partial<Component> => ({
  ...(isGiven(name) ? { name } : {}),
  ...(part ? { part } : {}),
  ...(isGiven(taxPercent) && decimal.test(taxPercent) ? { taxPercent } : {}),
  ...(isGiven(step) && /^\d{1,6}$/.test(step) ? { step: Number(step) } : {})
})

/** The field when it is typed and whole, else nothing. */
const only = <Name extends string>(name: Name, text: string | undefined, form: RegExp) =>
  isGiven(text) && form.test(text) ? ({ [name]: text } as Record<Name, string>) : {}

const quantity = /^\d{1,12}(\.\d{1,10})?$/

function restrictionsOf(row: Partial<RuleRow>): Restrictions {
  const { weekdays = [], graceMinutes = '', groups = [] } = row
  return {
    ...only('startTime', row.startTime, clock),
    ...only('endTime', row.endTime, clock),
    ...only('minKwh', row.minKwh, quantity),
    ...only('maxKwh', row.maxKwh, quantity),
    ...(weekdays.length > 0 ? { weekdays: [...weekdays].toSorted((a, b) => a - b) } : {}),
    ...(/^\d{1,5}$/.test(graceMinutes) ? { minIdleS: Number(graceMinutes) * 60 } : {}),
    ...(groups.length > 0 ? { groups: [...groups] } : {})
  }
}

function discountOf({ name, percent, groups = [], kept }: DiscountRow): Discount | null {
  if (!isGiven(name)) return null
  const { restrictions: before, ...more } = kept ?? {}
  const restrictions = { ...before, ...(groups.length > 0 ? { groups: [...groups] } : {}) }
  return {
    ...more,
    name,
    ...(isGiven(percent) ? { percent } : {}),
    ...(Object.keys(restrictions).length > 0 ? { restrictions } : {})
  }
}

export const discountRowsOf = ({ discounts = [] }: Rules): readonly DiscountRow[] =>
  discounts.map(({ name, percent = '', restrictions: { groups = [], ...restrictions } = {}, ...more }) => ({
    name,
    percent,
    groups,
    kept: { ...more, restrictions }
  }))

/** The form shows the side that the prices are stated on; the other side goes on as it was. */
function limitOf(
  name: 'minPrice' | 'maxPrice',
  text: string | undefined,
  kept: Rules | undefined
): Partial<Rules> {
  const side = kept?.tax === 'included' ? 'incl' : 'excl'
  const { [side]: _before, ...other } = kept?.[name] ?? {}
  const limit = { ...other, ...(isGiven(text) && decimal.test(text) ? { [side]: text } : {}) }
  return Object.keys(limit).length > 0 ? { [name]: limit } : {}
}

export const limitText = (rules: Rules, name: 'minPrice' | 'maxPrice'): string =>
  rules[name]?.[rules.tax === 'included' ? 'incl' : 'excl'] ?? ''
