import type { LiveConnector, LiveState } from '@nova/shared-protocol/messages'
import type { Allocation, PowerPicture } from '@nova/shared-protocol/model'

/** What one site's edge said last. */
export type SiteMirror = {
  readonly tenantId: string
  readonly siteId: string
  readonly connectors: Map<string, LiveConnector>
  power: Allocation | null
  picture: HeardPicture | null
  state: LiveState | null
  seenAtMs: number
  inTouch: boolean
  /** When the edge said the last message of a topic, by its own clock. */
  readonly saidAtMs: Map<string, number>
  readonly unsaved: { connectors: Set<string>; picture: boolean; seen: boolean }
}

export type HeardPicture = { readonly picture: PowerPicture; readonly heardAt: string }

export const emptyMirror = (tenantId: string, siteId: string): SiteMirror => ({
  tenantId,
  siteId,
  connectors: new Map(),
  power: null,
  picture: null,
  state: null,
  seenAtMs: 0,
  inTouch: false,
  saidAtMs: new Map(),
  unsaved: { connectors: new Set(), picture: false, seen: false }
})
