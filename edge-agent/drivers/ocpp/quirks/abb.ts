import type { Quirk } from './quirk.ts'

export const abb = [
  {
    vendor: /^ABB$/i,
    model: /^TAC|Terra ?AC/i,
    firmware: /^1\.8\.0/,
    note: 'rejects every TxDefaultProfile: its fallback can not be stored, its full power stays reserved',
    source: 'https://github.com/evcc-io/evcc/issues/15493',
    sets: {}
  }
] as const satisfies readonly Quirk[]
