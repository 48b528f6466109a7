import type { Model } from '../model.ts'

/** Common: who made it. */
export const common = {
  ids: [1],
  length: 66,
  points: {
    Mn: { at: 2, as: 'string', words: 16 },
    Md: { at: 18, as: 'string', words: 16 },
    Opt: { at: 34, as: 'string', words: 8 },
    Vr: { at: 42, as: 'string', words: 8 },
    SN: { at: 50, as: 'string', words: 16 },
    DA: { at: 66, as: 'uint16', writable: true }
  }
} as const satisfies Model
