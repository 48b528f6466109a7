import { TokenQuestion, type TokenAnswer } from '@nova/shared-protocol/messages'
import type { Needs } from './types.ts'

/**
 * What the cloud knows of one token, for an edge whose list does not name it. A site asks in its own name only.
 * @throws Error when the question was not understood or the site is nobody's: silence, the edge then decides alone
 */
export async function answerToken(needs: Needs, siteId: string, bytes: Uint8Array): Promise<TokenAnswer> {
  const { site, uid } = TokenQuestion.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  if (site !== siteId) throw new Error(`${siteId} asked in the name of another site`)
  const tenantId = await needs.tenantOf(siteId)
  if (tenantId === undefined) throw new Error(`there is no site ${siteId} here`)
  const token = await needs.database.tenant(tenantId, async (tx) => needs.token(tx, uid))
  return { v: 1, site, uid, token: token ?? null }
}
