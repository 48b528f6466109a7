import type { ContactBox } from './box-map.ts'

/** First input of a Modbus coupler; a broken wire dims. */
export const contactOpenDims = {
  model: 'contact-open-dims',
  speaks: 'contact',
  from: 'discrete',
  at: 0,
  dimsWhen: 'open'
} as const satisfies ContactBox

/** The same with a relay that closes to dim, as control boxes with a normally open contact do. */
export const contactClosedDims = {
  ...contactOpenDims,
  model: 'contact-closed-dims',
  dimsWhen: 'closed'
} as const satisfies ContactBox
