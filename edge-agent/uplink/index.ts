export { openUplink } from './open.ts'
export type { Needs as UplinkNeeds, Uplink, UplinkState } from './needs.ts'
