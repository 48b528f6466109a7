import { randomUUID } from 'node:crypto'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { aged, authorise, capture, increase, refund, voidHold, type Hold, type Outcome } from './accounts.ts'
import { chance, Faults } from './faults.ts'
import { openJournal, type Answer, type Journal } from './journal.ts'
import { booked, statementCsv } from './statement.ts'
import { openWebhooks, type Target } from './webhooks.ts'

const sevenDaysMs = 604_800_000

export type BankSettings = {
  readonly port: number
  readonly key: string // Merchants' bearer key.
  readonly journal?: string | undefined
  readonly webhook?: Target | undefined
  readonly faults?: Partial<Faults> | undefined
  readonly holdMs?: number | undefined
  log(text: string): void
}

export type Bank = { readonly url: string; readonly holds: ReadonlyMap<string, Hold>; close(): Promise<void> }

const amount = z.int().min(1).max(1_000_000_000)
const HoldWanted = z.strictObject({
  reference: z.string().min(1).max(200),
  method: z.string().min(1).max(100),
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountMinor: amount
})
const CaptureWanted = z.strictObject({ amountMinor: amount })
const RefundWanted = z.strictObject({ reference: z.string().min(1).max(200), amountMinor: amount })

type Room = {
  readonly journal: Journal
  readonly holdMs: number
  faults: Faults
  random: () => number
  tell(event: string, hold: Hold): void
}

/** Opens the bank. Port 0 takes a free one. */
export async function openBank(settings: BankSettings): Promise<Bank> {
  const faults = Faults.parse(settings.faults ?? {})
  const room: Room = {
    journal: openJournal(settings.journal),
    holdMs: settings.holdMs ?? sevenDaysMs,
    faults,
    random: chance(faults.seed),
    tell: (event, hold) => webhooks.tell(event, hold)
  }
  const webhooks = openWebhooks({
    target: settings.webhook,
    faults: () => room.faults,
    random: () => room.random(),
    log: settings.log
  })
  const app = fastify({ forceCloseConnections: true, bodyLimit: 65_536 })
  app.get('/readyz', async () => ({ ready: true }))
  app.post('/control/faults', async ({ body }) => {
    room.faults = Faults.parse(body ?? {})
    room.random = chance(room.faults.seed)
    return room.faults
  })
  await app.register(async (scope) => addMoneyRoutes(scope, room, settings.key))
  const url = await app.listen({ port: settings.port, host: '127.0.0.1' })
  return {
    url,
    holds: room.journal.holds,
    async close() {
      await webhooks.stop()
      await app.close()
    }
  }
}

