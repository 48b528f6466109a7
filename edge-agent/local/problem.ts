import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'

/** A refusal with its name; becomes an RFC 9457 document. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.headers = headers
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not possible here',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now'
}

/** @returns the trace id that the answer names, for the log */
export async function answerProblem(reply: FastifyReply, problem: Problem): Promise<string> {
  const traceId = randomUUID().replaceAll('-', '')
  const { status, code, message: detail } = problem
  const title = titles[status] ?? 'Error'
  await reply
    .code(status)
    .headers(problem.headers)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify({ type: `urn:nova:problem:${code}`, title, status, detail, code, traceId }))
  return traceId
}

/** @throws Problem 400 that names each field that does not fit */
export function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const words = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw new Problem(400, 'validation-failed', words.join('; ').slice(0, 1000))
}

export const notFound = (what: string): Problem => new Problem(404, 'not-found', `there is no ${what}`)

/** The body with its name from the path; a different name in the body is a mistake, not a choice. */
export function named(body: unknown, field: string, name: string): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem(400, 'validation-failed', 'body: expected an object')
  }
  const said = (body as Record<string, unknown>)[field]
  if (said !== undefined && said !== name) {
    throw new Problem(400, 'validation-failed', `${field}: the path says ${name}`)
  }
  return { ...body, [field]: name }
}
