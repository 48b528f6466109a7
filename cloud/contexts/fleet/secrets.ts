const hidden = '••••'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The password that the charger signs in with (OCPP 1.6 security white paper, A00): it may be set, and read by nobody. */
const setsPassword = ({ key }: Fields): boolean =>
  typeof key === 'string' && key.toLowerCase() === 'authorizationkey'

/** `ftp://user:password@host/…` without what stands before the @. */
const withoutLogin = (url: string): string =>
  url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${hidden}@`)

/** An order's payload as it may be shown: what lets somebody in is not repeated. */
export function shownPayload(payload: unknown): unknown {
  if (!isFields(payload)) return payload
  const { location } = payload
  return {
    ...payload,
    ...(setsPassword(payload) ? { value: hidden } : {}),
    ...(typeof location === 'string' ? { location: withoutLogin(location) } : {})
  }
}
