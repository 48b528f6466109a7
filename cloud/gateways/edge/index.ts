import type { Migrations } from '../../db/index.ts'
import { answerHello } from './hello.ts'
import { answerToken } from './token.ts'
import { type Gate, openIntake } from './intake.ts'
import type { Needs } from './types.ts'

export type { Gate } from './intake.ts'
export type { Greeted, Needs, Sample } from './types.ts'

export const migrations: Migrations = {
  context: 'gateway-edge',
  files: [new URL('./migrations/0001_edge.sql', import.meta.url)]
}

/** Opens the gate for the edges: answers hellos and questions, takes frames. `stop` lets what has begun finish. */
export function openEdgeGateway(needs: Needs): Gate {
  needs.bus.answerHellos(async (siteId, bytes) => JSON.stringify(await answerHello(needs, siteId, bytes)))
  needs.bus.answerTokens(async (siteId, bytes) => JSON.stringify(await answerToken(needs, siteId, bytes)))
  return openIntake(needs)
}
