export { openPatrol, type Needs, type Patrol } from './patrol.ts'
