import type { Answer } from '../../kit/api/index.ts'
import type { PowerRow } from './power.ts'

export type Allocation = NonNullable<Answer<'GET /sites/{id}/allocation'>['allocation']>

/** What the `power` topic tells: the site's last allocation and the chart's next row from it. */
export type LivePower = { readonly siteId: string; readonly allocation: Allocation; readonly row: PowerRow }

/** @returns null when the message is none of ours */
export function readPower(data: string): LivePower | null {
  const read: unknown = JSON.parse(data)
  if (typeof read !== 'object' || read === null || !('allocation' in read) || !('siteId' in read)) return null
  const { siteId, allocation } = read
  if (typeof siteId !== 'string' || typeof allocation !== 'object' || allocation === null) return null
  return livePowerOf(siteId, allocation as Allocation) // The cloud checked it against the language at its own window.
}

export const livePowerOf = (siteId: string, allocation: Allocation): LivePower => ({
  siteId,
  allocation,
  row: rowOf(allocation)
})

/** What all cars together draw; null when no charger tells. */
export const carsOf = ({ connectors }: Allocation): number | null =>
  connectors.reduce<number | null>((sum, { powerW }) => (powerW === null ? sum : (sum ?? 0) + powerW), null)

export type Building = { readonly watts: number; readonly measured: boolean }

/** What the building draws: by the meter when it can be trusted; else what is reserved for it, and it says so. */
export function buildingOf(allocation: Allocation): Building {
  const { siteW, meter, baseLoadW } = allocation
  return meter === 'good' && siteW !== null
    ? { watts: Math.max(0, siteW - (carsOf(allocation) ?? 0)), measured: true }
    : { watts: baseLoadW, measured: false }
}

/** Each connector's power by its key; an unknown power stays unknown. */
export function rowOf(allocation: Allocation): PowerRow {
  return {
    at: Date.parse(allocation.at),
    limitW: allocation.limitW,
    reason: allocation.limitReason,
    siteW: allocation.siteW,
    baseLoadW: buildingOf(allocation).watts,
    connectors: Object.fromEntries(
      allocation.connectors.map(({ chargerId, evseId, connectorId, powerW }) => [
        `${chargerId}:${evseId}:${connectorId}`,
        powerW
      ])
    )
  }
}
