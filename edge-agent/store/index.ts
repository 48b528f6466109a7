export type * from './contract.ts'
export { StoreError, storeFault } from './fault.ts'
export { openStore, type StoreOptions } from './open.ts'
