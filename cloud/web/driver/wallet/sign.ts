type Kind = 'top-up' | 'hold' | 'capture' | 'release' | 'refund' | 'pay-out'

/** What a movement does to what can be spent; a capture takes what was held before, so nothing more. */
export function signOf(kind: Kind): '+' | '−' | '' {
  if (kind === 'capture') return ''
  return kind === 'hold' || kind === 'pay-out' ? '−' : '+'
}

/** "50" or "12,5" as minor units of a currency with so many digits; null for what is no amount above nought. */
export function minorOf(text: string, digits: number): number | null {
  const found = /^(\d{1,7})(?:[.,](\d+))?$/.exec(text.trim())
  const [, whole = '', fraction = ''] = found ?? []
  if (!found || fraction.length > digits) return null
  const minor = Number(`${whole}${fraction.padEnd(digits, '0')}`)
  return minor > 0 ? minor : null
}
