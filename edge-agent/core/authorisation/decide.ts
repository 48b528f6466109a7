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
  const listed = findToken(list, question.tokenUid)
  const answer = listed ? null : standing(question, policy)
  const token = listed ?? answer?.token ?? undefined
  const verdict = (status: Verdict['status'], because: string): Verdict => ({
    status,
    because,
    group: token?.group ?? null,
    expiresAt: token?.expiresAt ?? null,
    maxEnergyWh: null
  })
  if (!question.canRecord) return verdict('invalid', 'the edge cannot store what would be charged')
  if (!question.chargerAccepted) return verdict('invalid', 'the charger is not accepted')
  if (question.vouched) return verdict('accepted', 'the cloud vouches for it')
  const doubt = token ? doubtOf(token, question.now) : unknown(answer, question, policy)
  if (doubt) return verdict(doubt.status, doubt.because)
  if (question.busyElsewhere && policy.concurrent === 'refuse')
    return verdict('concurrent', 'the token charges in another place')
  if (token) return verdict('accepted', answer ? saidAt(answer) : 'on the list')
  const { maxEnergyWh } = policy
  return { ...verdict('accepted', `unknown, accepted offline up to ${maxEnergyWh} Wh`), maxEnergyWh }
}

type Doubt = Pick<Verdict, 'status' | 'because'>

function doubtOf(token: Token, now: number): Doubt | null {
  if (token.status !== 'accepted') return { status: token.status, because: `the token is ${token.status}` }
  return isPast(token.expiresAt, now)
    ? { status: 'expired', because: `the token expired at ${token.expiresAt}` }
    : null
}

const standing = ({ answer, now, push }: Question, { cachedMs }: Policy): Answer | null =>
  answer !== null && counts(answer, { now, cachedMs, push }) ? answer : null

const saidAt = ({ saidAtMs }: Answer): string =>
  `the cloud said so at ${Temporal.Instant.fromEpochMilliseconds(saidAtMs).toString()}`

/** Who is on no list is what the cloud says; without its word the site's policy decides. */
function unknown(answer: Answer | null, { cloudOnline }: Question, { unknownToken }: Policy): Doubt | null {
  if (answer) return { status: 'invalid', because: 'the cloud knows no such token' }
  const isRefused = cloudOnline || unknownToken === 'refuse'
  return isRefused ? { status: 'invalid', because: 'the token is unknown' } : null
}

const isPast = (at: string | null | undefined, now: number): boolean =>
  typeof at === 'string' && Temporal.Instant.from(at).epochMilliseconds <= now
