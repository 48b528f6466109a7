import type { RateUnit, Speech } from '@nova/shared-protocol/codecs/ocpp'
import type { Profile } from '@nova/shared-protocol/codecs/ocpp/composite'
import type { Capabilities } from '../../contract.ts'
import type { Plate } from '../quirks/index.ts'

/** What is known of one charger; outlives its connections. */
export type Finding = {
  /** The profiles that it has accepted, as it should keep them. Connector numbers as it counts. */
  told: readonly Profile[]
  plate: Plate | null // null: has not booted in this life of ours.
  can: Capabilities | null
  /** Took or refused a ChargePointMaxProfile; null: was never told one. */
  stationMaximum: boolean | null
  /** Amperes until the charger has said that it only takes watts. */
  unit: RateUnit
}

/** Kept beyond a restart. */
export type CapabilityMemory = {
  all(): ReadonlyMap<string, Capabilities>
  remember(chargerId: string, found: Capabilities): Promise<void>
}

export type Findings = { of(chargerId: string): Finding }

export function openFindings(memory: CapabilityMemory): Findings {
  const known = new Map<string, Finding>()
  return {
    of(chargerId) {
      const found = known.get(chargerId)
      if (found) return found
      const can = memory.all().get(chargerId) ?? null
      const fresh: Finding = {
        told: [],
        plate: null,
        can,
        stationMaximum: can?.stationMaximum ?? null,
        unit: can?.unit ?? 'A'
      }
      known.set(chargerId, fresh)
      return fresh
    }
  }
}

/** In the unit it takes, and in the steps it follows. */
export const speechFor = ({ unit, can }: Finding, voltageV: number): Speech => ({
  unit,
  voltageV,
  ...(can === null || can.stepMilliA === finestMilliA ? {} : { stepMilliA: can.stepMilliA })
})

export const finestMilliA = 100 // OCPP 1.6 §7.13: one decimal at the most.
