import { excess, rampMs, told, type Pile } from './charger.ts'

/** Of one that ignores its limit: what it was told last, and since when it draws more by more than control and meter differ. */
export type Bold = {
  readonly told: { readonly milliA: number; readonly sinceMs: number }
  readonly fromMs: number | null // A reading from then on shows a lie: a car that was told less just then has 5 s to follow.
  readonly knownMs: number | null // When such a reading had reached the edge, and the charger's yes to what it was told.
}

const [withinMilliA, withinShare] = [1_500, 0.1] // A charger's control and its meter differ by as much: that is no lie yet.

/** One look a second at one whose own meter shows what it does. */
export function markBold(bold: Map<Pile, Bold>, pile: Pile, nowMs: number): void {
  if (pile.temper !== 'ignoring') return
  // Who was out of touch may have forgotten what it was told: the edge says it anew, and gives it the time to follow.
  if (!pile.connected) return void bold.delete(pile)
  const before = bold.get(pile)
  const milliA = told(pile, nowMs)
  const word = before?.told.milliA === milliA ? before.told : { milliA, sinceMs: nowMs }
  bold.set(
    pile,
    isBold(pile, nowMs) ? lied(pile, { before, word, nowMs }) : { told: word, fromMs: null, knownMs: null }
  )
}

function isBold(pile: Pile, nowMs: number): boolean {
  const over = excess(pile, nowMs)
  return over > Math.max(withinMilliA, withinShare * (pile.flowMilliA - over))
}

type Look = { readonly before: Bold | undefined; readonly word: Bold['told']; readonly nowMs: number }

function lied(pile: Pile, { before, word, nowMs }: Look): Bold {
  const fromMs = before?.fromMs ?? (word.sinceMs === nowMs ? nowMs + rampMs : nowMs)
  const isKnown = !pile.isUnanswered && pile.hearing.takenAtMs >= fromMs
  return { told: word, fromMs, knownMs: before?.knownMs ?? (isKnown ? nowMs : null) }
}

type Known = { readonly bold: ReadonlyMap<Pile, Bold>; readonly backAtMs: ReadonlyMap<Pile, number> }

/** Seconds since the edge could know of it; 0: it could not yet. */
export const boldS = ({ bold, backAtMs }: Known, pile: Pile, nowMs: number): number =>
  (nowMs - Math.max(bold.get(pile)?.knownMs ?? nowMs, backAtMs.get(pile) ?? -Infinity)) / 1000
