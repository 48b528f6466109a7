import type { Database, HoldBack } from './types.ts'

export type ListenerLog = {
  onFailure(listener: string, eventId: number, failures: number, error: unknown): void
  onDead(listener: string, eventId: number, error: unknown): void
  onTrouble(listener: string, error: unknown): void
}

export type Needs = {
  readonly platform: Database['platform']
  readonly log: ListenerLog
  onWake(act: () => void): void
  readonly holdBack: HoldBack
}
