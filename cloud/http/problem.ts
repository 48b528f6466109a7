import { z } from 'zod'

/** RFC 9457, with a `code` that never changes its meaning and the trace to find it by. */
export const ProblemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  traceId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional()
})
export type ProblemDocument = z.infer<typeof ProblemDocument>

export type FieldError = { readonly path: string; readonly message: string }

/** Thrown by handlers and commands; becomes a problem document. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly errors: readonly FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: readonly FieldError[]; retryAfterSeconds?: number } = {}
  ) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = more.errors
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

/** @param code lower-case words with dashes; the screens have a text for each */
export const problem = (
  status: number,
  code: string,
  detail: string,
  more?: { errors?: readonly FieldError[]; retryAfterSeconds?: number }
): Problem => new Problem(status, code, detail, more)

/** The same answer for what is not there and what is another tenant's. */
export const notFound = (what: string): Problem => problem(404, 'not-found', `There is no such ${what}.`)

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not understood',
  401: 'Sign-in is needed',
  402: 'Payment is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  408: 'Too late',
  413: 'Too large',
  415: 'Content type not supported',
  417: 'Expectation failed',
  422: 'Cannot be carried out',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available now'
}

export function documentOf(from: Problem, traceId: string): ProblemDocument {
  return {
    type: `urn:nova:problem:${from.code}`,
    title: titles[from.status] ?? 'Error',
    status: from.status,
    code: from.code,
    detail: from.message,
    traceId,
    ...(from.errors ? { errors: [...from.errors] } : {})
  }
}
