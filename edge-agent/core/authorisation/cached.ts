import type { Token } from '@nova/shared-protocol/model'

/** What the cloud said of a token when it was asked. */
export type Answer = {
  readonly token: Token | null // null: the cloud knows no such token.
  readonly saidAtMs: number // Unix ms.
  readonly listVersion: number // Of the list that was held then.
}

/** The list as the cloud pushed it last. */
export type Push = {
  readonly version: number
  readonly isWhole: boolean // false: it is as long as it may be, and the cloud may know more tokens.
}

/** A tap and the start after it are one question; a car is plugged in within it. */
const freshMs = 60_000

/** Somebody puts the card right at the desk and tries again: a no is asked again sooner. */
const freshNoMs = 5_000

/**
 * Whether an answer still counts: for a minute in any case, then for as long as the policy lets it, and no longer than
 * until a later push that could have named the token.
 */
export function counts(answer: Answer, at: { now: number; cachedMs: number; push: Push }): boolean {
  const { now, cachedMs, push } = at
  return isNewest(answer, push) && now - answer.saidAtMs < Math.max(cachedMs, freshMs)
}

/** Whether the cloud, within reach, need not be asked again yet. */
export function isFresh(answer: Answer, now: number, push: Push): boolean {
  const lastsMs = answer.token?.status === 'accepted' ? freshMs : freshNoMs
  return isNewest(answer, push) && now - answer.saidAtMs < lastsMs
}

const isNewest = ({ listVersion }: Answer, { version, isWhole }: Push): boolean =>
  listVersion === version || !isWhole
