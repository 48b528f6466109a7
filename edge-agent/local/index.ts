export { openLocal } from './open.ts'
export type { LocalDoor, Meter, Needs as LocalNeeds } from './needs.ts'
