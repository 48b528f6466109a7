import { randomBytes, randomUUID } from 'node:crypto'
import type { Database, Tx } from '../../db/index.ts'
import { problem, type Role } from '../../http/index.ts'
import { accessToken, hashOf, type Person, type SigningKeys } from './access.ts'
import { noteAudit } from './audit.ts'
import { isPassword, nobody } from './passwords.ts'
import type { Slowing } from './slowing.ts'
import { stepOf } from './totp.ts'
import type { Turns } from './turns.ts'

const refreshDays = 30

export type Box = { seal(text: string): string; open(sealed: string): string }
export type Needs = {
  readonly database: Database
  readonly keys: SigningKeys
  readonly slowing: Slowing
  readonly turns: Turns
  readonly box: Box
}

export type Tokens = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresInSeconds: number
}

export type UserRow = {
  tenant_id: string
  id: string
  email: string
  name: string
  password_hash: string
  roles: Role[]
  permissions: string[]
  driver_id: string | null
  active: boolean
  totp_secret: string | null
  totp_confirmed: boolean
  totp_step: number
  created_at: string
}

export type Credentials = {
  readonly email: string
  readonly password: string
  readonly otp?: string | undefined
  readonly ip: string
}

/**
 * Tries from one address are judged one after the other: many at once are not more guesses than many in a row.
 * @throws Problem 401 without saying which part was wrong, 429 when it was wrong too often
 */
export const signIn = async (needs: Needs, credentials: Credentials): Promise<Tokens> =>
  needs.turns(credentials.ip, async () => judge(needs, credentials))

async function judge(needs: Needs, { email, password, otp, ip }: Credentials): Promise<Tokens> {
  const attempt = { email: email.toLowerCase(), ip }
  const seconds = await needs.slowing.waitSeconds(attempt)
  if (seconds > 0)
    throw problem(429, 'sign-in-slowed', 'Too many failed sign-ins: wait a little.', {
      retryAfterSeconds: seconds
    })
  const user = await needs.database.platform('sign in', async (tx) =>
    tx.maybe<UserRow>('select * from users where lower(email) = $1 and active', [attempt.email])
  )
  const right = await isPassword(password, user?.password_hash ?? nobody)
  if (!user || !right) {
    await needs.slowing.failed(attempt)
    throw problem(401, 'sign-in-failed', 'The address or the password is wrong.')
  }
  const result = await needs.database.tenant(user.tenant_id, async (tx) => {
    const step = secondFactor(needs, user, otp)
    if (step === 'wrong') return undefined
    if (step !== 'none') {
      const used = await tx.query(
        'update users set totp_step = $2 where id = $1 and totp_step < $2 returning 1',
        [user.id, step]
      )
      if (used.length === 0) return undefined
    }
    await noteAudit(tx, { actor: user.email, act: 'sign-in', subject: user.id, detail: `from ${ip}` })
    return issue(needs, tx, personOf(user), randomUUID())
  })
  if (!result) {
    await needs.slowing.failed(attempt)
    throw problem(
      401,
      otp === undefined ? 'otp-needed' : 'otp-wrong',
      'A one-time code of your authenticator is needed.'
    )
  }
  await needs.slowing.succeeded(attempt)
  return result
}

function secondFactor(needs: Needs, user: UserRow, otp: string | undefined): number | 'none' | 'wrong' {
  if (!user.totp_confirmed || user.totp_secret === null) return 'none'
  const secret = Buffer.from(needs.box.open(user.totp_secret), 'hex')
  return stepOf(secret, otp ?? '', { seconds: Date.now() / 1000, lastStep: user.totp_step }) ?? 'wrong'
}

export const personOf = (user: UserRow): Person => ({
  tenantId: user.tenant_id,
  userId: user.id,
  email: user.email,
  roles: user.roles,
  driverId: user.driver_id,
  permissions: user.permissions
})

async function issue(needs: Needs, tx: Tx, person: Person, family: string): Promise<Tokens> {
  const refreshToken = `nvr_${randomBytes(32).toString('base64url')}`
  await tx.query(
    `insert into refresh_tokens (tenant_id, token_hash, family, user_id, expires_at)
     values ($1, $2, $3, $4, now() + interval '${refreshDays} days')`,
    [person.tenantId, hashOf(refreshToken), family, person.userId]
  )
  const { token, expiresInSeconds } = await accessToken(needs.keys, person)
  return { accessToken: token, refreshToken, expiresInSeconds }
}

type RefreshRow = {
  tenant_id: string
  family: string
  user_id: string
  used_at: string | null
  valid: boolean
}

/**
 * A refresh token works once and gives the next. One that comes a second time was stolen, or its answer was
 * lost: nobody can tell, so the whole family ends and the person signs in again.
 */
export async function refresh(needs: Needs, refreshToken: string): Promise<Tokens> {
  const refused = problem(401, 'refresh-refused', 'Please sign in again.')
  const row = await findRefresh(needs, refreshToken)
  if (!row) throw refused
  const tokens = await needs.database.tenant(row.tenant_id, async (tx) => {
    const taken = await tx.query(
      `update refresh_tokens set used_at = now()
       where token_hash = $1 and used_at is null and revoked_at is null and expires_at > now() returning 1`,
      [hashOf(refreshToken)]
    )
    const user = await tx.maybe<UserRow>('select * from users where id = $1 and active', [row.user_id])
    if (taken.length > 0 && user) return issue(needs, tx, personOf(user), row.family)
    await endFamily(tx, row.family)
    if (row.used_at !== null)
      await noteAudit(tx, { actor: row.user_id, act: 'refresh-token-reused', subject: row.family })
    return undefined
  })
  if (!tokens) throw refused
  return tokens
}

/** Ends the family of a refresh token; unknown ones end nothing. */
export async function signOut(needs: Needs, refreshToken: string): Promise<void> {
  const row = await findRefresh(needs, refreshToken)
  if (row) await needs.database.tenant(row.tenant_id, async (tx) => endFamily(tx, row.family))
}

async function findRefresh(needs: Needs, refreshToken: string): Promise<RefreshRow | undefined> {
  return needs.database.platform('refresh a token', async (tx) =>
    tx.maybe<RefreshRow>(
      'select tenant_id, family, user_id, used_at from refresh_tokens where token_hash = $1',
      [hashOf(refreshToken)]
    )
  )
}

async function endFamily(tx: Tx, family: string): Promise<void> {
  await tx.query('update refresh_tokens set revoked_at = now() where family = $1 and revoked_at is null', [
    family
  ])
}

/** After a change of password or when somebody is locked: every sign-in of theirs ends. */
export async function endSignIns(tx: Tx, userId: string): Promise<void> {
  await tx.query('update refresh_tokens set revoked_at = now() where user_id = $1 and revoked_at is null', [
    userId
  ])
}
