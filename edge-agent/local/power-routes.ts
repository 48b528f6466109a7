import { SiteLimit } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Needs } from './needs.ts'
import { Problem, read } from './problem.ts'

const Preview = z.strictObject({ limits: z.array(SiteLimit).max(20) })

/** `GET /power`: tree, limits by source, forecast. `POST /power/preview`: the same as it would be; nothing is changed. */
export function powerRoutes(api: FastifyInstance, { power }: Needs): void {
  api.get('/power', async () => {
    const picture = power.picture()
    if (picture === null) throw notYet('the control loop has not run yet')
    return picture
  })
  api.post('/power/preview', async ({ body }) => {
    const { limits } = read(Preview, body)
    const preview = power.preview(limits)
    if (preview === null) throw notYet('nothing here plans ahead yet')
    if ('refused' in preview) throw new Problem(422, 'limit-refused', preview.refused)
    return preview
  })
}

const notYet = (detail: string): Problem =>
  new Problem(503, 'power-not-ready', detail, { 'retry-after': '2' })
