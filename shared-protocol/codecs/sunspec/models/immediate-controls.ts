import type { Model } from '../model.ts'

/** Immediate controls: the limit on what an inverter feeds in, with the device's own reversion timer. */
export const immediateControls = {
  ids: [123],
  length: 24,
  points: {
    Conn_WinTms: { at: 2, as: 'uint16', writable: true },
    Conn_RvrtTms: { at: 3, as: 'uint16', writable: true },
    Conn: { at: 4, as: 'enum16', writable: true },
    WMaxLimPct: { at: 5, as: 'uint16', scale: 'WMaxLimPct_SF', writable: true },
    WMaxLimPct_WinTms: { at: 6, as: 'uint16', writable: true },
    WMaxLimPct_RvrtTms: { at: 7, as: 'uint16', writable: true },
    WMaxLimPct_RmpTms: { at: 8, as: 'uint16', writable: true },
    WMaxLim_Ena: { at: 9, as: 'enum16', writable: true },
    OutPFSet: { at: 10, as: 'int16', scale: 'OutPFSet_SF', writable: true },
    OutPFSet_WinTms: { at: 11, as: 'uint16', writable: true },
    OutPFSet_RvrtTms: { at: 12, as: 'uint16', writable: true },
    OutPFSet_RmpTms: { at: 13, as: 'uint16', writable: true },
    OutPFSet_Ena: { at: 14, as: 'enum16', writable: true },
    VArWMaxPct: { at: 15, as: 'int16', scale: 'VArPct_SF', writable: true },
    VArMaxPct: { at: 16, as: 'int16', scale: 'VArPct_SF', writable: true },
    VArAvalPct: { at: 17, as: 'int16', scale: 'VArPct_SF', writable: true },
    VArPct_WinTms: { at: 18, as: 'uint16', writable: true },
    VArPct_RvrtTms: { at: 19, as: 'uint16', writable: true },
    VArPct_RmpTms: { at: 20, as: 'uint16', writable: true },
    VArPct_Mod: { at: 21, as: 'enum16', writable: true },
    VArPct_Ena: { at: 22, as: 'enum16', writable: true },
    WMaxLimPct_SF: { at: 23, as: 'sunssf' },
    OutPFSet_SF: { at: 24, as: 'sunssf' },
    VArPct_SF: { at: 25, as: 'sunssf' }
  }
} as const satisfies Model
