import type { Quirk } from './quirk.ts'

export const autel = [
  {
    vendor: /autel/i,
    model: /maxicharger/i,
    firmware: null,
    note: 'refuses a relative ChargePointMaxProfile; ours is absolute',
    source: 'https://github.com/lbbrhzn/ocpp/issues/1019',
    sets: {}
  }
] as const satisfies readonly Quirk[]
