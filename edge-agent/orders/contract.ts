import type { CommandAnswer } from '@nova/shared-protocol/messages'
import type { CommandRecord } from './needs.ts'

export type Answer = CommandAnswer

export type LocalOrder = {
  readonly chargerId: string
  readonly action: string
  readonly payload: unknown
  readonly expiresAt?: string | undefined
  readonly issuer: string
  readonly idempotencyKey?: string | undefined
}

export type Taken =
  | { readonly kind: 'taken'; readonly command: CommandRecord }
  | {
      readonly kind: 'unknown-charger' | 'malformed' | 'conflict' | 'busy' | 'not-stored'
      readonly detail: string
    }

export type Orders = {
  /**
   * A command as heard from the cloud, with the W3C trace beside it as it came. Answers with the end, or `sent` after two
   * seconds. null: not worth an answer
   */
  fromCloud(bytes: Uint8Array, epoch: number, trace?: string): Promise<Answer | null>
  /** The same path for people at the site; resolves when the command is kept, not when it has ended. */
  fromLocal(order: LocalOrder): Promise<Taken>
  find(id: string): CommandRecord | null
  /** Resolves with the command when it has ended or after `waitMs`, whichever is first. */
  ended(id: string, waitMs: number): Promise<CommandRecord | null>
  /** At start: what was under way when the process died ends as failed; it is never carried out again. */
  recover(): Promise<void>
  /** Waits for the orders under way, at most `waitMs`; later ones are refused. */
  close(waitMs: number): Promise<void>
}
