import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { problem } from './problem.ts'
import { isStaff, roles, type NovaApp, type Role, type Who } from './who.ts'

const heartbeatMs = 15_000 // Below the idle time-out of common proxies.
const mostUnsentBytes = 512_000 // A client that is this far behind is dropped; it comes back and reloads.
const mostClients = 2_000
const mostClientsAUser = 20
const reconnectMs = 2_000

/** Which roles hear a topic. Drivers hear only what is theirs, see `Audience`. */
export type Topics = Readonly<Record<string, readonly Role[]>>

/**
 * Whom an event is for besides the staff. `driverId`: that driver only. `forDrivers`: what drivers get in its
 * place (without what is not theirs), or nothing when it is absent.
 */
export type Audience = { readonly driverId?: string; readonly forDrivers?: unknown }

export type Hub = {
  publish(tenantId: string, topic: string, data: unknown, audience?: Audience): void
  clients(): number
  close(): void
}

type Client = {
  readonly who: Who
  readonly topics: ReadonlySet<string>
  readonly reply: FastifyReply
  end(): void
}

/** Server-sent events on `/stream`: newest only, nothing is kept for who is away. */
export function addStream(app: NovaApp, topics: Topics): Hub {
  const clients = new Set<Client>()
  const heartbeat = setInterval(() => clients.forEach((client) => send(client, ': alive\n\n')), heartbeatMs)
  heartbeat.unref()
  app.get(
    '/stream',
    {
      schema: {
        summary: `Server-sent events; topics: ${Object.keys(topics).join(', ')}`,
        querystring: z.object({ topics: z.string().max(300) })
      },
      config: { roles, answers: 'text/event-stream' }
    },
    async (request, reply) => {
      open(clients, {
        who: request.who,
        topics: readTopics(request.query.topics, topics, request.who),
        reply
      })
    }
  )
  return {
    publish(tenantId, topic, data, audience = {}) {
      const texts = {
        full: once(() => textOf(topic, data)),
        masked: once(() => textOf(topic, audience.forDrivers))
      }
      for (const client of clients) {
        if (client.who.tenantId !== tenantId || !client.topics.has(topic)) continue
        const share = shareOf(client.who, audience)
        if (share !== 'nothing') send(client, texts[share]())
      }
    },
    clients: () => clients.size,
    close() {
      clearInterval(heartbeat)
      clients.forEach((client) => client.end())
    }
  }
}

function shareOf(who: Who, { driverId, forDrivers }: Audience): 'full' | 'masked' | 'nothing' {
  if (isStaff(who) || (driverId !== undefined && driverId === who.driverId)) return 'full'
  return forDrivers === undefined ? 'nothing' : 'masked'
}

/** Many clients get the same text; it is made when the first one wants it. */
function once(make: () => string): () => string {
  let made: string | undefined
  return () => (made ??= make())
}

function readTopics(text: string, known: Topics, who: Who): ReadonlySet<string> {
  const asked = text.split(',').filter((topic) => topic !== '')
  const unknown = asked.find((topic) => !Object.hasOwn(known, topic))
  if (asked.length === 0 || unknown !== undefined)
    throw problem(400, 'topic-unknown', `topics: known are ${Object.keys(known).join(', ')}`)
  const forbidden = asked.find((topic) => !known[topic]?.some((role) => who.roles.includes(role)))
  if (forbidden !== undefined) throw problem(403, 'role-missing', `Your role does not hear ${forbidden}.`)
  return new Set(asked)
}

function open(clients: Set<Client>, wanted: Omit<Client, 'end'>): void {
  const ofUser = [...clients].filter(({ who }) => who.userId === wanted.who.userId).length
  if (clients.size >= mostClients || ofUser >= mostClientsAUser)
    throw problem(429, 'too-many-streams', 'Too many open streams.', { retryAfterSeconds: 5 })
  const { reply, who } = wanted
  reply.hijack()
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no'
  }
  reply.raw.writeHead(200, headers as Record<string, string>)
  const expiry = setTimeout(
    () => client.end(),
    Math.min(2 ** 31 - 1, Math.max(0, who.expiresAtMs - Date.now()))
  )
  expiry.unref()
  const client: Client = {
    ...wanted,
    end() {
      clients.delete(client)
      clearTimeout(expiry)
      reply.raw.end()
    }
  }
  reply.raw.once('close', () => {
    clients.delete(client)
    clearTimeout(expiry)
  })
  clients.add(client)
  send(client, `retry: ${reconnectMs}\nevent: hello\ndata: {}\n\n`)
}

function send(client: Client, text: string): void {
  const { raw } = client.reply
  if (raw.writableLength > mostUnsentBytes) {
    client.end()
    raw.destroy()
    return
  }
  raw.write(text)
}

const textOf = (topic: string, data: unknown): string => `event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`
