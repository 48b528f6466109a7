import { Charger, Token, isSpoken, spokenProtocols } from '@nova/shared-protocol/model'
import type { FastifyInstance } from 'fastify'
import { limitRoutes } from './limit-routes.ts'
import type { Needs } from './needs.ts'
import { named, notFound, Problem, read } from './problem.ts'

const actor = 'local'

type ById = { Params: { id: string } }

/** `PUT /tokens/{uid}`, `PUT · DELETE /chargers/{id}`: kept here, with or without cloud. */
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
    if (!isSpoken(charger.protocol))
      throw new Problem(422, 'protocol-not-spoken', `this edge speaks ${spokenProtocols.join(', ')}`)
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
