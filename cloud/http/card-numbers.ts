/**
 * Whether a text carries what could be a card number: 13 to 19 digits, perhaps in groups, that pass the Luhn check
 * (ISO/IEC 7812-1, annex B). Such a number must never come here: the providers' own pages take it.
 */
export function carriesCardNumber(text: string): boolean {
  for (const [run] of text.replaceAll(uuid, '·').matchAll(/\d+(?:[ .-]\d+)*/g))
    if (stretchesOf(run.split(/\D/)).some(passesLuhn)) return true
  return false
}

// An id of ours may well have thirteen digits in a row; its form tells it from a card.
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** Groups of digits, alone or with those behind them, that make 13 to 19 digits. */
const stretchesOf = (groups: readonly string[]): string[] =>
  groups
    .flatMap((_, from) =>
      groups.slice(from, from + 19).map((__, more) => groups.slice(from, from + more + 1).join(''))
    )
    .filter(({ length }) => length >= 13 && length <= 19)

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (const [place, digit] of [...digits].toReversed().entries()) {
    const doubled = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
