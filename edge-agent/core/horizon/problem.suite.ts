import type { HorizonRow, Member, Problem } from './problem.ts'

const hourMs = 3_600_000

/** A car that is there from the first hour to the last, takes up to 32 A at 230 V and 100 kWh. */
export const member = (changes: Partial<Member> = {}): Member => ({
  key: 'car',
  wattsPerA: 230,
  fromMs: 0,
  untilMs: 24 * hourMs,
  chargeA: 32,
  dischargeA: 0,
  energy: { lowWh: 0, highWh: 100_000 },
  efficiency: 1,
  valuePerKWh: 1,
  wearPerKWh: 0,
  ...changes
})

/** So many slots of an hour; nothing in it but what is said. */
export const hours = (count: number, changes: Partial<Problem> = {}): Problem => ({
  slots: Array.from({ length: count }, (_, at) => ({
    startMs: at * hourMs,
    endMs: (at + 1) * hourMs,
    baseW: 0
  })),
  members: [],
  sun: [],
  rows: [],
  commitments: [],
  hurryPerKWhHour: 0,
  ...changes
})

/** The same in all slots. */
export const always = <Value>(count: number, value: Value): readonly Value[] =>
  Array.from({ length: count }, () => value)

/** A fuse on the sum of these members' currents. */
export const fuse = (count: number, limitA: number, members: readonly number[]): HorizonRow => ({
  name: 'fuse',
  round: false,
  limitA: always(count, limitA),
  lowA: always(count, -limitA),
  base: always(count, [0, 0] as const),
  terms: members.map((at) => ({ at, re: 1, im: 0 }))
})

/** A wire whose members stand at these angles in degrees. */
export const wire = (count: number, limitA: number, angles: readonly number[]): HorizonRow => ({
  ...fuse(count, limitA, []),
  name: 'wire',
  round: true,
  terms: angles.map((degrees, at) => {
    const angle = (degrees * Math.PI) / 180
    return { at, re: Math.cos(angle), im: Math.sin(angle) }
  })
})
