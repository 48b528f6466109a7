type Kind = 'top-up' | 'hold' | 'capture' | 'release' | 'refund' | 'pay-out'

/** What a movement does to what can be spent; a capture takes what was held before, so nothing more. */
export function signOf(kind: Kind): '+' | '−' | '' {
  if (kind === 'capture') return ''
  return kind === 'hold' || kind === 'pay-out' ? '−' : '+'
}
