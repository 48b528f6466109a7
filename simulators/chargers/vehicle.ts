/** A car as its battery and its on-board charger see the world. Pure: values in, values out. */
export type Vehicle = {
  readonly capacityWh: number
  readonly storedWh: number
  readonly maxMilliA: number // Of the on-board charger, per phase.
  readonly phases: 1 | 3
  readonly taperFromPercent: number // From here on the current falls in a straight line …
  readonly taperToShare: number // … down to this share of the full one at 100 %.
  readonly targetPercent: number // The driver's own limit.
}

/** A compact car, a third full, three phases 16 A. */
export const usualVehicle: Vehicle = {
  capacityWh: 50_000,
  storedWh: 16_000,
  maxMilliA: 16_000,
  phases: 3,
  taperFromPercent: 80,
  taperToShare: 0.2,
  targetPercent: 100
}

/** IEC 61851-1: below 6 A a car does not charge at all. */
export const leastMilliA = 6_000

export const socPercent = ({ storedWh, capacityWh }: Vehicle): number => (100 * storedWh) / capacityWh

export const isFull = (vehicle: Vehicle): boolean => socPercent(vehicle) >= vehicle.targetPercent

/** What the car takes per phase when the cable offers `offeredMilliA`: 0, or from 6 A upwards. */
export function takenMilliA(vehicle: Vehicle, offeredMilliA: number): number {
  if (isFull(vehicle) || offeredMilliA < leastMilliA) return 0
  const { taperFromPercent, taperToShare, maxMilliA } = vehicle
  const past = Math.max(0, socPercent(vehicle) - taperFromPercent) / Math.max(1, 100 - taperFromPercent)
  const wish = maxMilliA * (1 - past * (1 - taperToShare))
  return Math.round(Math.min(offeredMilliA, Math.max(leastMilliA, wish)))
}

/** The car after `wattHours` more went in; the battery never holds more than it can. */
export const charged = (vehicle: Vehicle, wattHours: number): Vehicle => ({
  ...vehicle,
  storedWh: Math.min(vehicle.capacityWh, vehicle.storedWh + wattHours)
})
