import type { Chance } from '../../world/chance.ts'

/** How a charger behaves; one stays as it is all day. */
export type Temper =
  | 'obedient'
  | 'slow' // Answers after seconds.
  | 'rounding' // Knows whole amperes only, and rounds to the nearest: up to half an ampere too much.
  | 'forgetful' // Applies set-points, but some answers never come.
  | 'balky' // Rejects every third set-point.
  | 'refusing' // Knows no smart charging: rejects everything, charges at full power.
  | 'silent-keeping' // Falls silent for minutes and keeps its last set-point, lease or no lease.
  | 'silent-losing' // Falls silent for minutes and goes back to its stored fallback when the lease ends.
  | 'rebooting' // Reboots in mid-session and comes back at its stored fallback.
  | 'ignoring' // Confirms, and from some moment on draws what it likes, as its own meter shows.
  | 'lying' // The same, and its own meter shows what it was told: only the site's meter tells.

export type Tempers = readonly [Temper, ...Temper[]]

// Most chargers do as they are told; each other kind is on a site in a few. Whoever refuses smart charging keeps
// its full power reserved, so that on a tight site little is left to share: rare on purpose.
export const mixed: Tempers = [
  'obedient',
  ...Array.from({ length: 11 }, (): Temper => 'obedient'),
  'slow',
  'slow',
  'rounding',
  'rounding',
  'forgetful',
  'forgetful',
  'balky',
  'silent-keeping',
  'silent-keeping',
  'silent-losing',
  'silent-losing',
  'rebooting',
  'rebooting',
  'ignoring',
  'lying',
  'refusing'
]

/** What happens to a message on its way to the charger, and to the answer on its way back. */
export type Passage = {
  readonly outMs: number
  readonly backMs: number
  readonly arrives: boolean
  readonly answered: boolean
  readonly twice: boolean // Delivered again, before anything newer.
  readonly isLate: boolean
}

export type Weather = { readonly drop: number; readonly late: number; readonly twice: number }

export const fair: Weather = { drop: 0, late: 0, twice: 0 }
export const foul: Weather = { drop: 0.02, late: 0.05, twice: 0.02 }

/** Draws one passage: a line in order takes 15 to 150 ms each way. */
export function passage(chance: Chance, temper: Temper, { drop, late, twice }: Weather): Passage {
  const waits = temper === 'slow' ? chance.between(1000, 2300) : chance.between(15, 150)
  const isLate = chance.happens(late)
  return {
    outMs: waits + (isLate ? chance.between(200, 1500) : 0),
    backMs: chance.between(15, 150) + (isLate ? chance.between(200, 1000) : 0),
    arrives: !chance.happens(drop),
    answered: !chance.happens(temper === 'forgetful' ? Math.max(drop, 0.2) : drop),
    twice: chance.happens(twice),
    isLate
  }
}