function addMoneyRoutes(app: FastifyInstance, room: Room, key: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${key}`)
      await reply.code(401).send({ code: 'key-unknown', detail: 'bearer key is not known' })
  })
  app.setErrorHandler(async (error, _, reply) => {
    const status = error instanceof z.ZodError ? 400 : 500
    return reply.code(status).send({ code: 'not-understood', detail: String(error).slice(0, 500) })
  })
  addActs(app, room)
  addQueries(app, room)
}

const find = (room: Room, id: string): Hold | undefined => {
  const hold = room.journal.holds.get(id)
  return hold && aged(hold, Date.now())
}
const idOf = (request: FastifyRequest): string => z.object({ id: z.string() }).parse(request.params).id

function addActs(app: FastifyInstance, room: Room): void {
  const onHold =
    (act: (hold: Hold, body: unknown) => Outcome) => async (request: FastifyRequest, reply: FastifyReply) =>
      answer(room, { request, reply }, () => {
        const hold = find(room, idOf(request))
        return hold ? act(hold, request.body) : missing
      })
  app.post('/v1/holds', async (request, reply) =>
    answer(room, { request, reply }, () => {
      const wanted = HoldWanted.parse(request.body)
      return authorise({ id: randomUUID(), ...wanted }, { now: Date.now(), holdMs: room.holdMs })
    })
  )
  app.post(
    '/v1/holds/:id/capture',
    onHold((hold, body) => booked(capture(hold, CaptureWanted.parse(body).amountMinor), Date.now()))
  )
  app.post(
    '/v1/holds/:id/increase',
    onHold((hold, body) => increase(hold, CaptureWanted.parse(body).amountMinor))
  )
  app.post(
    '/v1/holds/:id/void',
    onHold((hold) => voidHold(hold))
  )
  app.post(
    '/v1/holds/:id/refunds',
    onHold((hold, body) =>
      refund(hold, { id: randomUUID(), createdAt: new Date().toISOString(), ...RefundWanted.parse(body) })
    )
  )
}

function addQueries(app: FastifyInstance, room: Room): void {
  const holds = (): Hold[] => [...room.journal.holds.values()]
  app.get('/v1/holds/:id', async (request, reply) => {
    const hold = find(room, idOf(request))
    return hold ?? reply.code(404).send(missing.refusal)
  })
  app.get('/v1/holds', async (request) => {
    const { reference } = z.object({ reference: z.string() }).parse(request.query)
    const items = holds().filter((hold) => hold.reference === reference)
    return { items: items.map((hold) => aged(hold, Date.now())) }
  })
  app.get('/v1/statement.csv', async (request, reply) => {
    const { date } = z.object({ date: z.iso.date() }).parse(request.query)
    return reply.type('text/csv').send(statementCsv(holds(), date))
  })
  app.get('/v1/statement', async (request) => {
    const { date } = z.object({ date: z.iso.date() }).parse(request.query)
    return { date, lines: holds().flatMap((hold) => statementOf(hold, date)) }
  })
}

const missing = { refusal: { status: 404, code: 'hold-unknown', detail: 'there is no such hold' } } as const

function statementOf(hold: Hold, date: string): object[] {
  const { id, reference, currency, capturedMinor, createdAt } = hold
  const line = { holdId: id, reference, currency }
  const taken = capturedMinor > 0 && createdAt.startsWith(date)
  return [
    ...(taken ? [{ ...line, kind: 'capture', amountMinor: capturedMinor, at: createdAt }] : []),
    ...hold.refunds
      .filter((each) => each.createdAt.startsWith(date))
      .map((each) => ({ ...line, kind: 'refund', amountMinor: 0 - each.amountMinor, at: each.createdAt }))
  ]
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

/** Every act goes through here: faults first, then the key, then the act, then what is told. */
async function answer(room: Room, { request, reply }: Exchange, act: () => Outcome): Promise<unknown> {
  const { faults, random } = room
  if (random() < faults.unavailable) return reply.code(503).send({ code: 'unavailable', detail: 'try later' })
  if (random() < faults.requestLost) return hang(reply, faults.hangMs)
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string')
    return reply.code(400).send({ code: 'key-missing', detail: 'Idempotency-Key is needed' })
  const wanted = `${request.url} ${JSON.stringify(request.body ?? null)}`
  const { status, body } = firstAnswer(room, key, wanted) ?? carryOut(room, { key, wanted }, act)
  if (random() < faults.answerLost) return hang(reply, faults.hangMs)
  return reply.code(status).send(body)
}

function firstAnswer(room: Room, key: string, wanted: string): Answer | undefined {
  const first = room.journal.answered(key)
  if (!first || first.request === wanted) return first?.answer
  return { status: 409, body: { code: 'key-reused', detail: 'this key was used with another request' } }
}

function carryOut(room: Room, { key, wanted }: { key: string; wanted: string }, act: () => Outcome): Answer {
  const outcome = act()
  const made: Answer =
    'refusal' in outcome
      ? { status: outcome.refusal.status, body: outcome.refusal }
      : { status: 201, body: outcome.hold }
  room.journal.write({
    key,
    request: wanted,
    answer: made,
    ...('hold' in outcome ? { hold: outcome.hold } : {})
  })
  if ('hold' in outcome) room.tell(outcome.event, outcome.hold)
  return made
}

/** The caller waits and then finds the line cut. */
async function hang(reply: FastifyReply, ms: number): Promise<FastifyReply> {
  reply.hijack()
  setTimeout(() => reply.raw.destroy(), ms).unref()
  return reply
}
