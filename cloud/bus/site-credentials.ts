import { createUser, decode, encodeUser, fmtCreds, fromSeed, parseCreds, type User } from '@nats-io/jwt'
import { subjects } from '@nova/shared-protocol/messages'

// An edge answers a command at once and may tell its progress; the cloud asks for at most two minutes.
const repliesPerCommand = 4
const replyNanoseconds = 120_000_000_000

/** Who signs: the account of the bus and its signing key's seed (`SA…`). */
export type Signer = { readonly account: string; readonly signingSeed: string }

export type SiteCredentials = {
  /** What the edge is given: user JWT and key in the creds format, then the cloud's command key. */
  readonly text: string
  /** The user's public key, by which the credentials can be revoked. */
  readonly userKey: string
}

/**
 * Credentials with which one site's edge reaches its own subjects and nothing else: it may send its frames,
 * hello, questions and live values, answer what it was asked, and hear what the cloud tells this site.
 * @param commandKey the cloud's public key for signed commands: Ed25519 SPKI, base64
 * @throws ZodError when the site's id is not an identifier (it would be a wildcard or another site's subject)
 */
export async function mintSiteCredentials(
  siteId: string,
  signer: Signer,
  commandKey: string
): Promise<SiteCredentials> {
  const user = createUser()
  const issuer = fromSeed(new TextEncoder().encode(signer.signingSeed.trim()))
  const jwt = await encodeUser(`site ${siteId}`, user, issuer, {
    ...rightsOf(siteId),
    issuer_account: signer.account
  })
  const creds = new TextDecoder().decode(fmtCreds(jwt, user))
  return { text: `${creds.trimEnd()}\n${commandKeyBlock(commandKey)}`, userKey: user.getPublicKey() }
}

/** The inbox that an edge must ask its client to use (`inboxPrefix`): replies for one site are unheard by others. */
export function inboxOf(siteId: string): string {
  return `_INBOX_${siteId}`
}

function rightsOf(siteId: string): Partial<User> {
  return {
    pub: {
      allow: [
        subjects.frame(siteId),
        subjects.hello(siteId),
        subjects.token(siteId),
        subjects.live(siteId, '>')
      ],
      deny: []
    },
    sub: {
      allow: [
        subjects.durable(siteId),
        subjects.command(siteId),
        subjects.ask(siteId),
        subjects.desired(siteId),
        `${inboxOf(siteId)}.>`
      ],
      deny: []
    },
    resp: { max: repliesPerCommand, ttl: replyNanoseconds },
    bearer_token: false,
    allowed_connection_types: ['STANDARD']
  }
}

/**
 * Whether credentials that lie somewhere, perhaps for long, allow this site all that an edge does by now.
 * @returns false also for what are no credentials
 */
export async function areCurrent(siteId: string, text: string): Promise<boolean> {
  const allowed = await sendRightsIn(text)
  return (rightsOf(siteId).pub?.allow ?? []).every((subject) => allowed.includes(subject))
}

async function sendRightsIn(text: string): Promise<readonly string[]> {
  try {
    const { jwt } = await parseCreds(new TextEncoder().encode(text))
    return decode<User>(jwt).nats.pub?.allow ?? []
  } catch {
    return [] // Not in the creds format, or cut off: good for nothing.
  }
}

function commandKeyBlock(commandKey: string): string {
  return `-----BEGIN NOVA COMMAND KEY-----\n${commandKey}\n------END NOVA COMMAND KEY------\n`
}

/** The account that a creds file (the cloud's own) belongs to: what a signer needs beside the seed. */
export async function accountOf(credentials: string): Promise<string> {
  const { jwt } = await parseCreds(new TextEncoder().encode(credentials))
  const claims = decode<User>(jwt)
  return claims.nats.issuer_account ?? claims.iss
}
