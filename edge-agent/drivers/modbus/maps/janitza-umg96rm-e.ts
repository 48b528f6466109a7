import type { Field, MeterMap } from '../meter-map.ts'

const float = (register: number, times = 1): Field => ({ register, as: 'float32', times })

/** Janitza UMG 96RM-E (Modbus address list, float block from 19000): float32, high word first, energy in Wh. */
export const janitzaUmg96rmE = {
  model: 'janitza-umg96rm-e',
  from: 'holding',
  wordsSwapped: false,
  blocks: [{ start: 19_000, count: 76 }],
  voltage: [float(19_000), float(19_002), float(19_004)],
  current: [float(19_012, 1000), float(19_014, 1000), float(19_016, 1000)],
  power: [float(19_020), float(19_022), float(19_024)],
  totalPower: float(19_026),
  importEnergy: [float(19_074)], // Consumed, of all phases: 19068, 19070 and 19072 are those of one.
  currentIsSigned: false
} as const satisfies MeterMap
