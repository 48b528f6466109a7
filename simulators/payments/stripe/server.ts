import { createHmac, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { aged, authorise, capture, refund, voidHold, type Hold, type Outcome } from '../../bank/accounts.ts'
import { openHouse, type House, type HouseSettings, type Spoken } from '../house.ts'
import { balance, pageOf, search } from './balance.ts'
import { intentOf, refundOf, type Kept, type KeptRefund } from './words.ts'

const sevenDaysMs = 604_800_000

export type StripeHouseSettings = HouseSettings & {
  readonly key: string
  readonly webhook?: { readonly url: string; readonly secret: string } | undefined
  readonly holdMs?: number | undefined
}

export type StripeHouse = {
  readonly url: string
  readonly intents: Map<string, Kept>
  readonly refunds: Map<string, KeptRefund>
  close(): Promise<void>
}

type Form = URLSearchParams
type Room = {
  readonly settings: StripeHouseSettings
  readonly house: House
  readonly intents: Map<string, Kept>
  readonly refunds: Map<string, KeptRefund>
  readonly takenAt: Map<string, number> // Seconds.
  readonly answers: Map<string, { readonly asked: string; readonly spoken: Spoken }>
}

const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`
const spoken = (status: number, body: object): Spoken => ({
  status,
  text: JSON.stringify(body),
  headers: { 'content-type': 'application/json' }
})
const failure = (status: number, type: string, error: object): Spoken =>
  spoken(status, { error: { type, ...error } })

/** A house that speaks Stripe: PaymentIntents with manual capture, refunds, signed webhooks. */
export async function openStripe(settings: StripeHouseSettings): Promise<StripeHouse> {
  const house = openHouse(settings, () => false)
  const room: Room = {
    settings,
    house,
    intents: new Map(),
    refunds: new Map(),
    takenAt: new Map(),
    answers: new Map()
  }
  house.app.register(async (app) => {
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (headers.authorization === `Bearer ${settings.key}`) return
      const { status, text } = failure(401, 'invalid_request_error', { message: 'Invalid API Key provided' })
      await reply.code(status).send(text)
    })
    for (const [path, act] of Object.entries(posts))
      app.post(path, async (request, reply) => once(room, { request, reply }, act))
    for (const [path, look] of Object.entries(gets))
      app.get(path, async (request, reply) => looked(room, reply, () => look(room, request)))
  })
  const { url, close } = await house.open()
  return { url, intents: room.intents, refunds: room.refunds, close }
}

const unavailable = (): Spoken => failure(503, 'api_error', { message: 'try later' })
const missing = failure(404, 'invalid_request_error', {
  code: 'resource_missing',
  message: 'No such payment_intent'
})
const idOf = (request: FastifyRequest): string => (request.params as { id?: string }).id ?? ''
const queryOf = ({ url }: FastifyRequest): Form => new URLSearchParams(url.split('?')[1] ?? '')

const looked = async ({ house }: Room, reply: FastifyReply, act: () => Spoken): Promise<unknown> =>
  house.answer(reply, act, unavailable)

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

/** One idempotency key, one effect; with other parameters it is an error. */
async function once(
  room: Room,
  { request, reply }: Exchange,
  act: (room: Room, form: Form, id: string) => Spoken
): Promise<unknown> {
  return looked(room, reply, () => {
    const key = String(request.headers['idempotency-key'] ?? newId('none'))
    const asked = `${request.url} ${String(request.body)}`
    const before = room.answers.get(key)
    if (before && before.asked !== asked)
      return failure(400, 'idempotency_error', { message: 'Keys can only be used with the same parameters.' })
    const made = before?.spoken ?? act(room, new URLSearchParams(String(request.body)), idOf(request))
    room.answers.set(key, { asked, spoken: made })
    return made
  })
}

function find({ intents }: Room, id: string): Kept | undefined {
  const kept = intents.get(id)
  return kept && { ...kept, hold: aged(kept.hold, Date.now()) }
}

const metadataOf = (form: Form): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const field = /^metadata\[(.+)\]$/.exec(name)?.[1]
      return field === undefined ? [] : [[field, value]]
    })
  )

/** Stripe's own test payment methods that are declined. */
const declined: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: 'card-declined',
  pm_card_chargeDeclinedStolenCard: 'card-stolen'
}

function create(room: Room, form: Form): Spoken {
  const amountMinor = Number(form.get('amount'))
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || form.get('capture_method') !== 'manual')
    return failure(400, 'invalid_request_error', { code: 'parameter_invalid_integer', message: 'amount' })
  const method = form.get('payment_method') ?? ''
  const wanted = {
    id: newId('pi'),
    reference: '',
    currency: (form.get('currency') ?? '').toUpperCase(),
    amountMinor
  }
  const outcome = authorise(
    { ...wanted, method: declined[method] ?? method },
    { now: Date.now(), holdMs: room.settings.holdMs ?? sevenDaysMs }
  )
  const kept = { metadata: metadataOf(form), customer: form.get('customer') }
  return settle(room, kept, outcome)
}

const asInteger = (form: Form, name: string): number | undefined => {
  const text = form.get(name)
  return text === null ? undefined : Number(text)
}

const onKept = (room: Room, id: string, act: (hold: Hold) => Outcome): Spoken => {
  const kept = find(room, id)
  return kept ? settle(room, kept, act(kept.hold)) : missing
}

const take = (room: Room, form: Form, id: string): Spoken =>
  onKept(room, id, (hold) => capture(hold, asInteger(form, 'amount_to_capture') ?? hold.amountMinor))
const cancel = (room: Room, _: Form, id: string): Spoken => onKept(room, id, voidHold)

const increment = (room: Room, form: Form, id: string): Spoken =>
  onKept(room, id, (hold) => {
    const amountMinor = asInteger(form, 'amount') ?? 0
    if (hold.status !== 'authorised')
      return { refusal: { status: 400, code: 'hold-not-open', detail: hold.status } }
    if (amountMinor <= hold.amountMinor)
      return {
        refusal: { status: 400, code: 'amount_too_small', detail: 'must be greater than what is held' }
      }
    return { hold: { ...hold, amountMinor }, event: 'hold.authorised' }
  })

/** Our bank's words in Stripe's. */
const codes: Readonly<Record<string, string>> = {
  'hold-not-open': 'payment_intent_unexpected_state',
  'nothing-captured': 'payment_intent_unexpected_state',
  'exceeds-hold': 'amount_too_large',
  'exceeds-capture': 'charge_already_refunded'
}
const events: Readonly<Record<string, string>> = {
  'hold.authorised': 'payment_intent.amount_capturable_updated',
  'hold.captured': 'payment_intent.succeeded',
  'hold.voided': 'payment_intent.canceled',
  'hold.declined': 'payment_intent.payment_failed'
}

function settle(room: Room, kept: Omit<Kept, 'hold'>, outcome: Outcome): Spoken {
  if ('refusal' in outcome) {
    const { code, detail } = outcome.refusal
    return failure(400, 'invalid_request_error', { code: codes[code] ?? code, message: detail })
  }
  const made: Kept = { ...kept, hold: outcome.hold }
  if (outcome.event === 'hold.captured') room.takenAt.set(made.hold.id, Math.floor(Date.now() / 1000))
  room.intents.set(made.hold.id, made)
  tell(room, events[outcome.event] ?? outcome.event, intentOf(made))
  const { declineCode } = made.hold
  if (declineCode === null) return spoken(200, intentOf(made))
  const no = { code: 'card_declined', decline_code: declineCode, message: 'Your card was declined.' }
  return failure(402, 'card_error', { ...no, payment_intent: intentOf(made) })
}

function giveBack(room: Room, form: Form): Spoken {
  const holdId = form.get('payment_intent') ?? ''
  const kept = find(room, holdId)
  if (!kept) return missing
  const amountMinor = asInteger(form, 'amount') ?? kept.hold.capturedMinor
  const wanted = { id: newId('re'), reference: '', amountMinor, createdAt: new Date().toISOString() }
  const outcome = refund(kept.hold, wanted)
  if ('refusal' in outcome) return settle(room, kept, outcome)
  const made: KeptRefund = { ...wanted, holdId, metadata: metadataOf(form) }
  room.intents.set(holdId, { ...kept, hold: outcome.hold })
  room.refunds.set(made.id, made)
  const body = refundOf(made, kept.hold.currency)
  tell(room, 'refund.created', body)
  return spoken(200, body)
}

function list({ intents }: Room, query: Form): Spoken {
  const since = Number(query.get('created[gte]') ?? 0)
  const customer = query.get('customer')
  const all = [...intents.values()]
    .filter((kept) => customer === null || kept.customer === customer)
    .filter(({ hold }) => Date.parse(hold.createdAt) / 1000 >= since)
    .toReversed()
  const views = all.map((kept) => ({ ...intentOf(kept), id: kept.hold.id }))
  return spoken(200, pageOf(views, query))
}

/** `t=…,v1=…`: HMAC-SHA256 over `{t}.{body}`. */
export const signatureOf = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`

function tell({ settings, house }: Room, type: string, object: object): void {
  const { webhook } = settings
  if (!webhook) return
  const event = {
    id: newId('evt'),
    object: 'event',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    type
  }
  house.courier.send({
    url: webhook.url,
    seal(forged) {
      const shown = forged ? { ...object, amount: 1_000_000 } : object
      const id = forged ? newId('evt') : event.id
      const body = JSON.stringify({ ...event, id, data: { object: shown } })
      const secret = forged ? 'whsec_somebody_else' : webhook.secret
      const signature = signatureOf(secret, Math.floor(Date.now() / 1000), body)
      return { body, headers: { 'content-type': 'application/json', 'stripe-signature': signature } }
    },
    isTaken: (status) => status >= 200 && status < 300
  })
}

const posts: Readonly<Record<string, (room: Room, form: Form, id: string) => Spoken>> = {
  '/v1/payment_intents': create,
  '/v1/payment_intents/:id/capture': take,
  '/v1/payment_intents/:id/cancel': cancel,
  '/v1/payment_intents/:id/increment_authorization': increment,
  '/v1/refunds': giveBack
}

const gets: Readonly<Record<string, (room: Room, request: FastifyRequest) => Spoken>> = {
  '/v1/payment_intents': (room, request) => list(room, queryOf(request)),
  '/v1/payment_intents/search': (room, request) => spoken(200, search(room.intents, queryOf(request))),
  '/v1/balance_transactions': (room, request) => spoken(200, balance(room, queryOf(request))),
  '/v1/payment_intents/:id': (room, request) => {
    const kept = find(room, idOf(request))
    return kept ? spoken(200, intentOf(kept)) : missing
  },
  '/v1/refunds': ({ refunds, intents }, request) => {
    const of = queryOf(request).get('payment_intent')
    const data = [...refunds.values()].filter(({ holdId }) => holdId === of)
    const currency = intents.get(of ?? '')?.hold.currency ?? ''
    return spoken(200, {
      object: 'list',
      has_more: false,
      data: data.map((each) => refundOf(each, currency))
    })
  }
}
