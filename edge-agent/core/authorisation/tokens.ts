import type { Token } from '@nova/shared-protocol/model'

/** Known tokens by their uid in lower case: OCPP's CiString compares without regard to case. */
export type TokenList = ReadonlyMap<string, Token>

/** What the site file says wins over what was put locally, and that over what the cloud wants. */
export function tokenList(sources: {
  readonly file: readonly Token[]
  readonly local: readonly Token[]
  readonly desired: readonly Token[]
}): TokenList {
  const inOrder = [...sources.desired, ...sources.local, ...sources.file]
  return new Map(inOrder.map((token) => [sameCase(token.uid), token]))
}

export const sameCase = (uid: string): string => uid.toLowerCase()

export const isSameToken = (left: string, right: string): boolean => sameCase(left) === sameCase(right)

export const findToken = (list: TokenList, uid: string): Token | undefined => list.get(sameCase(uid))

/**
 * Whether a token may end what another began: the same one, or one of the same group (OCPP 1.6 §3.5.2).
 * @param find what is known of a token, from whomever
 */
export function mayStop(
  find: (uid: string) => Token | null | undefined,
  session: { readonly tokenUid: string; readonly group: string | null },
  uid: string
): boolean {
  if (isSameToken(session.tokenUid, uid)) return true
  const group = find(uid)?.group ?? null
  return group !== null && session.group !== null && isSameToken(group, session.group)
}
