import type { Needs } from '../patrol/index.ts'
import type { Rooms } from './rooms.ts'

/** @param rooms whose driver and loop may open later: until then there is nobody to visit */
export function patrolNeeds(rooms: Rooms): Needs {
  const { clock, intake, log } = rooms
  return {
    clock,
    chargerIds: () => intake.chargers().map(({ id }) => id),
    chargers: {
      isConnected: (chargerId) => rooms.driver?.isConnected(chargerId) ?? false,
      readBack: async (chargerId, signal) => (await rooms.driver?.readBack?.(chargerId, signal)) ?? cannot,
      probe: async (chargerId, signal) => (await rooms.driver?.probe?.(chargerId, signal)) ?? null
    },
    again: (chargerId) => {
      rooms.loop?.again?.(chargerId)
    },
    alarms: intake.alarms,
    log
  }
}

const cannot = { kind: 'unknown', because: 'its driver does not read back' } as const
