import type { WebSocket } from 'ws'
import { readFrame, resultText, type Call } from '@nova/shared-protocol/codecs/ocpp'
import type { Claim } from '../../contract.ts'
import type { OcppNeeds } from '../needs.ts'
import { shut } from './socket.ts'

export type Parked = {
  /** Whether there is room for one more. */
  room(): boolean
  park(ws: WebSocket, claim: Claim): void
  drop(identity: string, reason: string): void
  tick(now: number): void
  close(): void
}

type Stay = { readonly ws: WebSocket; readonly identity: string; readonly since: number; messages: number }

/**
 * Chargers that nobody has configured (O9). Each may say who it is and hears Pending; everything else stays
 * without an answer, so that it keeps its transactions for the day when it is claimed.
 */
export function openParked(needs: Pick<OcppNeeds, 'intake' | 'clock' | 'limits' | 'metrics'>): Parked {
  const stays = new Map<WebSocket, Stay>()
  const leave = ({ ws }: Stay, reason: string) => {
    stays.delete(ws)
    shut(ws, 1008, reason)
  }
  return {
    room: () => stays.size < needs.limits.parked,
    park(ws, claim) {
      const stay = { ws, identity: claim.identity, since: needs.clock.monotonic(), messages: 0 }
      stays.set(ws, stay)
      needs.intake.unclaimed(claim.identity, claim.address, claim.protocol, {})
      ws.on('close', () => stays.delete(ws))
      ws.on('error', () => needs.metrics.refused('socket error'))
      ws.on('message', (data: Buffer, isBinary: boolean) => {
        if (isBinary || ++stay.messages > needs.limits.parkedMessages)
          return leave(stay, 'not configured here')
        const frame = readFrame(data.toString())
        if (frame.kind === 'call' && frame.action === 'BootNotification') greet(needs, stay, claim, frame)
      })
    },
    drop(identity, reason) {
      for (const stay of stays.values()) if (stay.identity === identity) leave(stay, reason)
    },
    tick(now) {
      for (const stay of stays.values()) {
        if (now - stay.since < needs.limits.parkedMs) return // In the order of coming.
        leave(stay, 'not configured here')
      }
    },
    close() {
      for (const stay of stays.values()) leave(stay, 'closing')
    }
  }
}

const words = {
  vendor: 'chargePointVendor',
  model: 'chargePointModel',
  serial: 'chargePointSerialNumber',
  firmware: 'firmwareVersion'
} as const

function greet(
  { intake, clock, limits }: Pick<OcppNeeds, 'intake' | 'clock' | 'limits'>,
  { ws }: Stay,
  claim: Claim,
  call: Call
): void {
  const payload = (typeof call.payload === 'object' ? call.payload : null) as Readonly<
    Record<string, unknown>
  > | null
  const says: Record<string, string> = {}
  for (const [word, field] of Object.entries(words)) {
    const value = payload?.[field]
    if (typeof value === 'string') says[word] = value.slice(0, 50).toWellFormed()
  }
  intake.unclaimed(claim.identity, claim.address, claim.protocol, says)
  const currentTime = new Date(clock.now()).toISOString()
  if (ws.readyState === ws.OPEN)
    ws.send(resultText(call, { status: 'Pending', currentTime, interval: limits.retryBootS }))
}
