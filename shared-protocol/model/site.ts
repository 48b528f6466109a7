import { z } from 'zod'
import { Identifier } from './words.ts'

const amps = z.number().min(0).max(20_000)

/** Limits per phase in amperes, L1 L2 L3. */
const perPhaseA = z.tuple([amps, amps, amps])

/**
 * After NEMA: no phase more than so many percent above the mean of the three, but for an allowance, without which
 * the first single-phase car could never begin.
 */
const unbalance = z.strictObject({
  percent: z.number().min(0).max(200),
  allowanceA: z.number().min(0).max(20_000)
})

/** Grid connection: what the fuse carries. `meter` names the device whose readings are the site's sum. */
export const Grid = z.strictObject({
  limitA: perPhaseA,
  voltageV: z.number().min(50).max(1000).default(230),
  meter: Identifier.optional(),
  baseLoadReserveW: z.int().min(0).default(0),
  exportLimitW: z.int().min(0).max(100_000_000).optional(), // The most that may be fed in; absent: what the fuse carries.
  unbalance: unbalance.optional()
})
export type Grid = z.infer<typeof Grid>

/** A feeder or sub-panel; `parent` is another circuit or `grid`. */
export const Circuit = z.strictObject({
  id: Identifier,
  parent: Identifier.default('grid'),
  limitA: perPhaseA,
  limitW: z.int().min(0).max(100_000_000).optional(), // Beside the amperes, e.g. a transformer's rating.
  kind: z.enum(['transformer', 'feeder', 'circuit']).optional(), // For people; the tree counts them alike.
  exportLimitW: z.int().min(0).max(100_000_000).optional(), // The most that may flow towards the grid.
  // Fed by a delta-wound transformer: turns of a primary winding for one of the secondary, and the primary's fuses.
  delta: z.strictObject({ ratio: z.number().min(0.01).max(1000), limitA: perPhaseA }).optional(),
  unbalance: unbalance.optional()
})
export type Circuit = z.infer<typeof Circuit>

/**
 * Which grid phase feeds the charger's L1, L2, L3 in turn. One letter: a single-phase charger; two: one that hangs
 * between two lines. R, S, T are grid L1, L2, L3 (OCPP 1.6 ConnectorPhaseRotation uses the same letters).
 */
export const PhaseRotation = z.enum([
  'RST',
  'RTS',
  'SRT',
  'STR',
  'TRS',
  'TSR',
  'R',
  'S',
  'T',
  'RS',
  'ST',
  'TR'
])
export type PhaseRotation = z.infer<typeof PhaseRotation>

const indexOf = { R: 0, S: 1, T: 2 } as const

const phasesBy = new Map(
  PhaseRotation.options.map((rotation) => [
    rotation,
    Array.from(rotation, (letter) => indexOf[letter as keyof typeof indexOf])
  ])
)

/** Grid phase indices (0, 1, 2) that the charger's own phases hang on, in the charger's order. Asked each second, made once. */
export const phasesOf = (rotation: PhaseRotation): readonly (0 | 1 | 2)[] => phasesBy.get(rotation) ?? []

/** How a site shares what there is when not everyone can have all he wants. */
export const StrategyName = z.enum([
  'equal',
  'first-come',
  'proportional',
  'round-robin',
  'priority',
  'earliest-deadline',
  'least-laxity',
  'optimise' // A plan over the next hours; least laxity while there is none.
])
export type StrategyName = z.infer<typeof StrategyName>
