import type { Profile, Purpose, Version } from './profile.ts'

/**
 * Stores a profile that was found good. 1.6 §3.13.2: the same id, or the same purpose and level at the same
 * connector, is replaced. 2.x K01.FR.05: only the same id is, the rest was refused before.
 */
export function keep(all: readonly Profile[], next: Profile, version: Version): readonly Profile[] {
  const isReplaced = (each: Profile) =>
    each.id === next.id ||
    (version === '1.6' &&
      each.evse === next.evse &&
      each.purpose === next.purpose &&
      each.stackLevel === next.stackLevel)
  return [...all.filter((each) => !isReplaced(each)), next]
}

export type Clearing = {
  readonly id?: number
  readonly evse?: number
  readonly purpose?: Purpose
  readonly stackLevel?: number
}

/** ClearChargingProfile (1.6 §5.4, 2.x K10): an id alone decides; otherwise all that is given has to fit. */
export function clear(all: readonly Profile[], wanted: Clearing): readonly Profile[] {
  if (wanted.id !== undefined) return all.filter(({ id }) => id !== wanted.id)
  const { evse, purpose, stackLevel } = wanted
  return all.filter(
    (each) =>
      (evse !== undefined && evse !== each.evse) ||
      (purpose !== undefined && purpose !== each.purpose) ||
      (stackLevel !== undefined && stackLevel !== each.stackLevel)
  )
}

/** The transaction is over: its profiles go with it (1.6 §3.13.1, 2.x K01.FR.02). */
export const withoutTransaction = (all: readonly Profile[], evse: number): readonly Profile[] =>
  all.filter((each) => each.purpose !== 'tx' || each.evse !== evse)
