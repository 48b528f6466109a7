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
  readonly cloudOnline: boolean
  readonly canRecord: boolean // false: the disk takes nothing, no paid session may begin.
  readonly chargerAccepted: boolean // Registration of the charger.
  readonly busyElsewhere: boolean // The token has a session in another place.
}

export type Policy = {
  readonly unknownToken: 'refuse' | 'accept-with-cap'
  readonly maxEnergyWh: number
  readonly concurrent: 'refuse' | 'allow'
}

/** May this token charge here and now? Decided from what the edge knows, with or without the cloud. */
export function decide(list: TokenList, question: Question, policy: Policy): Verdict {
  const token = findToken(list, question.tokenUid)
  const known = { group: token?.group ?? null, expiresAt: token?.expiresAt ?? null, maxEnergyWh: null }
  const refusal = (status: Verdict['status'], because: string): Verdict => ({ ...known, status, because })

  if (!question.canRecord) return refusal('invalid', 'the edge cannot store what would be charged')
  if (!question.chargerAccepted) return refusal('invalid', 'the charger is not accepted')
  if (question.vouched) return { ...known, status: 'accepted', because: 'the cloud vouches for it' }
  if (!token) return unknown(question, policy)
  if (token.status !== 'accepted') return refusal(token.status, `the token is ${token.status}`)
  if (isPast(token.expiresAt, question.now))
    return refusal('expired', `the token expired at ${token.expiresAt}`)
  if (question.busyElsewhere && policy.concurrent === 'refuse')
    return refusal('concurrent', 'the token charges in another place')
  return { ...known, status: 'accepted', because: 'on the list' }
}

/** While the cloud is there its list is whole; without it the site's policy decides. */
function unknown(question: Question, policy: Policy): Verdict {
  const nobody = { group: null, expiresAt: null }
  if (question.cloudOnline || policy.unknownToken === 'refuse')
    return { ...nobody, status: 'invalid', maxEnergyWh: null, because: 'the token is unknown' }
  if (question.busyElsewhere && policy.concurrent === 'refuse')
    return {
      ...nobody,
      status: 'concurrent',
      maxEnergyWh: null,
      because: 'the token charges in another place'
    }
  return {
    ...nobody,
    status: 'accepted',
    maxEnergyWh: policy.maxEnergyWh,
    because: `unknown, accepted offline up to ${policy.maxEnergyWh} Wh`
  }
}

const isPast = (at: string | null | undefined, now: number): boolean =>
  typeof at === 'string' && Temporal.Instant.from(at).epochMilliseconds <= now
