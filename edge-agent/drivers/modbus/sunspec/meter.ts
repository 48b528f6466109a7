import { Reading } from '@nova/shared-protocol/model'
import type { MeterReader } from '../meter-map.ts'
import { findModels, hear, type Found, type Said } from './roles.ts'

/** A meter of models 201 to 204 or 213, which says itself where everything lies. Import is positive. */
export function sunspecMeter(): MeterReader {
  let found: Found = new Map()
  return {
    begin: async (link) => {
      found = await findModels(link)
      if (!found.has('meter') && !found.has('meterFloat')) throw new Error('the device has no meter model')
    },
    read: async (link, at) => meterReadingOf(await hear(link, found, ['meterFloat', 'meter']), at)
  }
}

/** @returns null when power or a current of a phase that has power is unknown, or beyond anything a meter counts */
export function meterReadingOf(said: Said, at: string): Reading | null {
  const values = said.meterFloat ?? said.meter
  if (values === undefined || values.W === null) return null
  const currents = phases.map((phase) => currentOf(phase, values))
  if (currents.includes(null)) return null
  const volts = [values.PhVphA, values.PhVphB, values.PhVphC] as const
  const wired = volts.every((each) => each !== null && each > 0)
  const reading = Reading.safeParse({
    at,
    powerW: Math.round(values.W),
    currentMilliA: currents,
    ...(values.TotWhImp === null ? {} : { registerWh: Math.round(values.TotWhImp) }),
    ...(wired ? { voltageV: volts } : {})
  })
  return reading.success ? reading.data : null
}

const phases = ['A', 'B', 'C'] as const

/**
 * In mA. A phase of which the meter says nothing at all is not there: 0. The standard leaves the sign of a
 * current to the maker; that of the power is certain.
 */
function currentOf(phase: (typeof phases)[number], values: NonNullable<Said['meter' | 'meterFloat']>) {
  const [amps, watts, volts] = [values[`Aph${phase}`], values[`Wph${phase}`], values[`PhVph${phase}`]]
  if (amps === null) return phase !== 'A' && watts === null && volts === null ? 0 : null
  return Math.round(Math.abs(amps) * 1000) * ((watts ?? values.W ?? 0) < 0 ? -1 : 1) + 0
}
