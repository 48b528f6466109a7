import type { Durable, Hello, History } from '@nova/shared-protocol/messages'
import type { Token } from '@nova/shared-protocol/model'
import type { Tx } from '../../db/index.ts'

/** A frame on its way in; the bus has this shape. */
export type Arrived = {
  readonly siteId: string
  readonly bytes: Uint8Array
  readonly deliveries: number
  done(): void
  again(): void
}

/** Whose events they are: site, database and epoch of the edge. */
export type At = { readonly siteId: string; readonly instance: string; readonly epoch: number }

export type Sample = { readonly sequence: number; readonly history: History }

export type Greeted = {
  readonly tenantId: string
  readonly siteId: string
  readonly epoch: number
  readonly hello: Hello
}

export type Count = 'frames' | 'events' | 'duplicates' | 'gaps' | 'quarantined' | 'fenced'

export type Needs = {
  readonly database: {
    tenant<Value>(tenantId: string, work: (tx: Tx) => Promise<Value>): Promise<Value>
  }
  readonly bus: {
    readFrames(inFlight: number, hear: (frame: Arrived) => void): { stop(): Promise<void> }
    answerHellos(answer: (siteId: string, bytes: Uint8Array) => Promise<string>): void
    answerTokens(answer: (siteId: string, bytes: Uint8Array) => Promise<string>): void
    publishDurable(message: Durable): void
  }
  /** Whose site it is; undefined for a site nobody has made. */
  tenantOf(siteId: string): Promise<string | undefined>
  /** The tenant's token of this uid as it is now; undefined when it has none. */
  token(tx: Tx, uid: string): Promise<Token | undefined>
  /** Keeps samples in the caller's transaction; they come once each, in order. */
  saveHistory(tx: Tx, siteId: string, samples: readonly Sample[]): Promise<void>
  /** An edge was welcomed: send what it lacks. */
  greeted(greeted: Greeted): void
  count(what: Count, by: number, reason?: string): void
  /** Seconds between the edge's sending and the commit here. */
  lag(seconds: number): void
  readonly log: {
    info(fields: object, text: string): void
    warn(fields: object, text: string): void
    error(fields: object, text: string): void
  }
}
