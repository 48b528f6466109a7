import type { Model } from '../model.ts'

/** Basic storage controls: bounds of charging and discharging, with the device's own reversion timer. */
export const storage = {
  ids: [124],
  length: 24,
  points: {
    WChaMax: { at: 2, as: 'uint16', scale: 'WChaMax_SF', writable: true },
    WChaGra: { at: 3, as: 'uint16', scale: 'WChaDisChaGra_SF', writable: true },
    WDisChaGra: { at: 4, as: 'uint16', scale: 'WChaDisChaGra_SF', writable: true },
    StorCtl_Mod: { at: 5, as: 'bitfield16', writable: true },
    VAChaMax: { at: 6, as: 'uint16', scale: 'VAChaMax_SF', writable: true },
    MinRsvPct: { at: 7, as: 'uint16', scale: 'MinRsvPct_SF', writable: true },
    ChaState: { at: 8, as: 'uint16', scale: 'ChaState_SF' },
    StorAval: { at: 9, as: 'uint16', scale: 'StorAval_SF' },
    InBatV: { at: 10, as: 'uint16', scale: 'InBatV_SF' },
    ChaSt: { at: 11, as: 'enum16' },
    OutWRte: { at: 12, as: 'int16', scale: 'InOutWRte_SF', writable: true },
    InWRte: { at: 13, as: 'int16', scale: 'InOutWRte_SF', writable: true },
    InOutWRte_WinTms: { at: 14, as: 'uint16', writable: true },
    InOutWRte_RvrtTms: { at: 15, as: 'uint16', writable: true },
    InOutWRte_RmpTms: { at: 16, as: 'uint16', writable: true },
    ChaGriSet: { at: 17, as: 'enum16', writable: true },
    WChaMax_SF: { at: 18, as: 'sunssf' },
    WChaDisChaGra_SF: { at: 19, as: 'sunssf' },
    VAChaMax_SF: { at: 20, as: 'sunssf' },
    MinRsvPct_SF: { at: 21, as: 'sunssf' },
    ChaState_SF: { at: 22, as: 'sunssf' },
    StorAval_SF: { at: 23, as: 'sunssf' },
    InBatV_SF: { at: 24, as: 'sunssf' },
    InOutWRte_SF: { at: 25, as: 'sunssf' }
  }
} as const satisfies Model
