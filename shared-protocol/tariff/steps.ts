import { addTo, type Book, type Entry } from './book.ts'
import {
  ceiling,
  compare,
  floor,
  fractionOf,
  isNought,
  minus,
  nearest,
  nought,
  per,
  plus,
  times,
  whole
} from './fraction.ts'
import type { Fraction } from './fraction.ts'
import { isDivisible, mul } from './int.ts'
import type { Dimension } from './model.ts'

export type StepNote = { readonly slot: string; readonly added: Fraction }

/**
 * OCPI's step: once in a session for each dimension, on the sum of what is priced, by the step of the price that
 * came last, to which the difference is added. Where parking is billed it takes the step of the time.
 */
export function addSteps({ entries, last }: Book): StepNote[] {
  const sums = new Map<string, Fraction>()
  let parked = false
  for (const { slot, quantity } of entries.values()) {
    sums.set(slot.key, plus(sums.get(slot.key) ?? nought, quantity))
    parked ||= slot.dimension === 'parking' && !isNought(quantity)
  }
  const notes: StepNote[] = []
  for (const [key, { entry, reductions }] of last) {
    if (!isStepped(entry.slot.dimension, parked)) continue
    const added = extra(entry, sums.get(key) ?? nought)
    if (isNought(added)) continue
    addTo(entry, added, reductions)
    notes.push({ slot: key, added })
  }
  return notes
}

const isStepped = (dimension: Dimension, parked: boolean): boolean =>
  dimension !== 'flat' && !(dimension === 'time' && parked)

// A step is neither begun nor lost by a hundred-thousandth of a second or watt-hour: hours written with ten or
// twelve decimals must step as the seconds they stand for.
const noise = fractionOf('0.00001')

const rounders = {
  up: (sum: Fraction, step: Fraction) => ceiling(per(minus(sum, noise), step)),
  down: (sum: Fraction, step: Fraction) => floor(per(plus(sum, noise), step)),
  near: (sum: Fraction, step: Fraction) => nearest(per(plus(sum, noise), step))
}

function extra({ priced }: Entry, sum: Fraction): Fraction {
  const { step = 0, stepRounding = 'up' } = priced.component
  if (step === 0 || compare(sum, nought) <= 0) return nought
  if (isDivisible(sum.top, mul(sum.bottom, step))) return nought // Whole steps stay as they are, however it rounds.
  const size = whole(step)
  return minus(times(whole(rounders[stepRounding](sum, size)), size), sum)
}
