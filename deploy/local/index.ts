export { freePort } from './ports.ts'
export { startPostgres, type Postgres } from './postgres.ts'
export { natsVersion, startNats, type Nats } from './nats.ts'
export type { Child } from './child.ts'
