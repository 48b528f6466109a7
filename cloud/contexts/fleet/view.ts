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

/** What was last heard of it, shown with what is known of its edge: a silent edge makes it `offline`. */
export function viewOf(socket: Socket, heard: LiveConnector | undefined, inTouch: boolean): ConnectorView {
  return {
    ...socket,
    id: `${socket.chargerId}:${socket.evseId}:${socket.connectorId}`,
    status: inTouch ? (heard?.status ?? 'offline') : 'offline',
    errorCode: heard?.errorCode ?? null,
    sessionId: heard?.sessionId ?? null,
    tokenUid: heard?.tokenUid ?? null,
    powerW: inTouch ? (heard?.powerW ?? null) : null,
    energyWh: heard?.energyWh ?? null,
    costMinor: heard?.costMinor ?? null,
    socPercent: heard?.socPercent ?? null,
    limitW: heard?.limitW ?? null,
    limitReason: heard?.limitReason ?? null,
    updatedAt: heard?.updatedAt ?? null
  }
}

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
  powerW: null
})
