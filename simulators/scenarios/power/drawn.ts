import type { Pile } from './charger.ts'
import type { Day } from './dawn.ts'

/** How often each thing that a day may bring was there: what is never drawn proves nothing. */
export type Drawn = Record<string, number>

/** Chargers and devices by temper, what happened to messages, what befell the site. */
export function drawnOf({ piles, roof, troubles }: Pick<Day, 'piles' | 'roof' | 'troubles'>): Drawn {
  const drawn: Drawn = { ...troubles.drawn }
  const more = (what: string, times = 1): void => {
    drawn[what] = (drawn[what] ?? 0) + times
  }
  for (const pile of piles) {
    if (pile.nextVisit > 0) more(`charger ${pile.temper}`)
    messages(pile, more)
  }
  for (const { plate, temper } of roof.parts) more(`${plate.kind} ${temper}`)
  return drawn
}

function messages({ line, hearing }: Pile, more: (what: string, times: number) => void): void {
  const { lost, unanswered, twice, late } = line.befell
  more('order lost', lost)
  more('answer lost', unanswered)
  more('order twice', twice)
  more('order late', late)
  more('reading lost', hearing.befell.lost)
  more('reading late', hearing.befell.late)
  more('reading passed by a newer one', hearing.befell.passed)
}

export function addDrawn(sum: Drawn, more: Drawn): void {
  for (const [what, times] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + times
}
