/** A function of a control model that has a reversion timer (SunSpec 123, 124, 704). */
export type Revertible = {
  readonly id: number
  readonly startedBy: readonly number[] // Points whose writing starts the timer anew.
  readonly timer: { readonly at: number; readonly words: 1 | 2 }
  revert(block: number[]): void
}

export const revertibles: readonly Revertible[] = [
  {
    id: 123, // WMaxLimPct: off again.
    startedBy: [5, 7, 9],
    timer: { at: 7, words: 1 },
    revert: (block) => {
      block[9] = 0
    }
  },
  {
    id: 124, // OutWRte and InWRte: bound no more.
    startedBy: [5, 12, 13, 15],
    timer: { at: 15, words: 1 },
    revert: (block) => {
      block[5] = 0
    }
  },
  {
    id: 704, // WMaxLimPct: to its reversion value, on or off as WMaxLimPctEnaRvrt says.
    startedBy: [14],
    timer: { at: 18, words: 2 },
    revert: (block) => {
      block[15] = block[16] ?? 0
      block[14] = block[17] ?? 0
    }
  },
  {
    id: 704, // WSet: likewise.
    startedBy: [22],
    timer: { at: 31, words: 2 },
    revert: (block) => {
      block.splice(24, 2, block[26] ?? 0, block[27] ?? 0)
      block[22] = block[30] ?? 0
    }
  }
]

export function secondsIn(block: readonly number[], { timer: { at, words } }: Revertible): number {
  const [first = 0, second = 0] = block.slice(at, at + words)
  return words === 1 ? first : first * 0x1_0000 + second
}
