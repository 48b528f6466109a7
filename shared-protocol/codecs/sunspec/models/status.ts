import type { Model } from '../model.ts'

/** Extended measurements and status. */
export const status = {
  ids: [122],
  length: 44,
  points: {
    PVConn: { at: 2, as: 'bitfield16' },
    StorConn: { at: 3, as: 'bitfield16' },
    ECPConn: { at: 4, as: 'bitfield16' },
    ActWh: { at: 5, as: 'acc64' },
    ActVAh: { at: 9, as: 'acc64' },
    ActVArhQ1: { at: 13, as: 'acc64' },
    ActVArhQ2: { at: 17, as: 'acc64' },
    ActVArhQ3: { at: 21, as: 'acc64' },
    ActVArhQ4: { at: 25, as: 'acc64' },
    VArAval: { at: 29, as: 'int16', scale: 'VArAval_SF' },
    VArAval_SF: { at: 30, as: 'sunssf' },
    WAval: { at: 31, as: 'uint16', scale: 'WAval_SF' },
    WAval_SF: { at: 32, as: 'sunssf' },
    StSetLimMsk: { at: 33, as: 'bitfield32' },
    StActCtl: { at: 35, as: 'bitfield32' },
    TmSrc: { at: 37, as: 'string', words: 4 },
    Tms: { at: 41, as: 'uint32' },
    RtSt: { at: 43, as: 'bitfield16' },
    Ris: { at: 44, as: 'uint16', scale: 'Ris_SF' },
    Ris_SF: { at: 45, as: 'sunssf' }
  }
} as const satisfies Model
