import type { Model } from '../model.ts'

/** DER storage capacity. */
export const derStorage = {
  ids: [713],
  length: 7,
  points: {
    WHRtg: { at: 2, as: 'uint16', scale: 'WH_SF' },
    WHAvail: { at: 3, as: 'uint16', scale: 'WH_SF' },
    SoC: { at: 4, as: 'uint16', scale: 'Pct_SF' },
    SoH: { at: 5, as: 'uint16', scale: 'Pct_SF' },
    Sta: { at: 6, as: 'enum16' },
    WH_SF: { at: 7, as: 'sunssf' },
    Pct_SF: { at: 8, as: 'sunssf' }
  }
} as const satisfies Model
