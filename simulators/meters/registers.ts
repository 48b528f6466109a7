import { writeNumber } from '@nova/shared-protocol/codecs/modbus'
import type { PerPhase } from '@nova/shared-protocol/units'

/** What runs through the meter at this moment. Currents may be negative: then the site feeds the grid. */
export type Through = {
  readonly currentMilliA: PerPhase
  readonly voltageV: PerPhase<number>
  readonly importWh: number
}

export type Fault = 'freeze' | 'silent' | 'tenfold' | 'nan' | 'word-swap' | 'sign-flip' | 'exception'

export const faults: readonly Fault[] = [
  'freeze',
  'silent',
  'tenfold',
  'nan',
  'word-swap',
  'sign-flip',
  'exception'
]

export const registerCount = 0x4c // Up to the export register of an SDM630.
const phases = [0, 1, 2] as const

/** Input registers of an Eastron SDM630: float32, high word first, energy in kWh, currents without sign. */
export function registersOf(through: Through, fault: Fault | null): number[] {
  const image = new Array<number>(registerCount).fill(0)
  const { tenth, sign } = { tenth: fault === 'tenfold' ? 10 : 1, sign: fault === 'sign-flip' ? -1 : 1 }
  const put = (register: number, value: number): void => {
    const words = writeNumber(fault === 'nan' ? NaN : value, 'float32', fault === 'word-swap')
    image.splice(register, 2, ...words)
  }
  let total = 0
  for (const phase of phases) {
    const amps = (through.currentMilliA[phase] / 1000) * tenth
    const watts = amps * through.voltageV[phase] * sign
    total += watts
    put(phase * 2, through.voltageV[phase])
    put(6 + phase * 2, Math.abs(amps))
    put(12 + phase * 2, watts)
  }
  put(0x34, total)
  put(0x48, through.importWh / 1000)
  return image
}
