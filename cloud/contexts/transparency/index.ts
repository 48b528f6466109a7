import { z } from 'zod'
import { SessionSigned } from '@nova/shared-protocol/messages'
import { Identifier } from '@nova/shared-protocol/model'
import type { Listener, Migrations } from '../../db/index.ts'
import { keepRecord } from './records.ts'

export { proofsOf, type Proven } from './proofs.ts'
export { routes, type Needs } from './routes.ts'

export const migrations: Migrations = {
  context: 'transparency',
  files: [new URL('./migrations/0001_transparency.sql', import.meta.url)]
}

const Signed = z.object({ siteId: Identifier, fact: SessionSigned })

/** Keeps and judges what the edges send. */
export const listeners = (): Listener[] => [
  {
    name: 'transparency',
    kinds: ['session.signed.v1'],
    async handle(tx, events) {
      for (const { body } of events) await keepRecord(tx, Signed.parse(body).fact)
    }
  }
]
