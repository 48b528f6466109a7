import type { Outcome, Wish } from '@nova/shared-protocol/dialogues/ocpp'

/** What orders need of a connection: ask one question, in turn; always ends with an outcome. */
export type Line = {
  ask(wish: Omit<Wish, 'token'>, signal: AbortSignal): Promise<Outcome>
}
