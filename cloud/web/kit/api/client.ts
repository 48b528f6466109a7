import type { Api } from '../generated/api.ts'
import { readProblem, silence, type Problem } from './problem.ts'
import { isFresh, readTokens, writeTokens, type Shelf, type Tokens } from './tokens.ts'

/** What the client needs of a browser; tests bring their own. */
export type Needs = {
  readonly audience: string
  readonly base: string // '' in a browser: the page's own origin.
  readonly fetch: typeof fetch
  readonly shelf: Shelf
  readonly now: () => number
  /** One holder at a time over all tabs: a refresh token serves once, so two tabs must not spend it at once. */
  readonly alone: <Value>(name: string, work: () => Promise<Value>) => Promise<Value>
  readonly newKey: () => string
}

export type Call = keyof Api
type Loose<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined }
/** `path` fills the braces, `query` leaves out what is undefined, `once` makes a repeated press one deed. */
export type Ask<Name extends Call = Call> = {
  readonly path?: Readonly<Api[Name]['path']>
  readonly query?: Loose<Api[Name]['query']>
  readonly body?: Api[Name]['body']
  readonly once?: string
}
export type Answer<Name extends Call> = Api[Name]['answer']
export type Body<Name extends Call> = Api[Name]['body']

export type Client = {
  readonly audience: string
  call<Name extends Call>(name: Name, ask?: Ask<Name>, signal?: AbortSignal): Promise<Answer<Name>>
  /** For streams and files: the raw answer, signed in, already checked for refusal. */
  open(path: string, signal: AbortSignal): Promise<Response>
  signIn(email: string, password: string, otp?: string): Promise<void>
  signOut(): Promise<void>
  tokens(): Tokens | null
  onChange(listener: () => void): () => void
}

const patienceMs = 20_000 // A person has given up by then; the button must be free again.

type Scalar = string | number | boolean
type Loosest = {
  readonly path?: Readonly<Record<string, Scalar | undefined>>
  readonly query?: Readonly<Record<string, Scalar | undefined>>
  readonly body?: unknown
  readonly once?: string
}

/** `/sites/{id}` with its braces filled and its query in the order given. */
export function addressOf(template: string, { path = {}, query = {} }: Loosest): string {
  const parts = new Map<string, Scalar | undefined>(Object.entries(path))
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parts.get(name)
    if (value === undefined) throw new RangeError(`${template}: ${name} is missing`)
    return encodeURIComponent(String(value))
  })
  const pairs = Object.entries(query).flatMap(([name, value]: [string, Scalar | undefined]) =>
    value === undefined || value === ''
      ? []
      : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`]
  )
  return `/api/v1${filled}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

export function openClient(needs: Needs): Client {
  const listeners = new Set<() => void>()
  const keep = (tokens: Tokens | null) => {
    writeTokens(needs.shelf, needs.audience, tokens)
    for (const listener of listeners) listener()
  }
  const send = sender(needs, keep)
  return {
    audience: needs.audience,
    async call(name, request = {}, signal) {
      const [method = '', template = ''] = name.split(' ')
      const loose = request as Loosest // Strictly typed towards the caller; here only text is made of it.
      const answer = await send(addressOf(template, loose), initOf(method, loose, needs.newKey, signal))
      return (answer.status === 204 ? undefined : await answer.json()) as Answer<typeof name>
    },
    open: async (path, signal) =>
      await send(`/api/v1${path}`, { signal, headers: { accept: 'text/event-stream, application/pdf' } }),
    signIn: async (email, password, otp) => keep(await signedIn(needs, { email, password, otp })),
    async signOut() {
      const tokens = readTokens(needs.shelf, needs.audience)
      keep(null)
      if (tokens) await signedOut(needs, tokens)
    },
    tokens: () => readTokens(needs.shelf, needs.audience),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}

type Keep = (tokens: Tokens | null) => void
type Init = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> }

/** Sends signed in, renewing the token before it dies and once more when the cloud says it has died. */
function sender(needs: Needs, keep: Keep): (address: string, init: Init) => Promise<Response> {
  return async (address, init) => {
    const held = readTokens(needs.shelf, needs.audience)
    const tokens = held === null || isFresh(held, needs.now()) ? held : await renewed(needs, held, keep)
    const first = await ask(needs, address, signed(init, tokens))
    if (first.status !== 401 || tokens === null) return await checked(first)
    const next = await renewed(needs, tokens, keep) // The token died early: signed out elsewhere, or the clock is off.
    return await checked(next === null ? first : await ask(needs, address, signed(init, next)))
  }
}

type Proof = { readonly email: string; readonly password: string; readonly otp: string | undefined }

async function signedIn(needs: Needs, { email, password, otp }: Proof): Promise<Tokens> {
  const body = { email, password, ...(otp === undefined || otp === '' ? {} : { otp }) }
  const answer = await ask(needs, '/api/v1/auth/login', initOf('POST', { body }, needs.newKey))
  return tokensOf(await (await checked(answer)).json(), email, needs.now())
}

/** Signed out here already; if the cloud cannot be told, the refresh token dies by its age. */
async function signedOut(needs: Needs, tokens: Tokens): Promise<void> {
  const init = initOf('POST', { body: { refreshToken: tokens.refreshToken } }, needs.newKey)
  await ask(needs, '/api/v1/auth/logout', signed(init, tokens)).catch((cause: Problem) => cause)
}

/** Spends the refresh token once, whichever tab comes first; the others find the new one on the shelf. */
async function renewed(needs: Needs, spent: Tokens, keep: Keep): Promise<Tokens | null> {
  return await needs.alone(`nova-renew-${needs.audience}`, async () => {
    const current = readTokens(needs.shelf, needs.audience)
    if (current !== null && current.refreshToken !== spent.refreshToken) return current
    const init = initOf('POST', { body: { refreshToken: spent.refreshToken } }, needs.newKey)
    const answer = await ask(needs, '/api/v1/auth/refresh', init)
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      keep(null)
      return null
    }
    const next = tokensOf(await (await checked(answer)).json(), spent.email, needs.now())
    keep(next)
    return next
  })
}

function initOf(method: string, request: Loosest, newKey: () => string, signal?: AbortSignal): Init {
  const deadline = AbortSignal.timeout(patienceMs)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (request.body !== undefined) headers['content-type'] = 'application/json'
  if (method === 'POST') headers['idempotency-key'] = request.once ?? newKey()
  return {
    method,
    headers,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) })
  }
}

const signed = (init: Init, tokens: Tokens | null): Init =>
  tokens === null
    ? init
    : { ...init, headers: { ...init.headers, authorization: `Bearer ${tokens.accessToken}` } }

async function ask(needs: Needs, address: string, init: RequestInit): Promise<Response> {
  try {
    return await needs.fetch(`${needs.base}${address}`, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw silence(cause)
  }
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer
  throw readProblem(answer.status, await answer.text())
}

function tokensOf(answer: unknown, email: string, now: number): Tokens {
  const { accessToken, refreshToken, expiresInSeconds } = answer as Api['POST /auth/login']['answer']
  return { accessToken, refreshToken, email, expiresAtMs: now + expiresInSeconds * 1000 }
}
