import type { Charger } from '@nova/shared-protocol/model'
import type { Intake } from '../contract.ts'
import type { CapabilityMemory } from './findings/finding.ts'
import type { ListMemory } from './lists/ability.ts'
import type { Limits } from './limits.ts'

export type TlsNeeds = {
  readonly port: number
  readonly certificate: string // PEM texts.
  readonly key: string
  readonly clientCa: string | null
}

export type Log = {
  info(fields: Readonly<Record<string, unknown>>, text: string): void
  warn(fields: Readonly<Record<string, unknown>>, text: string): void
  error(fields: Readonly<Record<string, unknown>>, text: string): void
}

/** What can be counted here; names and labels belong to whoever shows them. */
export type Metrics = {
  /** A call of a charger was answered (`ok`), refused (`refused`) or could not be stored (`failed`). */
  heard(action: string, result: 'ok' | 'refused' | 'failed'): void
  /** A call of ours ended: `result`, `error`, `no-answer`, `superseded`, `queue-full`, `withdrawn`, `closed`. */
  asked(action: string, result: string, seconds: number): void
  connections(protocol: string, securityProfile: number, count: number): void
  /** A connection was refused at the door. */
  refused(reason: string): void
  /** A frame that nobody waited for. */
  ignored(what: string): void
}

export type OcppNeeds = {
  readonly settings: {
    readonly host: string
    readonly port: number
    readonly tls: TlsNeeds | null
    readonly voltageV: number // Phase to neutral, for chargers that take limits in watts only.
  }
  readonly intake: Intake
  /** The charger as configured now; undefined when it is gone. */
  charger(chargerId: string): Charger | undefined
  /** What was found of each charger; survives a restart. */
  readonly capabilities: CapabilityMemory
  /** What was found of each charger's own list; survives a restart. */
  readonly lists: ListMemory
  readonly clock: { now(): number; monotonic(): number } // Unix ms; ms that are never set back.
  readonly chance: { uuid(): string }
  readonly log: Log
  readonly metrics: Metrics
  readonly limits: Limits // `usualLimits`; tests shorten them.
}
