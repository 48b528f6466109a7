import { isUtf8 } from 'node:buffer'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { fastify, LogController, type FastifyBaseLogger, type FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { answerError } from './errors.ts'
import { problem } from './problem.ts'
import { answerBadAddress, answerBadLine, refuseExpectations } from './refusals.ts'
import { refuseCardNumbers } from './free-text.ts'
import { refuseUnkeepable } from './text.ts'
import { traceIdOf } from './trace.ts'
import type { NovaApp } from './who.ts'

const bodyLimit = 1_048_576
const requestMs = 60_000 // For the whole request to arrive: slow senders hold a socket no longer.
const headersMs = 10_000 // Node's own default is a minute, which slow-loris attacks live on.

export type AppSettings = {
  readonly log: FastifyBaseLogger
  readonly requestsPerMinute: number
  /** Addresses of proxies whose X-Forwarded headers are believed; nobody else's are. */
  readonly trustedProxies: readonly string[]
  onAnswered(seen: { method: string; route: string; status: number; seconds: number }): void
}

/** A fastify with our habits: trace ids, zod, strict content types, security headers, bounded rates. */
export async function makeApp(settings: AppSettings): Promise<NovaApp> {
  const app = fastify({
    loggerInstance: settings.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestMs,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    genReqId: traceIdOf,
    requestIdHeader: false,
    forceCloseConnections: true,
    frameworkErrors: answerBadAddress,
    clientErrorHandler: answerBadLine,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: 5_000 }
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  refuseExpectations(app.server)
  app.addHook('preValidation', refuseUnkeepable)
  app.addHook('preValidation', refuseCardNumbers)
  acceptJson(app)
  await app.register(helmet, securityHeaders)
  await app.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request: FastifyRequest) => request.headers.authorization ?? request.ip
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    settings.onAnswered({
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000
    })
  })
  return app
}

/** JSON only; an empty body counts as none, so that a bare POST needs no content. Raw routes parse for themselves. */
function acceptJson(app: NovaApp): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.decorateRequest('rawBody', null)
  app.decorateRequest('rawBytes', null)
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = keepRaw(request, body)
    // Read all the same, bytes that are no UTF-8 would be another text (RFC 8259 §8.1).
    if (!isRaw(request) && !isUtf8(Buffer.from(body))) done(notUtf8(), undefined)
    else if (text === '' || isRaw(request)) done(null, undefined)
    else void parse(request, text, done)
  })
  // Some payment providers tell in forms: for routes that take raw bytes.
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request, body, done) => {
      keepRaw(request, body)
      done(
        isRaw(request) ? null : problem(415, 'content-type-not-supported', 'Send application/json.'),
        undefined
      )
    }
  )
}

const notUtf8 = () => problem(400, 'body-not-json', 'The body is not UTF-8.')

/** What is signed is proven as it came, before anybody parses it. */
const isRaw = (request: FastifyRequest): boolean => request.routeOptions.config.rawBody === true

function keepRaw(request: FastifyRequest, body: string | Buffer): string {
  const bytes = Buffer.from(body)
  const text = bytes.toString('utf8')
  if (isRaw(request)) Object.assign(request, { rawBody: text, rawBytes: bytes })
  return text
}

const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"], // The QR reader of the driver's page is WebAssembly.
      styleSrc: ["'self'", "'unsafe-inline'"], // Component libraries set styles at run time.
      imgSrc: ["'self'", 'data:', 'blob:', 'https:'], // Map tiles come from where the operator says.
      connectSrc: ["'self'", 'https:'],
      workerSrc: ["'self'", 'blob:'],
      fontSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"]
    }
  },
  strictTransportSecurity: false, // Said by whoever terminates TLS; on plain HTTP it means nothing.
  crossOriginEmbedderPolicy: false
} as const
