import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { makeApp } from './app.ts'
import { answerError } from './errors.ts'
import { addGuard, type Authenticate } from './guard.ts'
import { addHealth, type Health } from './health.ts'
import { addIdempotency, type Keys } from './idempotent.ts'
import { addMethodCheck } from './methods.ts'
import { addOpenApi, addOpenApiRoute } from './openapi.ts'
import { addStream, type Hub, type Topics } from './stream.ts'
import { addWeb } from './web.ts'
import type { NovaApp, Routes } from './who.ts'

export { minorIn, stating } from './amounts.ts'
export { carriesCardNumber } from './card-numbers.ts'
export { idOfCall } from './idempotent.ts'
export { listQuery, page, pageOf, readCursor } from './pages.ts'
export { printer } from './printing.ts'
export { notFound, problem, Problem } from './problem.ts'
export { moment } from './text.ts'
export { traceOf } from './trace.ts'
export { isStaff, roles, type NovaApp, type Role, type Routes, type Who } from './who.ts'
export type { Audience, Hub, Topics } from './stream.ts'
export type { Authenticate } from './guard.ts'

export type HttpSettings = {
  readonly log: FastifyBaseLogger
  readonly port: number
  readonly host: string
  readonly webDir: string
  readonly topics: Topics
  readonly requestsPerMinute: number
  readonly trustedProxies: readonly string[]
}

export type HttpNeeds = {
  readonly authenticate: Authenticate
  readonly idempotency: Keys
  readonly health: Health
  onAnswered(seen: { method: string; route: string; status: number; seconds: number }): void
}

export type Http = {
  readonly app: NovaApp
  readonly hub: Hub
  /** Takes connections. @returns the address */
  listen(): Promise<string>
  close(): Promise<void>
}

/**
 * The HTTP door: API, stream, screens, health. `routes` get the prefix `/api/v1`; `outside` are routes with
 * their own paths (webhooks, partner gateways).
 */
export async function openHttp(
  settings: HttpSettings,
  needs: HttpNeeds,
  routes: readonly Routes[],
  outside: readonly Routes[] = []
): Promise<Http> {
  const app = await makeApp({ ...settings, onAnswered: needs.onAnswered })
  await addOpenApi(app)
  let hub: Hub | undefined
  await app.register(async (scope) => {
    const ours = scope as NovaApp
    addGuard(ours, needs.authenticate)
    addIdempotency(ours, needs.idempotency)
    addOpenApiRoute(ours)
    addHealth(ours, needs.health)
    outside.forEach((add) => add(ours))
    await ours.register(
      async (api) => {
        hub = addStream(api, settings.topics)
        routes.forEach((add) => add(api))
      },
      { prefix: '/api/v1' }
    )
  })
  const methods = addMethodCheck(app)
  const web = await addWeb(app, settings.webDir)
  app.setNotFoundHandler(async (request: FastifyRequest, reply: FastifyReply) => {
    if (!(await web(request, reply))) await answerError(methods(request, reply), request, reply)
  })
  await app.ready()
  return {
    app,
    hub: hub ?? neverOpened(),
    listen: async () => app.listen({ port: settings.port, host: settings.host }),
    async close() {
      hub?.close()
      await app.close()
    }
  }
}

function neverOpened(): never {
  throw new Error('the API scope was not opened')
}
