import { LimitSource, refusalStatus, SentLimit, type LimitRefusal } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Needs } from './needs.ts'
import { named, notFound, Problem, read } from './problem.ts'

const actor = 'local'
const edgesOwn = ['wiring', 'failsafe'] // These come from the wiring plan; nobody may pose as them.

type BySource = { Params: { source: string } }

/** `dimmed`: what a relay's contact says; boxes that write their limits send an empty body. */
const Heartbeat = z.strictObject({ dimmed: z.boolean().optional() })

/** `PUT · DELETE /limits/{source}`, `POST /limits/{source}/heartbeat`. What is refused is recorded, with its name. */
export function limitRoutes(api: FastifyInstance, { limits }: Needs): void {
  api.put<BySource>('/limits/:source', async ({ params, body }) => {
    const source = read(LimitSource, params.source)
    if (edgesOwn.includes(source))
      throw new Problem(422, 'source-reserved', `${source} is the edge’s own source`)
    const limit = readLimit(limits, source, body)
    const refusal = await limits.put(limit, actor)
    if (refusal !== null) throw refused(refusal)
    return limit
  })
  api.delete<BySource>('/limits/:source', async ({ params }, reply) => {
    if (!(await limits.delete(params.source, actor))) throw notFound(`limit of ${params.source} given here`)
    await reply.code(204).send()
  })
  api.post<BySource>('/limits/:source/heartbeat', async ({ params, body }, reply) => {
    const { dimmed } = read(Heartbeat, body ?? {})
    const outcome = limits.heartbeat(params.source, dimmed)
    if (outcome === 'unknown-source') throw notFound(`source ${params.source} with a heartbeat`)
    if (outcome === 'no-relay')
      throw new Problem(
        422,
        'no-relay',
        `${params.source} is no relay: it writes its limits, and is not dimmed`
      )
    await reply.code(204).send()
  })
}

/** What cannot be read as a limit is recorded too: who looks for the reason finds that something came. */
function readLimit(limits: Pick<Needs['limits'], 'refuse'>, source: string, body: unknown): SentLimit {
  try {
    return read(SentLimit, named(body, 'source', source))
  } catch (cause) {
    if (cause instanceof Problem) limits.refuse(source, cause.message)
    throw cause
  }
}

const refused = ({ name, detail }: LimitRefusal): Problem => new Problem(refusalStatus(name), name, detail)
