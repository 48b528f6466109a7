import { connectorKey, Instant } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Needs, SessionView } from './needs.ts'
import { notFound, Problem, read } from './problem.ts'

const Query = z.strictObject({
  chargerId: z.string().max(48).optional(),
  tokenUid: z.string().max(36).optional(),
  status: z.enum(['pending', 'started', 'suspended', 'ended', 'failed', 'review']).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional() // How many were shown before.
})

const Wish = z.strictObject({
  energyWh: z.int().min(1).max(1_000_000).optional(),
  departAt: Instant.optional()
})

/** `GET /sessions`, `/sessions/{id}` with its readings and its wish, `PUT /sessions/{id}/wish`, `GET /reservations`. */
export function sessionRoutes(api: FastifyInstance, needs: Needs): void {
  const { sessions } = needs
  api.get('/sessions', async ({ query }) => {
    const { status, cursor, limit, ...where } = read(Query, query)
    if (status === 'pending' || status === 'failed') return { items: [], nextCursor: null } // Orders: only the cloud has them.
    const skip = cursor ?? 0
    const found = sessions.query({
      ...defined(where),
      ...(status === undefined ? {} : { status }),
      limit: skip + limit + 1
    })
    const items = found.slice(skip, skip + limit)
    return { items: items.map(item), nextCursor: found.length > skip + limit ? String(skip + limit) : null }
  })
  api.get<{ Params: { id: string } }>('/sessions/:id', async ({ params }) => {
    const session = sessions.find(params.id)
    if (!session) throw notFound(`session ${params.id}`)
    return { ...item(session), wish: sessions.wish(params.id), readings: sessions.readings(params.id) }
  })
  api.put<{ Params: { id: string } }>('/sessions/:id/wish', async ({ params, body }) => {
    const wish = read(Wish, body)
    const session = sessions.find(params.id)
    if (!session) throw notFound(`session ${params.id}`)
    if (over.includes(session.status))
      throw new Problem(409, 'session-not-running', `session ${params.id} is ${session.status}`)
    if (wish.departAt !== undefined && Date.parse(wish.departAt) <= needs.now())
      throw new Problem(422, 'departure-in-the-past', `departAt ${wish.departAt} is over`)
    await sessions.putWish(params.id, wish)
    return wish
  })
  api.get('/reservations', async () => ({ items: sessions.reservations(), nextCursor: null }))
}

const over = ['ended', 'review']

/** The cloud API's `connectorId` of a session is the whole key. The bill is the cloud's: a cost from here is never it. */
const item = (session: SessionView) => ({
  ...session,
  connectorId: connectorKey(session),
  provisional: true
})

type Where = { readonly chargerId?: string | undefined; readonly tokenUid?: string | undefined }

const defined = ({ chargerId, tokenUid }: Where) => ({
  ...(chargerId === undefined ? {} : { chargerId }),
  ...(tokenUid === undefined ? {} : { tokenUid })
})
