/** Who is signed in, one shelf an audience: an operator's tab and a driver's tab do not sign each other out. */
export type Tokens = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAtMs: number
  readonly email: string
}

export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export const shelfName = (audience: string): string => `nova.sign-in.${audience}`

export function readTokens(shelf: Shelf, audience: string): Tokens | null {
  const stored = shelf.getItem(shelfName(audience))
  if (stored === null) return null
  try {
    const read: unknown = JSON.parse(stored)
    return isTokens(read) ? read : null
  } catch {
    return null // Not ours or half written: sign in again.
  }
}

function isTokens(read: unknown): read is Tokens {
  return (
    typeof read === 'object' &&
    read !== null &&
    'accessToken' in read &&
    typeof read.accessToken === 'string' &&
    'refreshToken' in read &&
    typeof read.refreshToken === 'string' &&
    'expiresAtMs' in read &&
    typeof read.expiresAtMs === 'number' &&
    'email' in read &&
    typeof read.email === 'string'
  )
}

export function writeTokens(shelf: Shelf, audience: string, tokens: Tokens | null): void {
  if (tokens) shelf.setItem(shelfName(audience), JSON.stringify(tokens))
  else shelf.removeItem(shelfName(audience))
}

const earlyMs = 20_000 // Renew before the last seconds, so that no request starts with a token that dies under way.

export const isFresh = (tokens: Tokens, now: number): boolean => tokens.expiresAtMs - earlyMs > now
