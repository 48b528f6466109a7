import type { Token } from '@nova/shared-protocol/model'
import { counts, type Answer, type Push } from './cached.ts'
import { findToken, type TokenList } from './tokens.ts'

export type Verdict = {
  readonly status: 'accepted' | 'blocked' | 'expired' | 'invalid' | 'concurrent'
  readonly group: string | null
  readonly expiresAt: string | null
  readonly maxEnergyWh: number | null // The offline policy's cap; null: none.
  readonly because: string
}

export type Question = {
  readonly tokenUid: string
  readonly now: number // Unix ms.
  readonly vouched: boolean // A start order of the cloud waits for this token here.
  readonly answer: Answer | null // What the cloud said of this token when it was asked last.
  readonly push: Push
  readonly cloudOnline: boolean // false also when the cloud was asked just now and did not answer.
  readonly canRecord: boolean // false: the disk takes nothing, no paid session may begin.
  readonly chargerAccepted: boolean // Registration of the charger.
  readonly busyElsewhere: boolean // The token has a session in another place.
}

export type Policy = {
  readonly unknownToken: 'refuse' | 'accept-with-cap'
  readonly maxEnergyWh: number
  readonly cachedMs: number // How long an answer of the cloud counts while it is out of reach.
  readonly concurrent: 'refuse' | 'allow'
}

/**
 * May this token charge here and now? Decided from what the edge knows, with or without the cloud: the list first,
 * then what the cloud answered, then the offline policy.
 */
export function decide(list: TokenList, question: Question, policy: Policy): Verdict {
  const who = whoIs(list, question, policy)
  const { maxEnergyWh } = policy
  const verdict = (status: Verdict['status'], because: string): Verdict => ({
    status,
    because,
    group: who.token?.group ?? null,
    expiresAt: who.token?.expiresAt ?? null,
    maxEnergyWh: null
  })
  const never = impossible(question)
  if (never !== null) return verdict('invalid', never)
  if (question.vouched) return verdict('accepted', 'the cloud vouches for it')
  const doubt = who.token ? doubtOf(who.token, question.now) : unknown(who, question, policy)
  if (doubt) return verdict(doubt.status, doubt.because)
  if (question.busyElsewhere && policy.concurrent === 'refuse')
    return verdict('concurrent', 'the token charges in another place')
  if (who.token) return verdict('accepted', who.because)
  return { ...verdict('accepted', `unknown, accepted offline up to ${maxEnergyWh} Wh`), maxEnergyWh }
}

type Who = { readonly token: Token | null; readonly isAnswered: boolean; readonly because: string }

function whoIs(list: TokenList, { tokenUid, answer, now, push }: Question, { cachedMs }: Policy): Who {
  const listed = findToken(list, tokenUid)
  if (listed) return { token: listed, isAnswered: false, because: 'on the list' }
  if (answer === null || !counts(answer, { now, cachedMs, push }))
    return { token: null, isAnswered: false, because: 'the token is unknown' }
  const at = Temporal.Instant.fromEpochMilliseconds(answer.saidAtMs).toString()
  const { token } = answer
  const because = token ? `the cloud said so at ${at}` : `the cloud knew no such token at ${at}`
  return { token, isAnswered: true, because }
}

/** Why nobody may begin here now, whoever it is. */
function impossible({ canRecord, chargerAccepted }: Question): string | null {
  if (!canRecord) return 'the edge cannot store what would be charged'
  return chargerAccepted ? null : 'the charger is not accepted'
}

type Doubt = Pick<Verdict, 'status' | 'because'>

function doubtOf(token: Token, now: number): Doubt | null {
  if (token.status !== 'accepted') return { status: token.status, because: `the token is ${token.status}` }
  return isPast(token.expiresAt, now)
    ? { status: 'expired', because: `the token expired at ${token.expiresAt}` }
    : null
}

/** Who is on no list is what the cloud says; without its word the site's policy decides. */
function unknown(
  { isAnswered, because }: Who,
  { cloudOnline }: Question,
  { unknownToken }: Policy
): Doubt | null {
  return isAnswered || cloudOnline || unknownToken === 'refuse' ? { status: 'invalid', because } : null
}

const isPast = (at: string | null | undefined, now: number): boolean =>
  typeof at === 'string' && Temporal.Instant.from(at).epochMilliseconds <= now
