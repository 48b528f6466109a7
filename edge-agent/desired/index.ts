export { openLimitDesk, type LimitDesk, type LimitDeskNeeds } from './limit-desk.ts'
export { openSiteState } from './open.ts'
export type { Change, Needs as SiteStateNeeds, Outcome, SiteState } from './contract.ts'
export type { LeftOut, Wanted } from './merge.ts'
