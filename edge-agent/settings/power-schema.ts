import { Identifier, LimitSource, LocalTime, PhaseRotation, StrategyName } from '@nova/shared-protocol/model'
import { z } from 'zod'

const watts = z.int().min(0).max(100_000_000)

/** Modbus TCP: one connection, one unit behind it. */
const spoken = {
  address: z.string().regex(/^tcp:\/\/[^\s/:]+:\d{1,5}$/, 'expected tcp://host:port'),
  unit: z.int().min(0).max(247).default(1) // Modbus application protocol: 1 to 247, 0 and 255 for TCP itself.
}

const model = z.string().regex(/^[a-z0-9-]{1,60}$/)

const Meter = z.strictObject({
  id: Identifier,
  kind: z.literal('meter'),
  driver: z.enum(['modbus']),
  model,
  ...spoken
})
export type Meter = z.infer<typeof Meter>

/** Where it hangs in the tree, and on which grid phases. */
const placed = { circuit: Identifier.default('grid'), phaseRotation: PhaseRotation.default('RST') }

const Pv = z.strictObject({
  id: Identifier,
  kind: z.literal('pv'),
  driver: z.enum(['sunspec']),
  ...spoken,
  ...placed,
  maxPowerW: watts.min(1) // The most it feeds in.
})

const Battery = z.strictObject({
  id: Identifier,
  kind: z.literal('battery'),
  driver: z.enum(['sunspec']),
  ...spoken,
  ...placed,
  maxPowerW: watts.min(1), // Discharging.
  maxChargeW: watts.optional(), // The same as discharging when left out.
  capacityWh: z.int().min(1).max(1_000_000_000),
  minSocPercent: z.number().min(0).max(100).default(10) // Kept for the house when the grid is gone.
})

/** A car at a charge point that can feed back and speaks for it as a battery does. */
const Vehicle = z.strictObject({
  ...Battery.shape,
  kind: z.literal('vehicle'),
  minSocPercent: z.number().min(0).max(100).default(30), // Kept for a drive that nobody has announced.
  trip: z // What its driver wants of it; left out: nothing is taken out of it.
    .strictObject({ percent: z.number().min(0).max(100), departAt: LocalTime })
    .optional()
})

export const Device = z.discriminatedUnion('kind', [Meter, Pv, Battery, Vehicle])
export type Device = z.infer<typeof Device>

/** The box of the grid operator. LPC's own defaults; §14a EnWG gives the watts when the devices are counted. */
export const GridOperator = z.strictObject({
  kind: z.enum(['relay', 'modbus', 'lpc']),
  source: LimitSource.default('grid-operator'),
  heartbeatSeconds: z.int().min(10).max(3_600).default(120),
  releaseSeconds: z.int().min(10).max(3_600).default(120),
  failsafeW: watts.optional(),
  failsafeMinimumSeconds: z.int().min(0).max(86_400).default(7_200),
  section14a: z
    .strictObject({ devices: z.int().min(1).max(10_000), ems: z.boolean().default(true) })
    .optional(),
  dimmedW: watts.optional(), // A relay says only that it dims, not to what.
  model: model.optional(),
  address: spoken.address.optional(),
  unit: spoken.unit
})
export type GridOperator = z.infer<typeof GridOperator>

const PriceSpan = z.strictObject({
  start: LocalTime,
  end: LocalTime,
  buyPerKWh: z.number().min(0).max(1_000).default(0),
  carbonKgPerKWh: z.number().min(0).max(10).default(0)
})

/** How the site shares what there is. */
export const Power = z.strictObject({
  strategy: StrategyName.default('equal'),
  departureMinutes: z.int().min(1).max(10_080).default(480), // How long a car is taken to stay when nobody says it.
  goal: z.enum(['energy', 'cost', 'carbon']).default('energy'), // Of strategy `optimise`.
  prices: z.array(PriceSpan).max(24).default([]), // What the site pays, by its own clock; the first that holds.
  sellPerKWh: z.number().min(0).max(1_000).default(0),
  demand: z.strictObject({ perKW: z.number().min(0).max(100_000), peakW: watts.default(0) }).optional(),
  battery: z
    .strictObject({
      peakW: watts, // More than that is not to be drawn from the grid; 0: self-consumption.
      rechargeBelowW: watts.optional() // Filled again with what is left below; 90 % of the peak when left out.
    })
    .optional(), // Left out: batteries do as they like, within what is left.
  sun: z.enum(['force', 'minimum', 'surplus']).default('force'), // Whether cars wait for the sun.
  ramp: z
    .union([
      z.strictObject({ percentPerSecond: z.number().min(0.1).max(100) }), // Of what it has.
      z.strictObject({ stepA: z.number().min(1).max(100), everySeconds: z.int().min(1).max(3_600) })
    ])
    .optional() // How fast a set-point may rise; it falls at once. Left out: in one step.
})
export type Power = z.infer<typeof Power>
