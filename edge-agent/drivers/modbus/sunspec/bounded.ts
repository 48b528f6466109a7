import type { Participant, ParticipantAbilities, ParticipantSetPoint, PowerRange } from '../../contract.ts'
import { mayDischarge } from './understand.ts'

export type Bounded =
  | { readonly ok: true; readonly point: ParticipantSetPoint }
  | { readonly ok: false; readonly fault: string }

/**
 * The last look at a set-point before it is on the wire: what is no number, negative where it is a magnitude, or
 * without an end is refused; the rest is cut to the rating, and a battery at its reserve does not discharge.
 * @param soc state of charge in percent; null: unknown
 */
export function bounded(
  point: ParticipantSetPoint,
  { participant, abilities }: { readonly participant: Participant; readonly abilities: ParticipantAbilities },
  soc: number | null
): Bounded {
  const fault = faultOf(point, abilities)
  if (fault !== null) return { ok: false, fault: `${fault} is no set-point` }
  const { leastW, mostW } = participant.rating
  const mayGive = participant.kind === 'pv' || mayDischarge(soc, participant.minSocPercent)
  const mostS = abilities.reversion?.mostS ?? Infinity
  const bounds = {
    leastW: mayGive ? leastW : 0,
    mostW,
    reversionS: Math.floor(Math.min(point.reversionS, mostS))
  }
  return { ok: true, point: cut(point, bounds) }
}

function faultOf(point: ParticipantSetPoint, { reversion }: ParticipantAbilities): string | null {
  if (!Number.isFinite(point.reversionS) || point.reversionS < (reversion?.leastS ?? 0))
    return `a reversion of ${point.reversionS} s`
  if (point.kind === 'power') return Number.isFinite(point.powerW) ? null : `a power of ${point.powerW} W`
  const { importW, exportW } = point
  return isMagnitude(importW) && isMagnitude(exportW) ? null : `limits of ${importW} and ${exportW} W`
}

function cut(
  point: ParticipantSetPoint,
  { leastW, mostW, reversionS }: PowerRange & { readonly reversionS: number }
): ParticipantSetPoint {
  if (point.kind === 'power')
    return { ...point, reversionS, powerW: Math.min(mostW, Math.max(leastW, point.powerW)) }
  const { importW, exportW } = point
  return {
    kind: 'limits',
    reversionS,
    importW: importW === null ? null : Math.min(importW, Math.max(0, mostW)),
    exportW: exportW === null && leastW < 0 ? null : Math.min(exportW ?? 0, Math.max(0, -leastW))
  }
}

const isMagnitude = (watts: number | null): boolean =>
  watts === null || (Number.isFinite(watts) && watts >= 0)
