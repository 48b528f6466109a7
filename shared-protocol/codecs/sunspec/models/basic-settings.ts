import type { Model } from '../model.ts'

/** Basic settings: what the percentages of 123 are taken of. */
export const basicSettings = {
  ids: [121],
  length: 30,
  points: {
    WMax: { at: 2, as: 'uint16', scale: 'WMax_SF', writable: true },
    VRef: { at: 3, as: 'uint16', scale: 'VRef_SF', writable: true },
    VRefOfs: { at: 4, as: 'int16', scale: 'VRefOfs_SF', writable: true },
    VMax: { at: 5, as: 'uint16', scale: 'VMinMax_SF', writable: true },
    VMin: { at: 6, as: 'uint16', scale: 'VMinMax_SF', writable: true },
    VAMax: { at: 7, as: 'uint16', scale: 'VAMax_SF', writable: true },
    VArMaxQ1: { at: 8, as: 'int16', scale: 'VArMax_SF', writable: true },
    VArMaxQ2: { at: 9, as: 'int16', scale: 'VArMax_SF', writable: true },
    VArMaxQ3: { at: 10, as: 'int16', scale: 'VArMax_SF', writable: true },
    VArMaxQ4: { at: 11, as: 'int16', scale: 'VArMax_SF', writable: true },
    WGra: { at: 12, as: 'uint16', scale: 'WGra_SF', writable: true },
    PFMinQ1: { at: 13, as: 'int16', scale: 'PFMin_SF', writable: true },
    PFMinQ2: { at: 14, as: 'int16', scale: 'PFMin_SF', writable: true },
    PFMinQ3: { at: 15, as: 'int16', scale: 'PFMin_SF', writable: true },
    PFMinQ4: { at: 16, as: 'int16', scale: 'PFMin_SF', writable: true },
    VArAct: { at: 17, as: 'enum16', writable: true },
    ClcTotVA: { at: 18, as: 'enum16', writable: true },
    MaxRmpRte: { at: 19, as: 'uint16', scale: 'MaxRmpRte_SF', writable: true },
    ECPNomHz: { at: 20, as: 'uint16', scale: 'ECPNomHz_SF', writable: true },
    ConnPh: { at: 21, as: 'enum16', writable: true },
    WMax_SF: { at: 22, as: 'sunssf' },
    VRef_SF: { at: 23, as: 'sunssf' },
    VRefOfs_SF: { at: 24, as: 'sunssf' },
    VMinMax_SF: { at: 25, as: 'sunssf' },
    VAMax_SF: { at: 26, as: 'sunssf' },
    VArMax_SF: { at: 27, as: 'sunssf' },
    WGra_SF: { at: 28, as: 'sunssf' },
    PFMin_SF: { at: 29, as: 'sunssf' },
    MaxRmpRte_SF: { at: 30, as: 'sunssf' },
    ECPNomHz_SF: { at: 31, as: 'sunssf' }
  }
} as const satisfies Model
