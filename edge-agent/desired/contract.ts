import type { Desired, Section } from '@nova/shared-protocol/messages'
import type { Charger, SiteLimit, Token } from '@nova/shared-protocol/model'
import type { Sources, Wanted } from './merge.ts'

export type Needs = {
  readonly wiring: Sources['wiring']
  readonly file: Sources['file']
  commit<Value>(write: () => Value): Promise<Value>
  readonly sections: {
    section(name: Section): { readonly version: number; readonly body: unknown } | null
    put(name: Section, version: number, body: unknown): boolean
  }
  readonly limits: { list(): SiteLimit[]; put(limit: SiteLimit): void; delete(source: string): boolean }
  readonly tokens: { find(uid: string): Token | null; put(token: Token): void }
  readonly meta: { get(name: string): string | null; put(name: string, value: string): void }
  /** In a commit: the note for the audit trail. */
  audit(actor: string, act: string, subject: string, detail: string): void
  /** What is wanted has changed, and how. Called after the commit. */
  changed(wanted: Wanted, what: Change): void
}

export type Change = {
  readonly chargers: boolean
  readonly tokens: boolean
  readonly tariffs: boolean
  readonly limits: boolean
}

/** `refused`: said in words; nothing was changed. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly problem: string }

export type SiteState = {
  wanted(): Wanted
  /** A newer section of the cloud, read by its schema: kept and made true. What cannot be served is left out. */
  apply(desired: Pick<Desired, 'section' | 'version' | 'body'>): Promise<Outcome>
  putCharger(charger: Charger, actor: string): Promise<Outcome>
  /** @returns false when there is no such charger */
  deleteCharger(id: string, actor: string): Promise<boolean>
  putToken(token: Token, actor: string): Promise<void>
  /** @throws when it cannot be stored: until the next start it then holds from memory, beside the one that it would replace */
  putLimit(limit: SiteLimit, actor: string): Promise<void>
  /** @returns false when nobody here gave such a limit; the cloud's are the cloud's to end */
  deleteLimit(source: string, actor: string): Promise<boolean>
}
