import { connectorKey } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Needs, SessionView } from './needs.ts'
import { notFound, read } from './problem.ts'

const Query = z.strictObject({
  chargerId: z.string().max(48).optional(),
  tokenUid: z.string().max(36).optional(),
  status: z.enum(['started', 'suspended', 'ended', 'review']).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.coerce.number().int().min(0).max(1_000_000).optional() // How many were shown before.
})

/** `GET /sessions`, `/sessions/{id}` with its readings, `/reservations`. */
export function sessionRoutes(api: FastifyInstance, { sessions }: Needs): void {
  api.get('/sessions', async ({ query }) => {
    const { status, cursor, limit, ...where } = read(Query, query)
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
    return { ...item(session), readings: sessions.readings(params.id) }
  })
  api.get('/reservations', async () => ({ items: sessions.reservations(), nextCursor: null }))
}

/** The cloud API's `connectorId` of a session is the whole key. */
const item = (session: SessionView) => ({ ...session, connectorId: connectorKey(session) })

type Where = { readonly chargerId?: string | undefined; readonly tokenUid?: string | undefined }

const defined = ({ chargerId, tokenUid }: Where) => ({
  ...(chargerId === undefined ? {} : { chargerId }),
  ...(tokenUid === undefined ? {} : { tokenUid })
})
