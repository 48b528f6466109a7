import { Charger, LimitSource, SiteLimit, Token } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import type { Needs } from './needs.ts'
import { notFound, Problem, read } from './problem.ts'

const actor = 'local'
const edgesOwn = ['wiring', 'failsafe'] // These come from the wiring plan; nobody may pose as them.

type ById = { Params: { id: string } }

/** `PUT /tokens/{uid}`, `PUT · DELETE /chargers/{id}`, `PUT · DELETE /limits/{source}`: kept here, with or without cloud. */
export function wiringRoutes(api: FastifyInstance, needs: Needs): void {
  chargerRoutes(api, needs)
  limitRoutes(api, needs)
  api.put<{ Params: { uid: string } }>('/tokens/:uid', async ({ params, body }) => {
    const token = read(Token, named(body, 'uid', params.uid))
    await needs.wiring.putToken(token, actor)
    return token
  })
}

function chargerRoutes(api: FastifyInstance, { wiring }: Needs): void {
  api.put<ById>('/chargers/:id', async ({ params, body }) => {
    const { siteId: _siteId, ...rest } = named(body, 'id', params.id)
    const charger = read(Charger, rest)
    const { profile, password } = charger.security
    // As in site.yaml: without one nobody could ever come in, and what GET shows has none.
    if ((profile === 1 || profile === 2) && password === undefined)
      throw new Problem(400, 'validation-failed', `security.password: profile ${profile} needs one`)
    const outcome = await wiring.putCharger(charger, actor)
    if (!outcome.ok) throw new Problem(422, 'does-not-fit-site', outcome.problem)
    return { ...charger, security: { profile: charger.security.profile } }
  })
  api.delete<ById>('/chargers/:id', async ({ params }, reply) => {
    if (!(await wiring.deleteCharger(params.id, actor))) throw notFound(`charger ${params.id}`)
    await reply.code(204).send()
  })
}

function limitRoutes(api: FastifyInstance, { wiring }: Needs): void {
  type BySource = { Params: { source: string } }
  api.put<BySource>('/limits/:source', async ({ params, body }) => {
    const source = read(LimitSource, params.source)
    if (edgesOwn.includes(source))
      throw new Problem(422, 'source-reserved', `${source} is the edge’s own source`)
    const limit = read(SiteLimit, named(body, 'source', source))
    await wiring.putLimit(limit, actor)
    return limit
  })
  api.delete<BySource>('/limits/:source', async ({ params }, reply) => {
    if (!(await wiring.deleteLimit(params.source, actor)))
      throw notFound(`limit of ${params.source} given here`)
    await reply.code(204).send()
  })
}

/** The body with its name from the path; a different name in the body is a mistake, not a choice. */
function named(body: unknown, field: string, name: string): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem(400, 'validation-failed', 'body: expected an object')
  }
  const said = (body as Record<string, unknown>)[field]
  if (said !== undefined && said !== name) {
    throw new Problem(400, 'validation-failed', `${field}: the path says ${name}`)
  }
  return { ...body, [field]: name }
}
