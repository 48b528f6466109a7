import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

export const roles = ['admin', 'operator', 'utility', 'oem', 'driver'] as const
export type Role = (typeof roles)[number]

/** Who is calling, as the token or the key says and identity vouches. */
export type Who = {
  readonly tenantId: string
  readonly userId: string
  readonly roles: readonly Role[]
  readonly email: string | null
  /** Set for drivers: what their tokens and sessions are filed under. */
  readonly driverId?: string
  /** `*` or `{first path segment}:{read|write}`: what an API key is narrowed to within its roles. */
  readonly permissions: readonly string[]
  /** When the proof of identity ends; a stream ends with it. */
  readonly expiresAtMs: number
}

/** Staff sees the whole tenant; a driver only what is its own. */
export const isStaff = (who: Pick<Who, 'roles'>): boolean => who.roles.some((role) => role !== 'driver')

declare module 'fastify' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only interfaces can be added to
  interface FastifyRequest {
    /** Present on every route whose `roles` is not `anyone`. */
    who: Who
    /** The caller's Idempotency-Key on routes with `idempotent`, else null. */
    idempotencyKey: string | null
    /** The body as it came, on routes with `rawBody` (signed webhooks). */
    rawBody: string | null
    /** The same as bytes: what is signed is bytes. */
    rawBytes: Uint8Array | null
  }
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only interfaces can be added to
  interface FastifyContextConfig {
    /** Who may call: roles, or `anyone` without a token. Every route of ours says it. */
    roles?: readonly Role[] | 'anyone'
    /** Moves money or hardware: Idempotency-Key is honoured, for ever; `for-two-days` where no money is moved. */
    idempotent?: boolean | 'for-two-days'
    rawBody?: boolean
    /** Media type of an answer that is no JSON. Without it and without a response schema a route answers 204. */
    answers?: string
  }
}

export type NovaApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** A context's endpoints; the prefix `/api/v1` is already on. */
export type Routes = (app: NovaApp) => void
