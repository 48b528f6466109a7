/** An RFC 9457 problem document as the cloud answers it, or what stands in for one when nobody answered. */
export class Problem extends Error {
  readonly status: number // 0: no answer at all.
  readonly code: string
  readonly detail: string
  readonly traceId: string | null

  constructor(
    problem: { status: number; code: string; detail: string; traceId: string | null },
    cause?: unknown
  ) {
    super(`${problem.code}: ${problem.detail}`, { cause })
    this.name = 'Problem'
    this.status = problem.status
    this.code = problem.code
    this.detail = problem.detail
    this.traceId = problem.traceId
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Reads whatever body came with a refusal; a proxy's HTML page or an empty body still makes a Problem. */
export function readProblem(status: number, body: string): Problem {
  const document = fieldsOf(body)
  return new Problem({
    status,
    code: text(document['code']) ?? `http-${status}`,
    detail: text(document['detail']) ?? text(document['title']) ?? '',
    traceId: text(document['traceId'])
  })
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(body)
    return typeof read === 'object' && read !== null ? { ...read } : {}
  } catch {
    return {} // Not JSON: the status speaks for itself.
  }
}

/** Nobody answered: cable, server or deadline. */
export function silence(cause: unknown): Problem {
  const late = cause instanceof DOMException && cause.name === 'TimeoutError'
  return new Problem(
    { status: 0, code: late ? 'no-answer-in-time' : 'unreachable', detail: '', traceId: null },
    cause
  )
}
