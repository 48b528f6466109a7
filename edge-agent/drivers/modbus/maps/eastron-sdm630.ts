import type { Field, MeterMap } from '../meter-map.ts'

const float = (register: number, times = 1): Field => ({ register, as: 'float32', times })

/**
 * Eastron SDM630-Modbus (protocol V1.8, input registers, function 4): float32, high word first; at most 80
 * registers a read. Values that the wiring does not use read 0.
 */
export const eastronSdm630 = {
  model: 'eastron-sdm630',
  from: 'input',
  wordsSwapped: false,
  blocks: [{ start: 0x0000, count: 74 }],
  voltage: [float(0x0000), float(0x0002), float(0x0004)],
  current: [float(0x0006, 1000), float(0x0008, 1000), float(0x000a, 1000)],
  power: [float(0x000c), float(0x000e), float(0x0010)],
  totalPower: float(0x0034),
  importEnergy: [float(0x0048, 1000)], // The meter counts kWh.
  currentIsSigned: false
} as const satisfies MeterMap
