import type { Field, MeterMap } from '../meter-map.ts'

const int = (register: number, times: number): Field => ({ register, as: 'int32', times })

/**
 * Carlo Gavazzi EM330, EM340 and ET series (Modbus protocol, input registers, function 4): int32, low word first;
 * volts, watts and kWh in tenths, amperes in thousandths.
 */
export const carloGavazziEm300 = {
  model: 'carlo-gavazzi-em300',
  from: 'input',
  wordsSwapped: true,
  blocks: [{ start: 0x0000, count: 54 }],
  voltage: [int(0x0000, 0.1), int(0x0002, 0.1), int(0x0004, 0.1)],
  current: [int(0x000c, 1), int(0x000e, 1), int(0x0010, 1)],
  power: [int(0x0012, 0.1), int(0x0014, 0.1), int(0x0016, 0.1)],
  totalPower: int(0x0028, 0.1),
  importEnergy: [int(0x0034, 100)],
  currentIsSigned: false
} as const satisfies MeterMap
