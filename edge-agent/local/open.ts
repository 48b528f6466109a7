import type { AddressInfo } from 'node:net'
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { openAccess } from './access.ts'
import { commandRoutes } from './command-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import type { LocalDoor, Needs } from './needs.ts'
import { answerProblem, notFound, Problem } from './problem.ts'
import { sessionRoutes } from './session-routes.ts'
import { powerRoutes } from './power-routes.ts'
import { siteRoutes } from './site-routes.ts'
import { readScreen, screenRoutes } from './screen-routes.ts'
import { wiringRoutes } from './wiring-routes.ts'

const bodyLimit = 256_000 // A charger with all its connectors is 4 kB.
const requestTimeoutMs = 60_000 // Longer than the longest ?wait.
const headersTimeoutMs = 10_000 // reliability.md O23.
const mostConnections = 200 // A screen, a script and Prometheus; not the internet.

/** Opens the local API, screen, health and metrics. @throws when the port is taken */
export async function openLocal(needs: Needs): Promise<LocalDoor> {
  const app = fastify({
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    logger: false,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => void answerProblem(reply, problemOf(error))
  })
  app.server.headersTimeout = headersTimeoutMs
  app.server.maxConnections = mostConnections
  app.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const problem = problemOf(error)
    const traceId = await answerProblem(reply, problem)
    if (problem.status >= 500) needs.log.error({ traceId, cause: String(error.stack) }, 'local API failed')
  })
  app.setNotFoundHandler(async (_request, reply) => {
    await answerProblem(reply, notFound('such page'))
  })
  app.addHook('onResponse', async (request, reply) => {
    needs.metrics.answered(request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000)
  })
  openRoutes(app, needs)
  screenRoutes(app, await readScreen())
  await app.register(async (api) => apiRoutes(api, needs), { prefix: '/local/v1' })
  await app.listen({ host: needs.host, port: needs.port })
  const { port } = app.server.address() as AddressInfo
  return { port, close: () => app.close() }
}

/** Health and metrics carry no secrets and no ids: open, as probes expect. */
function openRoutes(app: FastifyInstance, { health, metrics, version }: Needs): void {
  app.get('/healthz', async () => ({ status: 'alive', version }))
  app.get('/readyz', async (_request, reply) => {
    const missing = health.unready()
    if (missing.length > 0) await reply.code(503).send({ status: 'not ready', missing })
    return { status: 'ready' }
  })
  app.get('/metrics', async (_request, reply) => {
    await reply.type(metrics.contentType).send(await metrics.text())
  })
}

function apiRoutes(api: FastifyInstance, needs: Needs): void {
  const admit = openAccess(needs.token, needs.monotonic)
  api.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    await admit(request).catch((cause: unknown) => {
      needs.count('local_refused')
      throw cause
    })
  })
  siteRoutes(api, needs)
  deviceRoutes(api, needs)
  sessionRoutes(api, needs)
  commandRoutes(api, needs)
  wiringRoutes(api, needs)
  powerRoutes(api, needs)
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if ('fault' in error)
    return new Problem(503, 'storage-failing', 'the edge cannot store this now', { 'retry-after': '10' })
  const status = error.statusCode ?? 500
  if (status >= 500)
    return new Problem(500, 'internal', 'something went wrong here; the log has the trace id')
  const codes: Readonly<Record<number, string>> = { 413: 'too-large', 415: 'unsupported-media-type' }
  return new Problem(status, codes[status] ?? 'malformed', error.message)
}
