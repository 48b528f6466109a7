import { phasesOf } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { Participant, ParticipantReading, PowerRange } from '../../contract.ts'
import { storageBases } from './by-storage.ts'
import type { Control } from './control.ts'
import type { Said } from './roles.ts'

type State = ParticipantReading['state']

// InvSt of model 701; St of 10x and 11x is one more. Sleeping, starting and shutting down are standby.
const states: readonly State[] = [
  'off',
  'standby',
  'standby',
  'running',
  'running',
  'standby',
  'fault',
  'standby'
]
const beyondRating = 1.5 // More than that no inverter does: a wrong scale, or words in the wrong order.
const slackW = 200 // A small device's own consumption.

/**
 * What a device says, in our words. @returns null when its power is unknown or beyond anything it can do: such a
 * sample is none. A device that is off and says no power has none.
 */
export function understood(
  said: Said,
  { participant, control }: { readonly participant: Participant; readonly control: Control | null },
  at: string
): ParticipantReading | null {
  const measured = measuredOf(said)
  const state = measured.state ?? (measured.feedsW === 0 ? 'standby' : 'running')
  const feedsW = measured.feedsW ?? (isAtRest(state) ? 0 : null)
  if (feedsW === null || !isPlausible(feedsW, participant.rating)) return null
  const totalW = Math.round(0 - feedsW)
  return {
    at,
    powerW: byPhase(totalW, measured.shares, participant),
    totalW,
    socPercent: socOf(said),
    available: canFollow(state) ? availableOf(said, feedsW, participant) : nothing,
    inForce: control?.inForce(said) ?? null,
    state
  }
}

const isAtRest = (state: State): boolean => state === 'off' || state === 'standby'
const canFollow = (state: State): boolean => state !== 'off' && state !== 'fault'
const nothing: PowerRange = { leastW: 0, mostW: 0 }

const availableOf = (said: Said, feedsW: number, participant: Participant): PowerRange =>
  participant.kind === 'pv'
    ? sunOf(said, feedsW, participant.rating)
    : storeOf(said, socOf(said), participant)

type Measured = {
  readonly feedsW: number | null
  readonly state: State | undefined
  /** How the power lies on the device's own phases, in any unit. */
  readonly shares: readonly (number | null)[]
}

function measuredOf({ derMeasurement: der, inverter, inverterFloat }: Said): Measured {
  if (der !== undefined)
    return { feedsW: der.W, state: at(der.InvSt, 0), shares: [der.WL1, der.WL2, der.WL3] }
  const classic = inverter ?? inverterFloat
  if (classic === undefined) return { feedsW: null, state: undefined, shares: [] }
  return { feedsW: classic.W, state: at(classic.St, 1), shares: [classic.AphA, classic.AphB, classic.AphC] }
}

const at = (code: number | null, first: number): State | undefined =>
  code === null ? undefined : states[code - first]

const isPlausible = (watts: number, { leastW, mostW }: PowerRange): boolean =>
  Math.abs(watts) <= Math.max(-leastW, mostW) * beyondRating + slackW

/** The total in proportion to what the device says of its phases; evenly when it says nothing usable. */
function byPhase(
  totalW: number,
  shares: readonly (number | null)[],
  { phaseRotation }: Participant
): PerPhase<number> {
  const phases = phasesOf(phaseRotation)
  const known = phases.map((_, index) => Math.abs(shares[index] ?? NaN))
  const sum = known.reduce((total, each) => total + each, 0)
  const onPhase: [number, number, number] = [0, 0, 0]
  let left = totalW
  phases.forEach((phase, index) => {
    const isLast = index === phases.length - 1
    const part = sum > 0 ? ((known[index] ?? 0) / sum) * totalW : totalW / phases.length
    onPhase[phase] = isLast ? left : Math.round(part)
    left -= onPhase[phase]
  })
  return onPhase
}

export function socOf({ derStorage, storage, battery }: Said): number | null {
  const soc = derStorage?.SoC ?? storage?.ChaState ?? battery?.SoC ?? null
  return soc !== null && soc >= 0 && soc <= 100 ? soc : null
}

/** What the sun gives is known when the device says it, or when nothing holds it back; else it may be all. */
function sunOf(said: Said, feedsW: number, { leastW }: PowerRange): PowerRange {
  const heldBack = said.immediateControls?.WMaxLim_Ena === 1 || said.derControls?.WMaxLimPctEna === 1
  const most = said.status?.WAval ?? (heldBack ? -leastW : Math.max(0, feedsW))
  return { leastW: Math.max(leastW, Math.round(0 - most)), mostW: 0 }
}

const [empty, full] = [2, 5] // ChaSt of models 124 and 802.

function storeOf(said: Said, soc: number | null, { rating, minSocPercent }: Participant): PowerRange {
  const bases = storageBases(said, rating)
  const charge = said.storage?.ChaSt ?? said.battery?.ChaSt ?? null
  const canTake = charge !== full && (soc ?? 0) < 100
  const canGive = charge !== empty && mayDischarge(soc, minSocPercent)
  return {
    leastW: canGive ? Math.max(rating.leastW, 0 - Math.round(bases.outW)) : 0,
    mostW: canTake ? Math.min(rating.mostW, Math.round(bases.inW)) : 0
  }
}

/** An unknown state of charge is no reason to go below the reserve. */
export const mayDischarge = (soc: number | null, minSocPercent: number | null): boolean =>
  minSocPercent === null ? soc === null || soc > 0 : soc !== null && soc > minSocPercent
