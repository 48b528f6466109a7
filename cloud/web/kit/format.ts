import { digitsOf } from './minor.ts'
import type { Language } from './words/language.ts'

/** Everything a person reads as a number, a time or a sum goes through here. Unknown is "–", never 0. */
export const unknown = '–'

const locales: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }
const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language}${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locales[language], options)
  formats.set(key, made)
  return made
}

export type Money = { readonly currency: string; readonly amountMinor: number }

/** A lone "¥" is the yuan, as Chinese writes it, in either language; the yen is "JP¥", and dollars say whose they are. */
const display = (currency: string) => (currency === 'CNY' ? 'narrowSymbol' : 'symbol')

/** Whole minor units as people write the sum; digits by ISO 4217, no binary float on the way. */
export function formatMoney(money: Money | null | undefined, language: Language): string {
  if (!money) return unknown
  const format = numberFormat(language, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: display(money.currency)
  })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(decimalOf(money.amountMinor, digits) as Intl.StringNumericLiteral)
}

/** 1234 with two digits is "12.34"; works for every size and sign. */
export function decimalOf(minor: number, digits: number): string {
  const sign = minor < 0 ? '-' : ''
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** A price as the tariff states it ("0.65"), with its currency, every digit kept, those of the currency always shown. */
export function formatPrice(price: string | null | undefined, currency: string, language: Language): string {
  if (price === null || price === undefined) return unknown
  return numberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: display(currency),
    minimumFractionDigits: digitsOf(currency),
    maximumFractionDigits: 6
  }).format(price as Intl.StringNumericLiteral)
}

/** Exact sum of two decimal texts: what a kilowatt-hour costs in all. */
export function addDecimals(left: string, right: string): string {
  const digits = Math.max(left.split('.')[1]?.length ?? 0, right.split('.')[1]?.length ?? 0)
  const sum = scaled(left, digits) + scaled(right, digits)
  const text = String(sum).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function scaled(decimal: string, digits: number): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(digits, '0'))
}

export type Shown = { readonly value: string; readonly unit: string }

/** Watts as "0.9 kW", "11.0 kW", "1.25 MW". */
export function powerParts(watts: number | null | undefined, language: Language): Shown {
  if (watts === null || watts === undefined) return { value: unknown, unit: '' }
  const size = Math.abs(watts)
  if (size >= 1_000_000) return { value: fixed(watts / 1_000_000, 2, language), unit: 'MW' }
  return { value: fixed(watts / 1000, 1, language), unit: 'kW' }
}

/** Watt-hours as "0.42 kWh", "12.34 kWh", "1.23 MWh". */
export function energyParts(wattHours: number | null | undefined, language: Language): Shown {
  if (wattHours === null || wattHours === undefined) return { value: unknown, unit: '' }
  const size = Math.abs(wattHours)
  if (size >= 10_000_000) return { value: fixed(wattHours / 1_000_000, 2, language), unit: 'MWh' }
  return { value: fixed(wattHours / 1000, size >= 1_000_000 ? 0 : 2, language), unit: 'kWh' }
}

export const formatPower = (watts: number | null | undefined, language: Language): string =>
  joined(powerParts(watts, language))

export const formatEnergy = (wattHours: number | null | undefined, language: Language): string =>
  joined(energyParts(wattHours, language))

/** Milliamperes as "16 A" or "6.5 A". */
export function formatCurrent(milliAmps: number | null | undefined, language: Language): string {
  if (milliAmps === null || milliAmps === undefined) return unknown
  return `${numberFormat(language, { maximumFractionDigits: 1 }).format(milliAmps / 1000)} A`
}

export function formatCount(count: number | null | undefined, language: Language): string {
  return count === null || count === undefined ? unknown : numberFormat(language, {}).format(count)
}

export function formatDistance(metres: number, language: Language): string {
  if (metres < 950) return `${Math.round(metres / 10) * 10} m`
  const digits = metres < 9_950 ? 1 : 0
  return `${numberFormat(language, { maximumFractionDigits: digits }).format(metres / 1000)} km`
}

const fixed = (value: number, digits: number, language: Language): string =>
  numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)

const joined = ({ value, unit }: Shown): string => (value === unknown ? value : `${value} ${unit}`)
