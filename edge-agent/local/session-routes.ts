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
  cursor: z.string().max(100).optional()
})

/** `GET /sessions`, `/sessions/{id}` with its readings, `/reservations`. */
export function sessionRoutes(api: FastifyInstance, { sessions }: Needs): void {
  api.get('/sessions', async ({ query }) => {
    const { status, cursor, limit, ...where } = read(Query, query)
    const skip = Number(cursor ?? 0) || 0
    // A session in review has ended; the store does not know of review, so it is picked here.
    const stored = status === 'review' ? 'ended' : status
    const found = sessions
      .query({
        ...defined(where),
        ...(stored === undefined ? {} : { status: stored }),
        limit: skip + limit + 1
      })
      .filter((session) => status === undefined || session.status === status)
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
