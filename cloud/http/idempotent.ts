import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from './problem.ts'
import type { NovaApp } from './who.ts'

type Call = {
  readonly tenantId: string
  readonly caller: string
  readonly key: string
  readonly passing: boolean
}
type Begun =
  | { readonly kind: 'new' }
  | { readonly kind: 'running' }
  | { readonly kind: 'other-body' }
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly contentType: string
      readonly body: string
    }

/** Where first answers are kept; `db` has it. */
export type Keys = {
  begin(call: Call, requestHash: string): Promise<Begun>
  answered(call: Call, answer: { status: number; contentType: string; body: string }): Promise<void>
  release(call: Call): Promise<void>
}

const calls = new WeakMap<FastifyRequest, Call>()

/** How long a call waits for the first one with its key, in steps: together 3 s. */
const waitsMs = [25, 50, 100, 200, 400, 800, 1_425] as const

/**
 * Same key and same body: the first answer again, also for who comes while the first call runs. Another body: 409.
 * Still running after a while: 409 with Retry-After.
 */
export function addIdempotency(app: NovaApp, keys: Keys): void {
  app.decorateRequest('idempotencyKey', null)
  app.addHook('preHandler', async (request, reply) => begin(request, reply, keys))
  app.addHook('onSend', async (request, reply, payload) => {
    await remember(request, { reply, keys, payload })
    return payload
  })
}

async function begin(request: FastifyRequest, reply: FastifyReply, keys: Keys): Promise<unknown> {
  const key = keyOf(request)
  if (key === null) return undefined
  request.idempotencyKey = key
  const { who, routeOptions } = request
  const passing = routeOptions.config.idempotent === 'for-two-days'
  const call = { tenantId: who.tenantId, caller: who.userId, key, passing }
  const begun = await beginOrWait(async () => keys.begin(call, hashOf(request)))
  if (begun.kind === 'new') {
    calls.set(request, call)
    return undefined
  }
  if (begun.kind === 'running')
    throw problem(409, 'call-still-running', 'The first call with this key is still running.', {
      retryAfterSeconds: 1
    })
  if (begun.kind === 'other-body')
    throw problem(409, 'idempotency-key-reused', 'This Idempotency-Key was used with another request.')
  return reply
    .code(begun.status)
    .header('idempotency-replayed', 'true')
    .type(begun.contentType)
    .serializer((body: unknown) => String(body))
    .send(begun.body)
}

async function beginOrWait(tryToBegin: () => Promise<Begun>): Promise<Begun> {
  let begun = await tryToBegin()
  for (const ms of waitsMs) {
    if (begun.kind !== 'running') return begun
    await wait(ms)
    begun = await tryToBegin()
  }
  return begun
}

function keyOf(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key']
  if (header === undefined || !request.routeOptions.config.idempotent) return null
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(header))
    throw problem(400, 'idempotency-key-invalid', 'Idempotency-Key: 1 to 200 visible ASCII characters.')
  return header
}

/**
 * Id of what a call with an Idempotency-Key makes: a repeated call makes the same thing even when the first one
 * died before its answer was kept.
 * @returns a UUID, undefined when the call came without a key
 */
export function idOfCall({ who, idempotencyKey }: FastifyRequest): string | undefined {
  if (idempotencyKey === null) return undefined
  const hex = createHash('sha256')
    .update(JSON.stringify([who.tenantId, who.userId, idempotencyKey]))
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const hashOf = (request: FastifyRequest): string =>
  createHash('sha256')
    .update(`${request.method}\n${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex')

type Answer = { readonly reply: FastifyReply; readonly keys: Keys; readonly payload: unknown }

async function remember(request: FastifyRequest, { reply, keys, payload }: Answer): Promise<void> {
  const call = calls.get(request)
  if (!call) return
  calls.delete(request)
  const mayPass = reply.statusCode >= 500 || reply.statusCode === 429
  const contentType = String(reply.getHeader('content-type') ?? 'application/json; charset=utf-8')
  const keeping = mayPass
    ? keys.release(call)
    : keys.answered(call, {
        status: reply.statusCode,
        contentType,
        body: typeof payload === 'string' ? payload : ''
      })
  // The act has happened: its answer goes out even when it could not be kept. Business keys guard a repetition.
  await keeping.catch((error: unknown) =>
    request.log.warn({ err: String(error) }, 'an answer could not be kept')
  )
}
