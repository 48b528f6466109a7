import type { Desired, Durable } from '@nova/shared-protocol/messages'

export type BusSettings = {
  /** `nats://host:port`, several separated by commas. */
  readonly url: string
  /** Text of a creds file, or null for a server without accounts (tests). */
  readonly credentials: string | null
  readonly log: Log
}

export type Log = {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** A frame as it came. Exactly one of `done` and `again` is called, once. */
export type ArrivedFrame = {
  readonly siteId: string
  readonly bytes: Uint8Array
  /** Times JetStream has handed it out, this one included. */
  readonly deliveries: number
  /** Committed or refused for good: JetStream may forget it. */
  done(): void
  /** Could not be handled now: JetStream hands it out again. */
  again(): void
}

export type FrameReader = { stop(): Promise<void> }

/** NATS for the cloud. Everything works again by itself after a lost server, or one that lost its data. */
export type Bus = {
  connected(): boolean
  /** Calls `act` at each (re)connection, and at once when connected. */
  onConnected(act: () => void): void
  /** Reads frames from JetStream; at most `inFlight` are handed out and not yet done. */
  readFrames(inFlight: number, hear: (frame: ArrivedFrame) => void): FrameReader
  answerHellos(answer: (siteId: string, bytes: Uint8Array) => Promise<string>): void
  answerTokens(answer: (siteId: string, bytes: Uint8Array) => Promise<string>): void
  hearLive(hear: (siteId: string, topic: string, bytes: Uint8Array) => void): void
  publishDurable(message: Durable): void
  publishDesired(message: Desired): Promise<void>
  /** Hands a command to the site's edge; `trace`: its W3C trace, in the header. @throws Error when nobody answers in time */
  command(siteId: string, text: string, timeoutMs: number, trace: string | null): Promise<Uint8Array>
  /** Asks the site's edge what changes nothing. @throws Error when there is no answer in time */
  ask(siteId: string, text: string, timeoutMs: number): Promise<Uint8Array>
  /** Stores a domain event in JetStream for consumers outside. @throws Error when it is not stored */
  publishDomain(subject: string, id: string, text: string): Promise<void>
  /** Tells the other processes of the cloud; newest only, may be lost. */
  fanOut(topic: string, text: string): void
  hearFanOut(hear: (topic: string, text: string) => void): void
  close(): Promise<void>
}
