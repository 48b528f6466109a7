import { addTo, type Book, type Entry } from './book.ts'
import {
  ceiling,
  compare,
  floor,
  isNought,
  minus,
  nearest,
  nought,
  per,
  sumOf,
  times,
  whole
} from './fraction.ts'
import type { Fraction } from './fraction.ts'
import type { Dimension } from './model.ts'

export type StepNote = { readonly slot: string; readonly added: Fraction }

/**
 * OCPI's step: once in a session for each dimension, on the sum of what is priced, by the step of the price that
 * came last, to which the difference is added. Where parking is billed it takes the step of the time.
 */
export function addSteps({ entries, last }: Book): StepNote[] {
  const sums = new Map<string, Fraction>()
  for (const { slot, quantity } of entries.values())
    sums.set(slot.key, sumOf([sums.get(slot.key) ?? nought, quantity]))
  const parked = [...entries.values()].some(
    ({ slot, quantity }) => slot.dimension === 'parking' && !isNought(quantity)
  )
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

const rounders = { up: ceiling, down: floor, near: nearest }

function extra({ priced }: Entry, sum: Fraction): Fraction {
  const { step = 0, stepRounding = 'up' } = priced.component
  if (step === 0 || compare(sum, nought) <= 0) return nought
  const steps = rounders[stepRounding](per(sum, whole(step)))
  return minus(times(whole(steps), whole(step)), sum)
}
