import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { refusalOf } from './model.ts'
import type { ConnectorSeen, Inside } from './needs.ts'

type Place = { readonly connectorId: string; readonly isMine: boolean }

/**
 * A connector at which a start may come to something; all that is known to be in the way is said before money is held.
 * @throws Problem 404, 409 `connector-…`
 */
export async function freeConnector(
  needs: Inside,
  tx: Tx,
  { connectorId, isMine }: Place
): Promise<ConnectorSeen> {
  const connector = await needs.connector(tx, connectorId)
  if (!connector) throw notFound('connector')
  const refusal = isMine && connector.status === 'reserved' ? undefined : refusalOf(connector.status)
  if (refusal) throw problem(409, refusal.code, refusal.detail)
  if (await isBusy(tx, connector, connectorId))
    throw problem(409, 'connector-occupied', 'Another session runs here.')
  return connector
}

/** As its site says it live, else as far as the facts have come: a free connector may be ahead of them. */
async function isBusy(tx: Tx, { siteId, sessionId, status }: ConnectorSeen, id: string): Promise<boolean> {
  if (sessionId !== null || status === 'available') return sessionId !== null
  const running = await tx.maybe(
    `select 1 from sessions where site_id = $1 and connector_id = $2 and status in ('started', 'suspended') limit 1`,
    [siteId, id]
  )
  return running !== undefined
}
