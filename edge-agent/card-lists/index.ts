export type { Needs } from './needs.ts'
export { openCardLists, type CardLists } from './open.ts'
