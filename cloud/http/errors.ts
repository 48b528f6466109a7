import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { documentOf, problem, Problem } from './problem.ts'

const retrySeconds = 2

/** Every error becomes a problem document; what is inside us stays in the log. */
export async function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<void> {
  const shown = cursorFault(error, request) ?? problemOf(error)
  if (shown.status >= 500) request.log.error({ err: error }, 'a request failed')
  await sendProblem(shown, request, reply)
}

export async function sendProblem(
  shown: Problem,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<void> {
  if (shown.retryAfterSeconds !== undefined) reply.header('retry-after', String(shown.retryAfterSeconds))
  if (shown.status === 401) reply.header('www-authenticate', challengeOf(request))
  await reply
    .code(shown.status)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(documentOf(shown, request.id))
}

/** RFC 9110 §11.6.1: each 401 says how to come in; RFC 6750 §3.1: a token that was sent is said to be no good. */
const challengeOf = ({ headers }: FastifyRequest): string =>
  /^Bearer \S/i.test(headers.authorization ?? '') ? 'Bearer error="invalid_token"' : 'Bearer'

/** SQLSTATE class 22: a value of the wrong form. What a list gives as a cursor has the right one. */
const wrongForm = /^22[0-9A-Z]{3}$/

/** A cursor that was tampered with is its sender's fault; the same error without a cursor is ours. */
function cursorFault(error: unknown, { query }: FastifyRequest): Problem | undefined {
  const hasCursor = typeof query === 'object' && query !== null && 'cursor' in query
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return hasCursor && typeof code === 'string' && wrongForm.test(code)
    ? problem(400, 'cursor-invalid', 'cursor: not one that a list gave.')
    : undefined
}

/** Codes of fastify's own refusals. */
const known: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'content-type-not-supported', 'Send application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body-too-large', 'The body is larger than this call takes.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'body-missing', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'body-not-json', 'The body is not JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'body-length', 'The body does not have the length it announced.']
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error)
  if (!(error instanceof Error)) return internal()
  const code: unknown = 'code' in error ? error.code : undefined
  const listed = typeof code === 'string' ? known[code] : undefined
  if (listed) return problem(...listed)
  if (error instanceof SyntaxError) return problem(400, 'body-not-json', 'The body is not JSON.')
  if (error.name === 'DatabaseUnavailable')
    return problem(503, 'database-unavailable', 'The database is away; nothing was done. Try again.', {
      retryAfterSeconds: retrySeconds
    })
  return byStatus(error)
}

function byStatus(error: Error): Problem {
  const status: unknown = 'statusCode' in error ? error.statusCode : undefined
  if (status === 429)
    return problem(429, 'too-many-requests', error.message, { retryAfterSeconds: retrySeconds })
  if (typeof status === 'number' && status >= 400 && status < 500)
    return problem(status, 'request-invalid', error.message)
  return internal()
}

const internal = (): Problem =>
  problem(500, 'internal-error', 'Something went wrong on our side; the trace id finds it in our logs.')

type Validation = {
  readonly validation: readonly {
    instancePath: string
    message?: string | undefined
    params?: Record<string, unknown> | undefined
  }[]
  readonly validationContext?: string
}

function invalid({ validation, validationContext }: Validation): Problem {
  // An id that cannot be one is the id of nothing.
  if (validationContext === 'params') return problem(404, 'not-found', 'There is nothing with this id.')
  const errors = validation.flatMap(({ instancePath, message, params }) =>
    closest({
      at: instancePath.split('/').slice(1),
      message: message ?? 'invalid',
      errors: params?.['errors']
    }).map((issue) => ({
      path: `${validationContext ?? 'body'}/${issue.at.join('/')}`,
      message: issue.message
    }))
  )
  const first = errors[0]
  return problem(
    400,
    'request-invalid',
    first ? `${first.path}: ${first.message}` : 'The request is not valid.',
    { errors }
  )
}

type Issue = { readonly at: readonly string[]; readonly message: string; readonly errors?: unknown }

const Nested = z.array(
  z.array(z.looseObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
)

/** Of the forms that a value may have, what is wrong with the one that came closest: it fits down to the deepest place. */
function closest({ at, message, errors }: Issue): Issue[] {
  const forms = Nested.safeParse(errors).data ?? []
  const [best] = forms
    .map((form) => ({ form, depth: Math.max(0, ...form.map(({ path }) => path.length)) }))
    .toSorted((a, b) => b.depth - a.depth || a.form.length - b.form.length)
  if (!best || (forms.length > 1 && best.depth === 1))
    return [{ at, message: forms.length > 1 ? `${message}: none of its ${forms.length} forms` : message }]
  return best.form.flatMap((issue) =>
    closest({
      at: [...at.filter(Boolean), ...issue.path.map(String)],
      message: issue.message,
      errors: issue['errors']
    })
  )
}
