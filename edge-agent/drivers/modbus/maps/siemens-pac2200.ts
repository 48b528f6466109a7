import type { Field, MeterMap } from '../meter-map.ts'

const float = (register: number, times = 1): Field => ({ register, as: 'float32', times })
const double = (register: number): Field => ({ register, as: 'float64', times: 1 })

/**
 * Siemens SENTRON PAC2200, PAC3200 and PAC4200 (manual, offsets of function 3): float32, counters float64 in Wh,
 * high word first.
 */
export const siemensPac2200 = {
  model: 'siemens-pac2200',
  from: 'holding',
  wordsSwapped: false,
  blocks: [
    { start: 1, count: 66 },
    { start: 801, count: 8 }
  ],
  voltage: [float(1), float(3), float(5)],
  current: [float(13, 1000), float(15, 1000), float(17, 1000)],
  power: [float(25), float(27), float(29)],
  totalPower: float(65),
  importEnergy: [double(801), double(805)], // Tariffs 1 and 2.
  currentIsSigned: false
} as const satisfies MeterMap
