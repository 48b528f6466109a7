import type { Model } from '../model.ts'

/** DER enter service: whether and how it may connect again. */
export const derEntry = {
  ids: [703],
  length: 17,
  points: {
    ES: { at: 2, as: 'enum16', writable: true },
    ESVHi: { at: 3, as: 'uint16', scale: 'V_SF', writable: true },
    ESVLo: { at: 4, as: 'uint16', scale: 'V_SF', writable: true },
    ESHzHi: { at: 5, as: 'uint32', scale: 'Hz_SF', writable: true },
    ESHzLo: { at: 7, as: 'uint32', scale: 'Hz_SF', writable: true },
    ESDlyTms: { at: 9, as: 'uint32', writable: true },
    ESRndTms: { at: 11, as: 'uint32', writable: true },
    ESRmpTms: { at: 13, as: 'uint32', writable: true },
    ESDlyRemTms: { at: 15, as: 'uint32' },
    V_SF: { at: 17, as: 'sunssf' },
    Hz_SF: { at: 18, as: 'sunssf' }
  }
} as const satisfies Model
