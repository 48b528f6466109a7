import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Acted, Headers, Held, Hint, Known, Provider } from './provider.ts'

const patienceMs = 10_000 // A card network takes a few seconds; beyond this the caller of a start has gone.
const replayWindowMs = 300_000 // As the large providers do: a recorded webhook is worthless after five minutes.
const longestAnswer = 65_536

export type BankSettings = {
  readonly url: string
  readonly key: string
  readonly webhookSecret: string
  readonly patienceMs?: number
}

const Hold = z.object({
  id: z.string().max(100),
  reference: z.string().max(200),
  currency: z.string(),
  amountMinor: z.int(),
  status: z.enum(['authorised', 'declined', 'captured', 'voided', 'expired']),
  capturedMinor: z.int(),
  declineCode: z.string().nullable(),
  expiresAt: z.string(),
  refunds: z.array(z.object({ reference: z.string() }))
})
const Refusal = z.object({ code: z.string().max(100), detail: z.string().max(1_000) })
const Found = z.object({ items: z.array(Hold) })
const Event = z.object({
  id: z.string().min(1).max(100),
  hold: z.object({
    reference: z.string().max(200),
    currency: z.string().optional(),
    amountMinor: z.int().optional()
  })
})

type Answer = { readonly status: number; readonly body: unknown } | string
type Ask = (path: string, post?: { readonly key: string; readonly body: object }) => Promise<Answer>

/** One exchange with a deadline. @returns the answer, or in words why there is none */
const asking =
  ({ url, key: bearer, patienceMs: patience = patienceMs }: BankSettings): Ask =>
  async (path, post) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    try {
      const answer = await fetch(`${url}${path}`, {
        signal: AbortSignal.timeout(patience),
        headers: post ? { ...headers, 'idempotency-key': post.key } : headers,
        ...(post ? { method: 'POST', body: JSON.stringify(post.body) } : {})
      })
      const text = await answer.text()
      if (text.length > longestAnswer) return 'the answer is too long'
      return { status: answer.status, body: JSON.parse(text) as unknown }
    } catch (error) {
      return `no answer: ${error instanceof Error ? error.message : 'unknown'}`
    }
  }

const hold = ({ providerReference }: Held): string =>
  `/v1/holds/${encodeURIComponent(providerReference ?? 'none')}`

/** The adapter for the simulated bank: holds over HTTP, webhooks signed by HMAC over time and raw body. */
export function bank(settings: BankSettings): Provider {
  const ask = asking(settings)
  const act = async (key: string, path: string, body: object): Promise<Acted> =>
    actedOf(await ask(path, { key, body }))
  return {
    name: 'bank',
    capabilities: {
      currencies: null,
      maxHoldMs: 7 * 86_400_000,
      partialCapture: true,
      multiCapture: false,
      increase: true,
      refundWindowMs: null
    },
    authorise: async (key, { reference, method, currency, amountMinor }) =>
      act(key, '/v1/holds', { reference, method, currency, amountMinor }),
    increase: async (key, held, totalMinor) =>
      act(key, `${hold(held)}/increase`, { amountMinor: totalMinor }),
    capture: async (key, held, { amountMinor }) => act(key, `${hold(held)}/capture`, { amountMinor }),
    void: async (key, held) => act(key, `${hold(held)}/void`, {}),
    refund: async (key, held, { id, amountMinor }) =>
      act(key, `${hold(held)}/refunds`, { reference: id, amountMinor }),
    async query({ reference }) {
      const answer = await ask(`/v1/holds?reference=${encodeURIComponent(reference)}`)
      if (typeof answer === 'string' || answer.status !== 200) return null
      const found = Found.safeParse(answer.body)
      if (!found.success) return null
      const [first] = found.data.items
      return first ? knownOf(first) : { state: 'absent' }
    },
    parseEvent: (rawBytes, headers, nowMs) =>
      isGenuine(settings.webhookSecret, { rawBytes, headers, nowMs }) ? hintOf(rawBytes) : undefined,
    taken: { status: 204, type: 'application/json', text: '' }
  }
}

function actedOf(answer: Answer): Acted {
  if (typeof answer === 'string') return { kind: 'unknown', detail: answer }
  const { status, body } = answer
  const done = Hold.safeParse(body)
  if (status >= 200 && status < 300 && done.success) return { kind: 'done', known: knownOf(done.data) }
  const refusal = Refusal.safeParse(body)
  // Only a clear no is a no. Everything else may have happened.
  if (status >= 400 && status < 500 && refusal.success) return { kind: 'refused', ...refusal.data }
  return { kind: 'unknown', detail: `answer ${status} was not understood` }
}

const knownOf = (found: z.infer<typeof Hold>): Known => ({
  state: found.status,
  reference: found.id,
  currency: found.currency,
  amountMinor: found.amountMinor,
  capturedMinor: found.capturedMinor,
  declineCode: found.declineCode,
  expiresAt: found.expiresAt,
  refundReferences: found.refunds.map(({ reference }) => reference),
  action: null
})

type Signed = { readonly rawBytes: Uint8Array; readonly headers: Headers; readonly nowMs: number }

/** The raw text is verified before anybody parses it; an old one counts as forged. */
function isGenuine(secret: string, { rawBytes, headers, nowMs }: Signed): boolean {
  if (secret === '') return false // Not configured: then nobody is believed, and queries settle everything.
  const [timestamp, signature] = [headers['bank-timestamp'], headers['bank-signature']]
  if (typeof timestamp !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(timestamp))
    return false
  if (Math.abs(nowMs - Number(timestamp) * 1000) > replayWindowMs) return false
  const expected = Buffer.from(
    `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(rawBytes).digest('hex')}`
  )
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function hintOf(rawBytes: Uint8Array): Hint | undefined {
  const event = Event.safeParse(parsed(Buffer.from(rawBytes).toString('utf8')))
  if (!event.success) return undefined
  const { reference, currency, amountMinor } = event.data.hold
  const claims = currency === undefined || amountMinor === undefined ? null : { currency, amountMinor }
  return { eventId: event.data.id, paymentReference: reference, claims }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
