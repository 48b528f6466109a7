import { isFinal } from '@nova/shared-protocol/messages'
import { Instant } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Ended, Needs } from './needs.ts'
import { notFound, Problem, read } from './problem.ts'

const Body = z.strictObject({
  action: z.string().min(1).max(60),
  payload: z.unknown().optional(),
  expiresAt: Instant.optional()
})
const longestWaitS = 50 // Below the server's own request timeout.
const Wait = z.object({ wait: z.coerce.number().min(0).optional() })
const Key = z.string().min(1).max(200)

/** `POST /chargers/{id}/commands` → 202; `GET /commands/{id}?wait=30` holds the answer until the end. */
export function commandRoutes(api: FastifyInstance, { orders }: Needs): void {
  api.post<{ Params: { id: string } }>('/chargers/:id/commands', async (request, reply) => {
    const { action, payload = {}, expiresAt } = read(Body, request.body)
    const key = request.headers['idempotency-key']
    const taken = await orders.take({
      chargerId: request.params.id,
      action,
      payload,
      expiresAt,
      issuer: 'local',
      idempotencyKey: key === undefined ? undefined : read(Key, key)
    })
    if (taken.kind !== 'taken') throw refusal(taken.kind, taken.detail)
    await reply.code(202).send({ id: taken.command.id, status: taken.command.status })
  })
  api.get<{ Params: { id: string } }>('/commands/:id', async ({ params, query }) => {
    const { wait = 0 } = read(Wait, query)
    const known = orders.find(params.id)
    if (!known) throw notFound(`command ${params.id}`)
    if (wait === 0 || isFinal(known.status)) return item(known)
    return item((await orders.ended(params.id, Math.min(wait, longestWaitS) * 1000)) ?? known)
  })
}

const item = ({ id, chargerId, action, status, result, error, history }: Ended) => ({
  id,
  chargerId,
  action,
  status,
  ...(result === null || result === undefined ? {} : { result }),
  ...(error === null ? {} : { error }),
  history
})

function refusal(
  kind: 'unknown-charger' | 'malformed' | 'conflict' | 'busy' | 'not-stored',
  detail: string
): Problem {
  switch (kind) {
    case 'unknown-charger':
      return new Problem(404, 'not-found', detail)
    case 'malformed':
      return new Problem(400, 'validation-failed', detail)
    case 'conflict':
      return new Problem(409, 'idempotency-conflict', detail)
    case 'busy':
      return new Problem(429, 'busy', detail, { 'retry-after': '1' })
    case 'not-stored':
      return new Problem(503, 'storage-failing', detail, { 'retry-after': '10' })
  }
}
