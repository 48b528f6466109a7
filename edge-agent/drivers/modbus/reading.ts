import { readNumber, wordsOf } from '@nova/shared-protocol/codecs/modbus'
import { Reading } from '@nova/shared-protocol/model'
import type { Field, MeterMap } from './meter-map.ts'

/** Register values by address, as the blocks brought them. */
export type Registers = ReadonlyMap<number, number>

/**
 * @returns the meter's reading, or null when a value is no number or beyond anything a meter counts: such a
 * sample is none, and a meter that goes on so falls silent
 */
export function readingOf(map: MeterMap, registers: Registers, at: string): Reading | null {
  const value = (field: Field): number => numberAt(map, registers, field) * field.times
  const power = map.power.map(value)
  const current = map.current.map((field, phase) => signed(map, value(field), power[phase] ?? NaN))
  const voltage = map.voltage.map(value)
  const wired = voltage.some((each) => each !== 0) // All 0: a wiring without neutral, which this meter shows so.
  const reading = Reading.safeParse({
    at,
    registerWh: Math.round(map.importEnergy.reduce((sum, field) => sum + value(field), 0)),
    powerW: Math.round(value(map.totalPower)),
    currentMilliA: current.map((each) => Math.round(each)),
    ...(wired ? { voltageV: voltage } : {})
  })
  return reading.success ? reading.data : null
}

function numberAt(map: MeterMap, registers: Registers, field: Field): number {
  const words = Array.from({ length: wordsOf[field.as] }, (_, index) => registers.get(field.register + index))
  const known = words.filter((word) => word !== undefined)
  return known.length === words.length ? readNumber(known, field.as, map.wordsSwapped) : NaN
}

/** A current whose direction is unknown is unknown. */
function signed({ currentIsSigned }: MeterMap, current: number, power: number): number {
  if (currentIsSigned) return current
  return Number.isNaN(power) ? NaN : power < 0 ? -Math.abs(current) : current
}
