import { createHash } from 'node:crypto'
import { jwtVerify, SignJWT, type CryptoKey, type KeyObject } from 'jose'
import { z } from 'zod'
import type { Database } from '../../db/index.ts'
import { roles, type Role, type Who } from '../../http/index.ts'

const accessSeconds = 900
const issuer = 'nova-x'
const keyCacheMs = 15_000 // A revoked key works this much longer at the most.
const mostCached = 10_000

export type SigningKeys = {
  readonly kid: string
  readonly privateKey: CryptoKey | KeyObject
  readonly publicKey: CryptoKey | KeyObject
}

export type Person = {
  readonly tenantId: string
  readonly userId: string
  readonly email: string
  readonly roles: readonly Role[]
  readonly driverId: string | null
  readonly permissions: readonly string[]
}

const Claims = z.object({
  sub: z.string(),
  tid: z.string(),
  email: z.string(),
  roles: z.array(z.enum(roles)),
  did: z.string().optional(),
  perm: z.array(z.string()),
  exp: z.number()
})

/** A short-lived token that carries who somebody is; no database is asked for it. */
export async function accessToken(
  keys: SigningKeys,
  person: Person
): Promise<{ token: string; expiresInSeconds: number }> {
  const claims = {
    tid: person.tenantId,
    email: person.email,
    roles: [...person.roles],
    perm: [...person.permissions],
    ...(person.driverId === null ? {} : { did: person.driverId })
  }
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.kid })
    .setSubject(person.userId)
    .setIssuer(issuer)
    .setIssuedAt()
    .setExpirationTime(`${accessSeconds}s`)
    .sign(keys.privateKey)
  return { token, expiresInSeconds: accessSeconds }
}

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** The HTTP door's question: whom does this bearer belong to? */
export function openAuthenticate(database: Pick<Database, 'platform'>, keys: SigningKeys) {
  const cached = new Map<string, { who: Who | undefined; until: number }>()
  return async (bearer: string): Promise<Who | undefined> => {
    if (!bearer.startsWith('nvx_')) return whoOfToken(keys, bearer)
    const hash = hashOf(bearer)
    const found = cached.get(hash)
    if (found && found.until > Date.now()) return found.who
    const who = await whoOfKey(database, hash)
    if (cached.size >= mostCached) cached.clear()
    cached.set(hash, { who, until: Date.now() + keyCacheMs })
    return who
  }
}

async function whoOfToken(keys: SigningKeys, token: string): Promise<Who | undefined> {
  const payload = await jwtVerify(token, keys.publicKey, { issuer, algorithms: ['EdDSA'] }).then(
    (verified) => verified.payload,
    () => undefined // Whatever is wrong with it, it is no token of ours.
  )
  const claims = Claims.safeParse(payload)
  if (!claims.success) return undefined
  const { sub, tid, email, did, perm, exp } = claims.data
  return {
    tenantId: tid,
    userId: sub,
    roles: claims.data.roles,
    email,
    permissions: perm,
    expiresAtMs: exp * 1000,
    ...(did === undefined ? {} : { driverId: did })
  }
}

type KeyRow = {
  tenant_id: string
  id: string
  roles: Role[]
  permissions: string[]
  expires_at: string | null
}

async function whoOfKey(database: Pick<Database, 'platform'>, hash: string): Promise<Who | undefined> {
  const row = await database.platform('authenticate an API key', async (tx) =>
    tx.maybe<KeyRow>(
      `select tenant_id, id, roles, permissions, expires_at from api_keys
       where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
      [hash]
    )
  )
  if (!row) return undefined
  return {
    tenantId: row.tenant_id,
    userId: row.id,
    roles: row.roles,
    email: null,
    permissions: row.permissions,
    expiresAtMs: row.expires_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(row.expires_at)
  }
}
