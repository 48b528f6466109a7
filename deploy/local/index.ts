export { type Nats, startNats } from './nats.ts'
export { freePort } from './ports.ts'
export { type Postgres, startPostgres } from './postgres.ts'
