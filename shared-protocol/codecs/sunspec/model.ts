/** How a value lies in registers (SunSpec Device Information Model Specification, point types). High word first. */
export type Kind =
  | 'uint16'
  | 'int16'
  | 'enum16'
  | 'bitfield16'
  | 'sunssf'
  | 'uint32'
  | 'int32'
  | 'acc32'
  | 'bitfield32'
  | 'float32'
  | 'uint64'
  | 'acc64'
  | 'string'

export type Point = {
  readonly at: number // Registers from that of the model's id, which is 0; its length is 1.
  readonly as: Kind
  readonly words?: number // Strings only.
  readonly scale?: string // Name of the point that holds the power of ten.
  readonly writable?: true
}

/** A model as data: a new one is a file in `models/` and a line in `models/index.ts`. */
export type Model = {
  readonly ids: readonly number[] // Alike but for the meaning of their number (phases).
  readonly length: number // Registers behind the length, as the definition has it.
  readonly points: Readonly<Record<string, Point>>
}

/** What a block says in the points' own units; null: not implemented, not scaled or not there. */
export type Values<Of extends Model> = {
  readonly [Name in keyof Of['points']]: (Of['points'][Name]['as'] extends 'string' ? string : number) | null
}

export const headWords = 2 // Id and length.

const wordsByKind: Readonly<Record<Exclude<Kind, 'string'>, number>> = {
  uint16: 1,
  int16: 1,
  enum16: 1,
  bitfield16: 1,
  sunssf: 1,
  uint32: 2,
  int32: 2,
  acc32: 2,
  bitfield32: 2,
  float32: 2,
  uint64: 4,
  acc64: 4
}

export const wordsOf = (point: Point): number =>
  point.as === 'string' ? (point.words ?? 0) : wordsByKind[point.as]
