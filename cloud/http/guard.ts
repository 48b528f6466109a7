import type { FastifyRequest, RouteOptions } from 'fastify'
import { problem } from './problem.ts'
import type { NovaApp, Who } from './who.ts'

/** @returns who the bearer token or API key belongs to, undefined when it is not valid */
export type Authenticate = (bearer: string) => Promise<Who | undefined>

const longestBearer = 4_096

/** Stands at the door of every route: token first, then role, then what a key is narrowed to. */
export function addGuard(app: NovaApp, authenticate: Authenticate): void {
  app.decorateRequest('who')
  app.addHook('onRoute', insistOnRoles)
  app.addHook('onRequest', async (request) => {
    const allowed = request.routeOptions.config.roles
    if (allowed === 'anyone' || request.is404) return
    const who = await authenticate(bearerOf(request)).then(
      (found) => found ?? refuse('The access token is not valid.')
    )
    if (!allowed?.some((role) => who.roles.includes(role)))
      throw problem(403, 'role-missing', 'Your role does not allow this.')
    if (!isPermitted(who, request))
      throw problem(403, 'permission-missing', 'This key is not made for this call.')
    request.who = who
  })
}

/** A route that forgot to say who may call it does not start. */
function insistOnRoles({ url, config }: RouteOptions): void {
  if (config?.roles === undefined) throw new Error(`route ${url} does not say which roles may call it`)
}

function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization ?? ''
  const bearer = /^Bearer ([\x21-\x7e]+)$/i.exec(header)?.[1]
  return bearer !== undefined && bearer.length <= longestBearer
    ? bearer
    : refuse('Send an access token: Authorization: Bearer.')
}

function refuse(detail: string): never {
  throw problem(401, 'not-signed-in', detail)
}

/** Permission of a call: first segment of its path, and whether it only reads. */
function isPermitted(who: Who, request: FastifyRequest): boolean {
  if (who.permissions.includes('*')) return true
  const area = /^\/api\/v1\/([a-z-]+)/.exec(request.routeOptions.url ?? '')?.[1] ?? ''
  const act = request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write'
  return (
    who.permissions.includes(`${area}:${act}`) ||
    (act === 'read' && who.permissions.includes(`${area}:write`))
  )
}
