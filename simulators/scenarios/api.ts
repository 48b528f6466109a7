import { setTimeout as wait } from 'node:timers/promises'

/** A person or partner at the cloud's HTTP API: signs in once, says what went wrong in the API's own words. */
export type Api = {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown, idempotencyKey?: string): Promise<Answer>
  patch<Answer>(path: string, body: unknown): Promise<Answer>
  put<Answer>(path: string, body: unknown): Promise<Answer>
}

const patienceMs = 20_000

export class ApiFault extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`${status} ${text}`)
    this.status = status
  }
}

/** @throws ApiFault when the sign-in is refused */
export async function signIn(cloudUrl: string, email: string, password = 'nova-demo'): Promise<Api> {
  const open = caller(cloudUrl, undefined)
  const { accessToken } = (await open('POST', '/auth/login', { email, password })) as { accessToken: string }
  const call = caller(cloudUrl, accessToken)
  return {
    get: async <Answer>(path: string) => (await call('GET', path)) as Answer,
    post: async <Answer>(path: string, body: unknown, key?: string) =>
      (await call('POST', path, body, key)) as Answer,
    patch: async <Answer>(path: string, body: unknown) => (await call('PATCH', path, body)) as Answer,
    put: async <Answer>(path: string, body: unknown) => (await call('PUT', path, body)) as Answer
  }
}

type Call = (method: string, path: string, body?: unknown, idempotencyKey?: string) => Promise<unknown>

const caller =
  (cloudUrl: string, token: string | undefined): Call =>
  async (method, path, body, idempotencyKey) => {
    const answer = await fetch(`${cloudUrl}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await answer.text()
    if (!answer.ok) throw new ApiFault(answer.status, `${method} ${path}: ${text}`)
    return text === '' ? undefined : (JSON.parse(text) as unknown)
  }

/** Asks again until the answer satisfies. @throws with the last answer when the time is over */
export async function eventually<Value>(
  ask: () => Promise<Value> | Value,
  satisfies: (value: Value) => boolean,
  { withinMs = 20_000, everyMs = 50, what = 'condition' } = {}
): Promise<Value> {
  const until = performance.now() + withinMs
  for (;;) {
    const value = await ask()
    if (satisfies(value)) return value
    if (performance.now() > until)
      throw new Error(
        `${what} did not hold in ${withinMs} ms; last: ${JSON.stringify(value)?.slice(0, 2_000)}`
      )
    await wait(everyMs)
  }
}
