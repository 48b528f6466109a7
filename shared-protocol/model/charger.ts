import { z } from 'zod'
import { PhaseRotation } from './site.ts'
import { Identifier } from './words.ts'

export const Protocol = z.enum(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1', 'ykc'])
export type Protocol = z.infer<typeof Protocol>

/** Those that an edge of this version speaks; the names of the others are agreed, so that files and partners keep. */
export const spokenProtocols = ['ocpp1.6'] as const satisfies readonly Protocol[]
export const isSpoken = (protocol: Protocol): boolean => spokenProtocols.some((each) => each === protocol)

export const ConnectorType = z.enum([
  'type1',
  'type2',
  'ccs1',
  'ccs2',
  'chademo',
  'gbt-ac',
  'gbt-dc',
  'nacs',
  'schuko'
])
export type ConnectorType = z.infer<typeof ConnectorType>

export const Connector = z.strictObject({
  id: z.int().min(1).max(99),
  type: ConnectorType,
  maxPowerW: z.int().min(100).max(5_000_000),
  priority: z.int().min(0).max(9).optional(), // Strategy `priority`: a higher class goes first; 0 when left out.
  leastA: z.number().min(6).max(200).optional(), // The least that the pile can say; 6 A when left out.
  wakes: z.boolean().optional() // false: cars here stay asleep after 0 A, so nobody takes what one charges with.
})
export type Connector = z.infer<typeof Connector>

export const Evse = z.strictObject({
  id: z.int().min(1).max(99),
  connectors: z.array(Connector).min(1).max(8)
})
export type Evse = z.infer<typeof Evse>

/** Answer to BootNotification: rejected and pending chargers are heard but start no session. */
export const Registration = z.enum(['accepted', 'pending', 'rejected'])
export type Registration = z.infer<typeof Registration>

/**
 * OCPP security profile: 0 none, 1 basic auth, 2 TLS + basic auth, 3 mutual TLS. The password is the
 * AuthorizationKey; 16 characters is the least the standard's white paper allows.
 */
export const ChargerSecurity = z.strictObject({
  profile: z.literal([0, 1, 2, 3]),
  password: z.string().min(16).max(40).optional()
})
export type ChargerSecurity = z.infer<typeof ChargerSecurity>

/**
 * A charger as the site's wiring plan knows it; the same shape in site.yaml, desired state and the API. Without
 * `fallbackA` it falls back to 6 A where all fuses have room for it, else to 0 A (`settleFallbacks`).
 */
export const Charger = z.strictObject({
  id: Identifier,
  protocol: Protocol,
  identity: z.string().regex(/^[^\s/:]{1,48}$/),
  security: ChargerSecurity.default({ profile: 0 }),
  circuit: Identifier.optional(),
  phaseRotation: PhaseRotation.default('RST'),
  fallbackA: z.number().min(0).max(1000).optional(),
  registration: Registration.default('accepted'),
  managed: z.boolean().default(true),
  evses: z.array(Evse).min(1).max(16)
})
export type Charger = z.infer<typeof Charger>
