import { connectorKey } from '@nova/shared-protocol/model'
import type { LiveConnector } from '@nova/shared-protocol/messages'
import type { Heard, SiteMirror } from './mirror.ts'
import { edgeView } from './queries.ts'

type Publish = (
  tenantId: string,
  topic: string,
  data: unknown,
  audience?: { readonly forDrivers?: unknown }
) => void

/** Tells the screens what an edge said: only what changed. */
export function announce(publish: Publish, news: Heard): void {
  const { tenantId, siteId } = news.site
  switch (news.kind) {
    case 'connectors':
      if (news.changed.length > 0) announceConnectors(publish, news.site, news.changed)
      return
    case 'power':
      return publish(tenantId, 'power', { siteId, allocation: news.allocation })
    case 'picture':
      return publish(tenantId, 'power', { siteId, pictureAt: news.site.picture?.heardAt ?? null })
    case 'state':
      return publish(tenantId, 'edges', edgeOf(news.site))
    case 'touch':
      publish(tenantId, 'edges', edgeOf(news.site))
      return announceConnectors(publish, news.site, [...news.site.connectors.values()])
  }
}

function edgeOf(site: SiteMirror) {
  return edgeView({
    siteId: site.siteId,
    epoch: null,
    seenAt: null,
    state: site.state,
    inTouch: site.inTouch,
    heardAtMs: site.seenAtMs
  })
}

function announceConnectors(publish: Publish, site: SiteMirror, changed: readonly LiveConnector[]): void {
  const { siteId, inTouch } = site
  const full = changed.map((each) => ({
    id: connectorKey(each),
    siteId,
    ...each,
    ...(inTouch ? {} : { status: 'offline', powerW: null })
  }))
  const forDrivers = full.map(({ id, chargerId, evseId, connectorId, status, updatedAt }) => ({
    id,
    siteId,
    chargerId,
    evseId,
    connectorId,
    status,
    updatedAt
  }))
  publish(
    site.tenantId,
    'connectors',
    { siteId, connectors: full },
    { forDrivers: { siteId, connectors: forDrivers } }
  )
}
