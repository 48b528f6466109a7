import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { problem, roles, type Routes } from '../../http/index.ts'
import { noteAudit } from './audit.ts'
import { TooBusy } from './passwords.ts'
import { refresh, signIn, signOut, type Needs, type UserRow } from './session.ts'
import { base32, stepOf } from './totp.ts'

const signInsPerMinute = 60 // From one address; beyond it nobody types passwords.
const secretBytes = 20 // RFC 4226 §4 R6 recommends 160 bits.

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresInSeconds: z.int() })
const RefreshBody = z.strictObject({ refreshToken: z.string().max(200) })
const Code = z.string().regex(/^\d{6}$/)
const anyone = { roles: 'anyone' as const, rateLimit: { max: signInsPerMinute, timeWindow: 60_000 } }

/** Signing in and out, and the second factor. */
export const signInRoutes =
  (needs: Needs): Routes =>
  (app) => {
    app.post(
      '/auth/login',
      {
        config: anyone,
        schema: {
          summary: 'Sign in',
          body: z.strictObject({
            email: z.string().max(200),
            password: z.string().max(200),
            otp: Code.optional()
          }),
          response: { 200: Tokens }
        }
      },
      async ({ body, ip }) => signIn(needs, { ...body, ip }).catch(busy)
    )
    app.post(
      '/auth/refresh',
      { config: anyone, schema: { summary: 'Next tokens', body: RefreshBody, response: { 200: Tokens } } },
      async ({ body }) => refresh(needs, body.refreshToken)
    )
    app.post(
      '/auth/logout',
      { config: anyone, schema: { summary: 'End this sign-in', body: RefreshBody } },
      async ({ body }, reply) => {
        await signOut(needs, body.refreshToken)
        return reply.code(204).send()
      }
    )
    addMe(app, needs)
    addTotp(app, needs)
    addTotpProof(app, needs)
  }

function busy(error: unknown): never {
  if (error instanceof TooBusy)
    throw problem(503, 'sign-in-busy', 'Many people are signing in: try again.', { retryAfterSeconds: 2 })
  throw error
}

const Me = z.object({
  userId: z.string(),
  tenantId: z.string(),
  email: z.string().nullable(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  permissions: z.array(z.string()),
  driverId: z.string().nullable(),
  totp: z.boolean()
})

function addMe(app: Parameters<Routes>[0], { database }: Needs): void {
  app.get(
    '/auth/me',
    { config: { roles }, schema: { summary: 'Who am I', response: { 200: Me } } },
    async ({ who }) => {
      const user = await database.tenant(who.tenantId, async (tx) =>
        tx.maybe<UserRow>('select name, totp_confirmed from users where id = $1', [who.userId])
      )
      return {
        userId: who.userId,
        tenantId: who.tenantId,
        email: who.email,
        name: user?.name ?? 'API key',
        roles: [...who.roles],
        permissions: [...who.permissions],
        driverId: who.driverId ?? null,
        totp: user?.totp_confirmed ?? false
      }
    }
  )
}

function addTotp(app: Parameters<Routes>[0], { database, box }: Needs): void {
  app.post(
    '/auth/totp',
    {
      config: { roles },
      schema: {
        summary: 'Begin a second factor',
        response: { 201: z.object({ secret: z.string(), uri: z.string() }) }
      }
    },
    async ({ who }, reply) => {
      const secret = randomBytes(secretBytes)
      const changed = await database.tenant(who.tenantId, async (tx) =>
        tx.query('update users set totp_secret = $2 where id = $1 and not totp_confirmed returning 1', [
          who.userId,
          box.seal(secret.toString('hex'))
        ])
      )
      if (changed.length === 0) throw problem(409, 'totp-active', 'A second factor is active already.')
      const text = base32(secret)
      return reply.code(201).send({
        secret: text,
        uri: `otpauth://totp/Nova-X:${encodeURIComponent(who.email ?? who.userId)}?secret=${text}&issuer=Nova-X`
      })
    }
  )
}

function addTotpProof(app: Parameters<Routes>[0], { database, box }: Needs): void {
  app.post(
    '/auth/totp/confirm',
    {
      config: { roles },
      schema: { summary: 'Prove the second factor', body: z.strictObject({ otp: Code }) }
    },
    async ({ who, body }, reply) => {
      const confirmed = await database.tenant(who.tenantId, async (tx) => {
        const user = await tx.maybe<UserRow>('select * from users where id = $1 for update', [who.userId])
        if (!user || user.totp_secret === null) return false
        const step = stepOf(Buffer.from(box.open(user.totp_secret), 'hex'), body.otp, {
          seconds: Date.now() / 1000,
          lastStep: user.totp_step
        })
        if (step === undefined) return false
        await tx.query('update users set totp_confirmed = true, totp_step = $2 where id = $1', [
          who.userId,
          step
        ])
        await noteAudit(tx, { actor: user.email, act: 'totp-confirmed', subject: user.id })
        return true
      })
      if (!confirmed) throw problem(422, 'otp-wrong', 'The code does not fit.')
      return reply.code(204).send()
    }
  )
}
