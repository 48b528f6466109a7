/** Current as a phasor: real and imaginary part. */
export type Phasor = readonly [number, number]

export const sum = ([a, b]: Phasor, [c, d]: Phasor): Phasor => [a + c, b + d]
export const times = ([a, b]: Phasor, factor: number): Phasor => [a * factor, b * factor]
export const magnitude = ([a, b]: Phasor): number => Math.hypot(a, b)
export const inner = ([a, b]: Phasor, [c, d]: Phasor): number => a * c + b * d

/** Turned by so many degrees; multiples of 30 keep what ought to be 0 at 0. */
export function turned([a, b]: Phasor, degrees: number): Phasor {
  const [cos, sin] = [clean(Math.cos((degrees * Math.PI) / 180)), clean(Math.sin((degrees * Math.PI) / 180))]
  return [clean(a * cos - b * sin), clean(a * sin + b * cos)]
}

export const unit = (degrees: number): Phasor => turned([1, 0], degrees)

const clean = (value: number): number => {
  const whole = Math.round(value * 2) / 2
  return Math.abs(value - whole) < 1e-12 ? whole : value
}
