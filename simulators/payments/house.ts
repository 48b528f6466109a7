import { fastify, type FastifyInstance, type FastifyReply } from 'fastify'
import { z } from 'zod'
import { chance, Faults } from '../bank/faults.ts'
import { openCourier, type Courier } from './courier.ts'

export type HouseSettings = {
  readonly port: number
  readonly faults?: Partial<Faults> | undefined
  log(text: string): void
}

/** An answer of a provider: text, as it goes over the wire. */
export type Spoken = {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

export type House = {
  readonly app: FastifyInstance
  readonly courier: Courier
  /** Every act goes through here: what goes wrong first, then the act, then a lost answer. */
  answer(reply: FastifyReply, act: () => Spoken, unavailable: () => Spoken): Promise<unknown>
  open(): Promise<{ url: string; close(): Promise<void> }>
}

/** A provider's house: raw bodies, seeded faults, control routes for tests, a courier. Port 0 takes a free one. */
export function openHouse(settings: HouseSettings, pay: (no: string) => boolean): House {
  let faults = Faults.parse(settings.faults ?? {})
  let random = chance(faults.seed)
  const courier = openCourier({ faults: () => faults, random: () => random(), log: settings.log })
  const app = fastify({ forceCloseConnections: true, bodyLimit: 65_536 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, String(body)))
  addControls(app, {
    pay,
    change(given) {
      faults = Faults.parse(given)
      random = chance(faults.seed)
      return faults
    }
  })
  const say = (reply: FastifyReply, { status, text, headers = {} }: Spoken) =>
    reply
      .code(status)
      .headers(headers)
      .send(text === '' ? undefined : text)
  return {
    app,
    courier,
    async answer(reply, act, unavailable) {
      if (random() < faults.unavailable) return say(reply, unavailable())
      if (random() < faults.requestLost) return hang(reply, faults.hangMs)
      const spoken = act()
      return random() < faults.answerLost ? hang(reply, faults.hangMs) : say(reply, spoken)
    },
    async open() {
      const url = await app.listen({ port: settings.port, host: '127.0.0.1' })
      return { url, close: async () => courier.stop().then(async () => app.close()) }
    }
  }
}

type Controls = { pay(no: string): boolean; change(faults: unknown): Faults }

function addControls(app: FastifyInstance, { pay, change }: Controls): void {
  app.get('/readyz', async () => ({ ready: true }))
  app.post('/control/faults', async ({ body }) => change(JSON.parse(String(body) || '{}')))
  app.post('/control/pay', async ({ body }, reply) => {
    const { no } = z.object({ no: z.string() }).parse(JSON.parse(String(body)))
    return reply.code(pay(no) ? 200 : 404).send({ no })
  })
}

/** The caller waits and then finds the line cut. */
async function hang(reply: FastifyReply, ms: number): Promise<FastifyReply> {
  reply.hijack()
  setTimeout(() => reply.raw.destroy(), ms).unref()
  return reply
}
