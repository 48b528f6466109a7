import type { Model } from '../model.ts'

/** Nameplate ratings. */
export const nameplate = {
  ids: [120],
  length: 26,
  points: {
    DERTyp: { at: 2, as: 'enum16' },
    WRtg: { at: 3, as: 'uint16', scale: 'WRtg_SF' },
    WRtg_SF: { at: 4, as: 'sunssf' },
    VARtg: { at: 5, as: 'uint16', scale: 'VARtg_SF' },
    VARtg_SF: { at: 6, as: 'sunssf' },
    VArRtgQ1: { at: 7, as: 'int16', scale: 'VArRtg_SF' },
    VArRtgQ2: { at: 8, as: 'int16', scale: 'VArRtg_SF' },
    VArRtgQ3: { at: 9, as: 'int16', scale: 'VArRtg_SF' },
    VArRtgQ4: { at: 10, as: 'int16', scale: 'VArRtg_SF' },
    VArRtg_SF: { at: 11, as: 'sunssf' },
    ARtg: { at: 12, as: 'uint16', scale: 'ARtg_SF' },
    ARtg_SF: { at: 13, as: 'sunssf' },
    PFRtgQ1: { at: 14, as: 'int16', scale: 'PFRtg_SF' },
    PFRtgQ2: { at: 15, as: 'int16', scale: 'PFRtg_SF' },
    PFRtgQ3: { at: 16, as: 'int16', scale: 'PFRtg_SF' },
    PFRtgQ4: { at: 17, as: 'int16', scale: 'PFRtg_SF' },
    PFRtg_SF: { at: 18, as: 'sunssf' },
    WHRtg: { at: 19, as: 'uint16', scale: 'WHRtg_SF' },
    WHRtg_SF: { at: 20, as: 'sunssf' },
    AhrRtg: { at: 21, as: 'uint16', scale: 'AhrRtg_SF' },
    AhrRtg_SF: { at: 22, as: 'sunssf' },
    MaxChaRte: { at: 23, as: 'uint16', scale: 'MaxChaRte_SF' },
    MaxChaRte_SF: { at: 24, as: 'sunssf' },
    MaxDisChaRte: { at: 25, as: 'uint16', scale: 'MaxDisChaRte_SF' },
    MaxDisChaRte_SF: { at: 26, as: 'sunssf' }
  }
} as const satisfies Model
