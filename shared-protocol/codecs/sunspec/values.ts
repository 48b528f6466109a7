import { headWords, wordsOf, type Model, type Point, type Values } from './model.ts'
import { numberOf, registersOf, registersOfText, textOf } from './raw.ts'

type Scales = Readonly<Record<string, number | string | null | undefined>>

const scaleAtMost = 10 // Device Information Model Specification: a scale factor lies between −10 and 10.

/**
 * What a block of registers says, first register the model's id, in the points' units (scale factors applied).
 * A block that is shorter than its definition says null for what it has not; a value whose scale factor is
 * missing or absurd is null too, since nobody knows what it counts.
 */
export function valuesOf<Of extends Model>(model: Of, registers: readonly number[]): Values<Of> {
  const raw = (point: Point): number | string | null => {
    const words = registers.slice(point.at, point.at + wordsOf(point))
    if (words.length < wordsOf(point)) return null
    return point.as === 'string' ? textOf(words) : numberOf(words, point.as)
  }
  const entries = Object.entries<Point>(model.points).map(([name, point]) => {
    const value = raw(point)
    if (point.scale === undefined || typeof value !== 'number') return [name, value] as const
    const scale = model.points[point.scale]
    return [name, scaled(value, scale === undefined ? null : raw(scale))] as const
  })
  return Object.fromEntries(entries) as Values<Of>
}

/** Divided by a whole power of ten where it has decimals, so that 125 with −1 is 12.5 to the last bit. */
function scaled(value: number, scale: number | string | null): number | null {
  if (typeof scale !== 'number' || Math.abs(scale) > scaleAtMost) return null
  return scale < 0 ? value / 10 ** -scale : value * 10 ** scale
}

/** Registers to write, `at` from the model's id. */
export type Write = { readonly at: number; readonly values: readonly number[] }

type Writable<Of extends Model> = {
  [Name in keyof Of['points']]: Of['points'][Name] extends { readonly writable: true } ? Name : never
}[keyof Of['points']]

/**
 * The writes that set these points, in the order named, neighbours in one write: name the enabling point last.
 * A value between two steps of its scale goes toward 0, so that a limit is never passed by rounding.
 * @param known what the device said of this model, for its scale factors
 * @throws RangeError when a value does not fit its point or the device gives no scale for it
 */
export function writesOf<Of extends Model>(
  model: Of,
  wanted: Partial<Readonly<Record<Writable<Of>, number>>>,
  known: Values<Of>
): readonly Write[] {
  const writes: { at: number; values: number[] }[] = []
  for (const [name, value] of Object.entries<number | undefined>(wanted)) {
    const point = model.points[name]
    if (point?.writable !== true || value === undefined) throw new RangeError(`${name} is not to be written`)
    const words = wordsFor(point, value, known)
    const last = writes.at(-1)
    if (last !== undefined && last.at + last.values.length === point.at) last.values.push(...words)
    else writes.push({ at: point.at, values: [...words] })
  }
  return writes
}

/**
 * A whole block as a device holds it: id, length, points; those that are not given are not implemented.
 * @param length registers behind the length, when the device's differs from the definition
 * @throws RangeError when a value does not fit its point, or has a scale factor that is not given
 */
export function blockOf<Of extends Model>(
  model: Of,
  values: Partial<Values<Of>>,
  { id = model.ids[0] ?? 0, length = model.length }: { readonly id?: number; readonly length?: number } = {}
): number[] {
  const registers = new Array<number>(headWords + length).fill(0x8000) // What is no point is padding.
  registers.splice(0, headWords, id, length)
  const given: Scales = values
  for (const [name, point] of Object.entries<Point>(model.points)) {
    const words = wordsFor(point, given[name] ?? null, given)
    words.forEach((word, index) => {
      if (point.at + index < registers.length) registers[point.at + index] = word
    })
  }
  return registers
}

function wordsFor(point: Point, value: number | string | null, scales: Scales): readonly number[] {
  if (point.as === 'string') return registersOfText(value === null ? null : String(value), wordsOf(point))
  if (value === null) return registersOf(null, point.as)
  if (typeof value !== 'number') throw new RangeError(`"${value}" is no number`)
  if (point.scale === undefined) return registersOf(value, point.as)
  const scale = scales[point.scale]
  if (typeof scale !== 'number') throw new RangeError(`no scale factor ${point.scale}`)
  return registersOf(towardZero(scale < 0 ? value * 10 ** -scale : value / 10 ** scale), point.as)
}

const noise = 1e-6 // Of a step: 12.3 × 10 is 122.99999999999999 in floating point and means 123.

function towardZero(steps: number): number {
  const nearest = Math.round(steps)
  const isMeant = Math.abs(steps - nearest) <= Math.max(noise, Math.abs(steps) * 4 * Number.EPSILON)
  return (isMeant ? nearest : Math.trunc(steps)) + 0 // No −0.
}
