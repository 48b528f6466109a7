import { z } from 'zod'

/**
 * Whether a text carries what could be a card number: 13 to 19 digits, perhaps grouped, that pass the Luhn check
 * (ISO/IEC 7812-1, annex B). Such a number must never come here: the providers' own pages take it.
 */
export function carriesCardNumber(text: string): boolean {
  for (const [run] of text.replaceAll(uuid, '·').matchAll(/\d(?:[ .-]?\d){12,}/g))
    if (stretchesOf(run.replaceAll(/\D/g, '')).some(passesLuhn)) return true
  return false
}

// An id of ours may well have thirteen digits in a row; its form tells it from a card.
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** Every stretch of 13 to 19 digits. */
const stretchesOf = (digits: string): string[] =>
  [13, 14, 15, 16, 17, 18, 19].flatMap((length) =>
    Array.from({ length: Math.max(0, digits.length - length + 1) }, (_, from) =>
      digits.slice(from, from + length)
    )
  )

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (const [place, digit] of [...digits].toReversed().entries()) {
    const doubled = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Text of a request's body; one with a card number in it is refused without being repeated. */
export const safeText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !carriesCardNumber(text), 'must not carry a card number')
