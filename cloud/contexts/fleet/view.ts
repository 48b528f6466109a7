import { ConnectorStatus, ConnectorType } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { LiveConnector } from '@nova/shared-protocol/messages'

/** An edge that said nothing for this long is out of touch; it speaks at least every five seconds. */
export const silentMs = 15_000

export const ConnectorView = z.object({
  id: z.string(),
  siteId: z.string(),
  chargerId: z.string(),
  evseId: z.int(),
  connectorId: z.int(),
  type: ConnectorType,
  maxPowerW: z.int(),
  status: ConnectorStatus,
  errorCode: z.string().nullable(),
  sessionId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  powerW: z.int().nullable(),
  energyWh: z.int().nullable(),
  costMinor: z.int().nullable(),
  socPercent: z.number().nullable(),
  limitW: z.int().nullable(),
  limitReason: z.string().nullable(),
  expectedFullAt: z.string().nullable(), // As the edge foretells it; null: nobody knows.
  updatedAt: z.string().nullable()
})
export type ConnectorView = z.infer<typeof ConnectorView>

/** A connector as the wiring plan has it. */
export type Socket = {
  readonly siteId: string
  readonly chargerId: string
  readonly evseId: number
  readonly connectorId: number
  readonly type: ConnectorView['type']
  readonly maxPowerW: number
}

/** What its edge says of it. */
export type HeardOf = {
  readonly live: LiveConnector | undefined
  readonly inTouch: boolean
  readonly isGone: boolean // Its charger has left the site since the connector was heard of.
  readonly fullAt: string | null
}

/** What was last heard of it, shown with what is known of its edge: a silent edge makes it `offline`. */
export function viewOf(socket: Socket, { live, inTouch, isGone, fullAt }: HeardOf): ConnectorView {
  const id = `${socket.chargerId}:${socket.evseId}:${socket.connectorId}`
  const now = live ?? unheard
  return {
    ...socket,
    id,
    status: inTouch && !isGone ? now.status : 'offline',
    errorCode: now.errorCode,
    sessionId: now.sessionId,
    tokenUid: now.tokenUid,
    powerW: inTouch && !isGone ? now.powerW : null,
    energyWh: now.energyWh,
    costMinor: now.costMinor,
    socPercent: now.socPercent,
    limitW: now.limitW,
    limitReason: now.limitReason,
    expectedFullAt: now.sessionId === null ? null : fullAt,
    updatedAt: now.updatedAt
  }
}

const unheard = {
  status: 'offline',
  errorCode: null,
  sessionId: null,
  tokenUid: null,
  powerW: null,
  energyWh: null,
  costMinor: null,
  socPercent: null,
  limitW: null,
  limitReason: null,
  updatedAt: null
} as const

/** What a driver may know of a connector that somebody else uses: that it is in use. */
export const masked = (view: ConnectorView): ConnectorView => ({
  ...view,
  sessionId: null,
  tokenUid: null,
  energyWh: null,
  costMinor: null,
  socPercent: null,
  limitReason: null,
  limitW: null,
  expectedFullAt: null,
  powerW: null
})
