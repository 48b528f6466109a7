/** Digits behind the point of a currency, by ISO 4217. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

/** A number as half of Europe types it, "0,65", with the point that the cloud wants. */
export const pointed = (text: string): string => text.replace(',', '.')

/** "50" or "12,5" as minor units of a currency with so many digits; null for what is no amount above nought. */
export function minorOf(text: string, digits: number): number | null {
  const found = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim())
  const [, whole = '', fraction = ''] = found ?? []
  if (!found || fraction.length > digits) return null
  const minor = Number(`${whole}${fraction.padEnd(digits, '0')}`)
  return minor > 0 ? minor : null
}
