import type { Model } from '../model.ts'

/** Inverter by floats: 111 single, 112 split, 113 three phases. Power to the grid is positive. */
export const inverterFloat = {
  ids: [111, 112, 113],
  length: 60,
  points: {
    A: { at: 2, as: 'float32' },
    AphA: { at: 4, as: 'float32' },
    AphB: { at: 6, as: 'float32' },
    AphC: { at: 8, as: 'float32' },
    PPVphAB: { at: 10, as: 'float32' },
    PPVphBC: { at: 12, as: 'float32' },
    PPVphCA: { at: 14, as: 'float32' },
    PhVphA: { at: 16, as: 'float32' },
    PhVphB: { at: 18, as: 'float32' },
    PhVphC: { at: 20, as: 'float32' },
    W: { at: 22, as: 'float32' },
    Hz: { at: 24, as: 'float32' },
    VA: { at: 26, as: 'float32' },
    VAr: { at: 28, as: 'float32' },
    PF: { at: 30, as: 'float32' },
    WH: { at: 32, as: 'float32' },
    DCA: { at: 34, as: 'float32' },
    DCV: { at: 36, as: 'float32' },
    DCW: { at: 38, as: 'float32' },
    TmpCab: { at: 40, as: 'float32' },
    TmpSnk: { at: 42, as: 'float32' },
    TmpTrns: { at: 44, as: 'float32' },
    TmpOt: { at: 46, as: 'float32' },
    St: { at: 48, as: 'enum16' },
    StVnd: { at: 49, as: 'enum16' },
    Evt1: { at: 50, as: 'bitfield32' },
    Evt2: { at: 52, as: 'bitfield32' },
    EvtVnd1: { at: 54, as: 'bitfield32' },
    EvtVnd2: { at: 56, as: 'bitfield32' },
    EvtVnd3: { at: 58, as: 'bitfield32' },
    EvtVnd4: { at: 60, as: 'bitfield32' }
  }
} as const satisfies Model
