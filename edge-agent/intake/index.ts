export type * from './contract.ts'
export { openIntake } from './open.ts'
