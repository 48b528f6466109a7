import { AuditNoted } from '@nova/shared-protocol/messages'
import { z } from 'zod'
import type { Listener } from '../../db/index.ts'
import { noteAudit } from './audit.ts'

const Body = z.object({ siteId: z.string(), fact: AuditNoted })

/** What happened at an edge that concerns security goes to the same trail as what happened here. */
export const auditListener: Listener = {
  name: 'identity-audit',
  kinds: ['audit.noted.v1'],
  async handle(tx, events) {
    for (const { body } of events) {
      const { siteId, fact } = Body.parse(body)
      await noteAudit(tx, {
        actor: `${siteId}/${fact.actor}`,
        act: fact.act,
        subject: fact.subject,
        detail: `${fact.at} ${fact.detail}`
      })
    }
  }
}
