import type { SiteLimit } from '@nova/shared-protocol/model'

/** The connection that a limit is for. */
export type Connection = { readonly limitA: readonly [number, number, number]; readonly voltageV: number }

/** `too-much` would let everything through and is refused; `too-little` is on the safe side: it holds, and is said. */
export type UnitMistake = { readonly kind: 'too-much' | 'too-little'; readonly detail: string }

const mostTimes = 10 // Of what the wiring carries: nobody means that.
const leastShare = 1 / 500 // Of it: 138 W where 69 kW come in. 11 kW given as "11" W is far below.
const thousand = [900, 1_100] as const // A limit that becomes a thousand times what it was, or a thousandth.

/**
 * Watts for kilowatts, amperes for milliamperes, and back: seen by the size of the connection, and by a jump of a
 * thousand times from what the same source said before. 0 is no mistake: it is a limit.
 */
export function unitMistake(
  limit: SiteLimit,
  before: SiteLimit | undefined,
  connection: Connection
): UnitMistake | null {
  const said = quantities(limit, connection)
  for (const [index, each] of said.entries()) {
    const mistake = bySize(each) ?? byJump(each, before && quantities(before, connection)[index])
    if (mistake !== null) return mistake
  }
  return null
}

type Quantity = { readonly value: number; readonly unit: 'W' | 'A'; readonly carried: number } | null

/** Always in the same order: watts, watts of export, L1, L2, L3. */
function quantities(
  { limitW, exportLimitW, limitA }: SiteLimit,
  { limitA: fuse, voltageV }: Connection
): Quantity[] {
  const carriedW = (fuse[0] + fuse[1] + fuse[2]) * voltageV
  const watts = (value: number | undefined): Quantity =>
    value === undefined ? null : { value, unit: 'W', carried: carriedW }
  const amps = (phase: 0 | 1 | 2): Quantity =>
    limitA === undefined ? null : { value: limitA[phase], unit: 'A', carried: fuse[phase] }
  return [watts(limitW), watts(exportLimitW), amps(0), amps(1), amps(2)]
}

const meant = { W: 'kilowatts given as watts', A: 'kiloamperes given as amperes' } as const
const overdone = { W: 'milliwatts given as watts', A: 'milliamperes given as amperes' } as const

function bySize(said: Quantity): UnitMistake | null {
  if (said === null || said.carried === 0) return null
  const { value, unit, carried } = said
  const size = `${value} ${unit} where the connection carries ${Math.round(carried)} ${unit}`
  if (value > mostTimes * carried) return { kind: 'too-much', detail: `${size}: ${overdone[unit]}?` }
  const isTiny = value > 0 && value < leastShare * carried
  return isTiny ? { kind: 'too-little', detail: `${size}: ${meant[unit]}?` } : null
}

function byJump(said: Quantity, before: Quantity | undefined): UnitMistake | null {
  if (said === null || before === null || before === undefined) return null
  if (said.value === 0 || before.value === 0) return null
  const { value, unit, carried } = said
  const words = `${value} ${unit} after ${before.value} ${unit}`
  // Within what is carried it is more likely the mistake of before, put right.
  if (isThousand(value / before.value) && value > carried)
    return { kind: 'too-much', detail: `${words}: ${overdone[unit]}?` }
  return isThousand(before.value / value) ? { kind: 'too-little', detail: `${words}: ${meant[unit]}?` } : null
}

const isThousand = (times: number): boolean => times >= thousand[0] && times <= thousand[1]
