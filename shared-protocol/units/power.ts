/**
 * Electrical quantities as integers: watts, watt-hours and milliamperes. Integers add up exactly, compare
 * exactly and survive JSON; a milliampere is finer than any charger's set-point (0.1 A in OCPP).
 */
export type Watts = number
export type WattHours = number
export type MilliAmps = number

/** One value for each phase L1, L2, L3 of the site's grid connection. */
export type PerPhase<Value = MilliAmps> = readonly [Value, Value, Value]

/** Amperes as people write them in a file, to milliamperes; 0.0005 A is lost, which no device can show. */
export const milliAmpsOf = (amps: number): MilliAmps => Math.round(amps * 1000)

/** Milliamperes to amperes for screens and wires that speak decimals. */
export const ampsOf = (milliAmps: MilliAmps): number => milliAmps / 1000

/** Power of `phases` equal phase currents against neutral at `voltageV` (230 in Europe, 220 in China). */
export function powerOfW(currentMilliA: MilliAmps, phases: number, voltageV: number): Watts {
  return Math.round((currentMilliA * phases * voltageV) / 1000)
}
