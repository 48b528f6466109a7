import type { Allocation } from '@nova/shared-protocol/model'
import type { PowerRow } from './power.ts'

/** What the `power` topic tells: the site's last allocation and the chart's next row from it. */
export type LivePower = { readonly siteId: string; readonly allocation: Allocation; readonly row: PowerRow }

export function readPower(data: string): LivePower | null {
  const read: unknown = JSON.parse(data)
  if (typeof read !== 'object' || read === null || !('allocation' in read)) return null
  const siteId = 'siteId' in read ? read.siteId : 'site' in read ? read.site : undefined
  if (typeof siteId !== 'string') return null
  const allocation = read.allocation as Allocation // The cloud checked it against the language at its own window.
  return { siteId, allocation, row: rowOf(allocation) }
}

/** A charger's connectors each by their key; an unknown power stays unknown. */
export function rowOf(allocation: Allocation): PowerRow {
  return {
    at: Date.parse(allocation.at),
    limitW: allocation.limitW,
    reason: allocation.limitReason,
    siteW: allocation.siteW,
    baseLoadW: allocation.baseLoadW,
    connectors: Object.fromEntries(
      allocation.connectors.map(({ chargerId, evseId, connectorId, powerW }) => [
        `${chargerId}:${evseId}:${connectorId}`,
        powerW
      ])
    )
  }
}
