import type { Field, MeterMap } from '../meter-map.ts'

const count = (register: number, times: number): Field => ({ register, as: 'uint32', times })
const signed = (register: number, times: number): Field => ({ register, as: 'int32', times })

/**
 * Socomec Countis E23 to E44 and Diris A14 (communication tables, function 3): 32 bits, high word first; volts in
 * hundredths, amperes in thousandths, tens of watts and of watt-hours.
 */
export const socomec = {
  model: 'socomec',
  from: 'holding',
  wordsSwapped: false,
  blocks: [
    { start: 0xc558, count: 30 },
    { start: 0xc702, count: 2 }
  ],
  voltage: [count(0xc558, 0.01), count(0xc55a, 0.01), count(0xc55c, 0.01)],
  current: [count(0xc560, 1), count(0xc562, 1), count(0xc564, 1)],
  power: [signed(0xc570, 10), signed(0xc572, 10), signed(0xc574, 10)],
  totalPower: signed(0xc568, 10),
  importEnergy: [count(0xc702, 10)],
  currentIsSigned: false
} as const satisfies MeterMap
