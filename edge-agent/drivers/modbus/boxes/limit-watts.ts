import type { RegisterBox } from './box-map.ts'

/** Our own layout, for boxes that can be told what to hold: the limit in W and a heartbeat behind it. */
export const limitWatts = {
  model: 'limit-watts',
  speaks: 'registers',
  from: 'holding',
  block: { start: 0, count: 3 },
  limit: { register: 0, as: 'uint32', times: 1, none: 0xffff_ffff },
  heartbeat: 2
} as const satisfies RegisterBox
