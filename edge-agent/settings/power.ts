import type { PhaseRotation } from '@nova/shared-protocol/model'
import { section14aW } from '../core/limits/index.ts'
import type { Device, GridOperator, Meter, Power } from './power-schema.ts'
import type { SiteFile } from './schema.ts'

/** A battery, a car that feeds back or an inverter: import positive, so feeding in lies below 0. */
export type ParticipantDevice = {
  readonly participant: {
    readonly id: string
    readonly kind: 'pv' | 'battery' | 'vehicle'
    readonly circuit: string
    readonly phaseRotation: PhaseRotation
    readonly rating: { readonly leastW: number; readonly mostW: number }
    readonly capacityWh: number | null
    readonly minSocPercent: number | null
  }
  readonly address: string
  readonly unit: number
  /** Of a car that feeds back: how full it is to be when it leaves, by the site's clock. null: there is no wish. */
  readonly trip: { readonly percent: number; readonly departAt: string } | null
}

/** Complete: what a relay lets through while it dims and what holds in fail-safe are numbers. */
export type GridOperatorSettings = Omit<GridOperator, 'failsafeW' | 'dimmedW' | 'section14a'> & {
  readonly failsafeW: number
  readonly dimmedW: number
}

export type PowerSettings = {
  readonly devices: readonly Meter[]
  readonly participants: readonly ParticipantDevice[]
  readonly gridOperator: GridOperatorSettings | null // null: no box of the grid operator is here.
  readonly power: Power
}

const leastW = 4_200 // LPC's usual fail-safe, and §14a's least for one device.

export function powerSettings({ devices, gridOperator, power }: SiteFile): PowerSettings {
  return {
    devices: devices.filter((device) => device.kind === 'meter'),
    participants: devices.flatMap((device) => participantOf(device) ?? []),
    gridOperator: gridOperator === undefined ? null : completed(gridOperator),
    power
  }
}

function completed({ section14a, failsafeW, dimmedW, ...box }: GridOperator): GridOperatorSettings {
  const least = section14a === undefined ? leastW : section14aW(section14a)
  return { ...box, failsafeW: failsafeW ?? least, dimmedW: dimmedW ?? least }
}

function participantOf(device: Device): ParticipantDevice | null {
  if (device.kind === 'meter') return null
  const { id, kind, circuit, phaseRotation, maxPowerW, address, unit } = device
  const trip = kind === 'vehicle' ? (device.trip ?? null) : null
  const mostW = kind === 'pv' ? 0 : (device.maxChargeW ?? maxPowerW)
  const mayFeedIn = kind !== 'vehicle' || trip !== null // Nobody's car is emptied who has not said when he leaves.
  return {
    participant: {
      id,
      kind,
      circuit,
      phaseRotation,
      rating: { leastW: mayFeedIn ? -maxPowerW : 0, mostW },
      capacityWh: kind === 'pv' ? null : device.capacityWh,
      minSocPercent: kind === 'pv' ? null : device.minSocPercent
    },
    address,
    unit,
    trip
  }
}
