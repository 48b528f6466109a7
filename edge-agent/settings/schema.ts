import { Charger, Circuit, Grid, Identifier, TimeZone, Token } from '@nova/shared-protocol/model'
import { Plan, TariffDefault } from '@nova/shared-protocol/tariff'
import { z } from 'zod'
import { Device, GridOperator, Power } from './power-schema.ts'

/** The words of `site.yaml` (interface.md). Every default stands here with its reason. */
const port = z.int().min(0).max(65_535) // 0: any free port, for tests and several agents on one machine.
const host = z.string().min(1).max(255)
const file = z.string().min(1).max(1000)

const Site = z.strictObject({
  id: Identifier,
  tenant: Identifier,
  name: z.string().min(1).max(100),
  timeZone: TimeZone,
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected three capital letters such as CNY')
})

const Cloud = z.strictObject({
  nats: z.string().regex(/^(nats|tls):\/\/[^\s/]+$/, 'expected nats://host:port or tls://host:port'),
  credentials: file.optional()
})

const Local = z.strictObject({
  port: port.default(9280),
  host: host.default('127.0.0.1'), // Whoever opens it to the network says so.
  token: z.string().min(8, 'expected 8 characters or more').max(200)
})

const Failsafe = z.strictObject({
  cloudSilentSeconds: z.int().min(10).max(86_400).default(120), // Two lost `state` minutes: not a hiccup any more.
  limitW: z.int().min(0).max(100_000_000).optional(), // Absent: a silent cloud changes no limit.
  meterSilentSeconds: z.int().min(1).max(300).default(5) // reliability.md, fault 16.
})

const Offline = z.strictObject({
  unknownToken: z.enum(['refuse', 'accept-with-cap']).default('refuse'), // Nobody pays for an unknown token.
  maxEnergyWh: z.int().min(0).max(1_000_000).default(30_000), // One ordinary night's charge.
  cachedHours: z.int().min(0).max(8_760).default(720), // The 30 days that a site goes on without the cloud.
  listsInChargers: z.boolean().default(true) // A dead edge should turn away nobody whom it knew.
})

const Tls = z.strictObject({
  port: port.default(9221),
  certificate: file,
  key: file,
  clientCa: file.optional()
})

const Ocpp = z.strictObject({
  port: port.default(9220),
  host: host.default('127.0.0.1'),
  tls: Tls.optional()
})

/** Served by a later version; a file that already names them is no error. */
const later = z.strictObject({ port: port.optional(), tls: z.strictObject({ port }).optional() }).optional()

export const SiteFile = z.strictObject({
  site: Site,
  cloud: Cloud.optional(),
  local: Local,
  grid: Grid,
  circuits: z.array(Circuit).max(200).default([]),
  failsafe: Failsafe.default(Failsafe.parse({})),
  offline: Offline.default(Offline.parse({})),
  ocpp: Ocpp.default(Ocpp.parse({})),
  ykc: later,
  mqtt: later,
  chargers: z.array(Charger).max(1000).default([]),
  devices: z.array(Device).max(200).default([]),
  gridOperator: GridOperator.optional(),
  power: Power.default(Power.parse({})),
  tokens: z.array(Token).max(100_000).default([]),
  tariff: z.strictObject({ file }).optional()
})
export type SiteFile = z.infer<typeof SiteFile>

const plans = z.array(Plan).max(16)

/** Where a file does not say which plans apply, each applies to the whole site, as its dates and priority say. */
const everywhere = (stated: readonly Plan[]): TariffDefault[] =>
  [...new Set(stated.map(({ tariffId }) => tariffId))].map((tariffId) => ({ tariffId }))

/** `tariff: {file}`: up to 16 plans and where they apply. A bare list is a list of plans. */
export const TariffFile = z.union([
  z
    .strictObject({ plans, defaults: z.array(TariffDefault).max(200).optional() })
    .transform((file) => ({ plans: file.plans, defaults: file.defaults ?? everywhere(file.plans) })),
  plans.transform((list) => ({ plans: list, defaults: everywhere(list) }))
])
export type TariffFile = z.infer<typeof TariffFile>
