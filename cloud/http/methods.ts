import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem, type Problem } from './problem.ts'
import type { NovaApp } from './who.ts'

/** Tells a wrong method on a known path (405 with Allow) from an unknown path (404). */
export function addMethodCheck(app: NovaApp): (request: FastifyRequest, reply: FastifyReply) => Problem {
  const patterns = new Map<string, RegExp>()
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  app.addHook('onReady', async () => {
    for (const path of Object.keys(app.swagger().paths ?? {}))
      patterns.set(path, new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`))
  })
  return (request, reply) => {
    const [pathname = ''] = request.url.split('?')
    const match = [...patterns].find(([, pattern]) => pattern.test(pathname))?.[0]
    if (match === undefined) return problem(404, 'not-found', 'There is nothing at this address.')
    const url = match.replaceAll(/\{([^}]+)\}/g, ':$1')
    const allowed = methods.filter((method) => app.hasRoute({ method, url }))
    // The path has the method: an id in it was longer than any of ours, and the router gave up.
    if (allowed.some((method) => method === request.method))
      return problem(404, 'not-found', 'There is nothing with this id.')
    reply.header('allow', allowed.join(', '))
    return problem(405, 'method-not-allowed', `Allowed here: ${allowed.join(', ')}.`)
  }
}
