import type { IncomingHttpHeaders } from 'node:http'
import type { Protocol } from '@nova/shared-protocol/model'

/** What an upgrade request claims, or why it is no claim. Pure: headers in, verdict out. */
export type Handshake =
  | {
      readonly kind: 'claim'
      readonly identity: string
      readonly protocol: Protocol
      readonly password: Uint8Array | null
    }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

/** Sub-protocols served now; the framing is ready for more. */
const served: ReadonlyMap<string, Protocol> = new Map([['ocpp1.6', 'ocpp1.6']])

const identityShape = /^[^\s/:\p{Cc}]{1,48}$/u // As in the model's Charger; nobody can configure a NUL.

export function readHandshake(url: string, headers: IncomingHttpHeaders): Handshake {
  const identity = identityOf(url)
  if (identity === null) return refused(404, 'path')
  const protocol = protocolOf(headers['sec-websocket-protocol'])
  if (protocol === null) return refused(400, 'sub-protocol')
  const { authorization } = headers
  if (authorization === undefined) return { kind: 'claim', identity, protocol, password: null }
  const basic = readBasic(authorization)
  // OCPP-J 1.6 security §3.2.1: the user name is the charge point's identity. Anything else proves nothing.
  if (basic?.user !== identity) return refused(401, 'user name')
  return { kind: 'claim', identity, protocol, password: basic.password }
}

/** `/ocpp/{identity}`, percent-decoded; a query is nobody's business. */
function identityOf(url: string): string | null {
  const path = /^\/ocpp\/([^/?#]{1,200})\/?(?:[?#]|$)/.exec(url)?.[1]
  if (path === undefined) return null
  try {
    const identity = decodeURIComponent(path)
    return identityShape.test(identity) ? identity : null
  } catch (cause) {
    if (cause instanceof URIError) return null // Not percent-encoded UTF-8.
    throw cause
  }
}

// The station lists what it can, best first (OCPP-J §3.1.2); none or only unknown ones is a refusal.
function protocolOf(offered: string | undefined): Protocol | null {
  for (const word of (offered ?? '').split(',')) {
    const protocol = served.get(word.trim())
    if (protocol) return protocol
  }
  return null
}

/** RFC 7617 with the password kept as bytes: an AuthorizationKey may be any bytes. */
function readBasic(header: string): { readonly user: string; readonly password: Uint8Array } | null {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header)?.[1]
  if (encoded === undefined) return null
  const bytes = Buffer.from(encoded, 'base64')
  const colon = bytes.indexOf(0x3a)
  return colon === -1 ? null : { user: bytes.toString('utf8', 0, colon), password: bytes.subarray(colon + 1) }
}

const refused = (status: number, reason: string): Handshake => ({ kind: 'refused', status, reason })
