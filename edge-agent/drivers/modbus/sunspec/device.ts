import type { Participant, ParticipantAbilities } from '../../contract.ts'
import type { Link } from '../link.ts'
import { byDerLimit, byDerPower } from './by-der.ts'
import { byImmediateControls } from './by-immediate.ts'
import { byStorage } from './by-storage.ts'
import type { Control } from './control.ts'
import { findModels, hear, type Found, type Role, type Said } from './roles.ts'

/** A device that was met on the line as it stands. */
export type Device = {
  readonly participant: Participant
  readonly found: Found
  readonly control: Control | null // null: it takes no set-points.
  readonly live: readonly Role[]
  abilities: ParticipantAbilities
  said: Said // All that it said last.
}

const still: readonly Role[] = ['nameplate', 'basicSettings', 'derCapacity']
const measurements: readonly Role[] = ['derMeasurement', 'inverter', 'inverterFloat']
const controls: readonly Role[] = ['derControls', 'storage', 'immediateControls']

/** Finds a device's models, its ratings and what it takes set-points by. @throws when it measures no power */
export async function meet(link: Link, participant: Participant): Promise<Device> {
  const found = await findModels(link)
  const measurement = measurements.find((role) => found.has(role))
  if (measurement === undefined) throw new Error('the device has no model that measures power')
  const said = await hear(link, found, [...still, ...controls])
  const control = controlOf(said, participant)
  const beside: readonly Role[] =
    participant.kind === 'pv' ? ['status'] : ['storage', 'derStorage', 'battery']
  const live = new Set([measurement, ...beside, ...(control === null ? [] : [control.role])])
  const abilities = control?.abilities ?? { follows: [], reversion: null, afterReversion: participant.rating }
  return { participant, found, control, live: [...live], abilities, said }
}

/** The model with the most to say first. */
export function controlOf(said: Said, { kind, rating }: Participant): Control | null {
  const ways = kind === 'pv' ? [byDerLimit, byImmediateControls] : [byDerPower, byStorage]
  for (const way of ways) {
    const control = way(said, rating)
    if (control !== null) return control
  }
  return null
}

/** Reads what changes. @throws what the line throws */
export async function hearNow(link: Link, device: Device): Promise<Said> {
  device.said = { ...device.said, ...(await hear(link, device.found, device.live)) }
  return device.said
}
