import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket, type ClientOptions } from 'ws'
import { Charger } from '@nova/shared-protocol/model'
import type { Capabilities, ListAbility } from '../contract.ts'
import { openOcppDriver, usualLimits, type Limits, type OcppDriver, type TlsNeeds } from './index.ts'
import { secondIntake, type SecondIntake } from './second-intake.suite.ts'

/** What a test of the driver over real sockets stands on. */
export type Stage = {
  readonly driver: OcppDriver
  readonly intake: SecondIntake
  readonly url: (identity: string) => string
  readonly refusals: string[]
  readonly ignored: string[]
  readonly errors: string[]
}

export const password = 'correct-horse-battery'

const evse = (id: number) => ({ id, connectors: [{ id: 1, type: 'type2' as const, maxPowerW: 22_000 }] })

export const chargers = [
  Charger.parse({ id: 'CP1', protocol: 'ocpp1.6', identity: 'CP1', evses: [evse(1), evse(2)] }),
  Charger.parse({
    id: 'LOCKED',
    protocol: 'ocpp1.6',
    identity: 'LOCKED',
    security: { profile: 1, password },
    evses: [evse(1)]
  }),
  Charger.parse({
    id: 'TLS2',
    protocol: 'ocpp1.6',
    identity: 'TLS2',
    security: { profile: 2, password },
    evses: [evse(1)]
  }),
  Charger.parse({
    id: 'TLS3',
    protocol: 'ocpp1.6',
    identity: 'TLS3',
    security: { profile: 3 },
    evses: [evse(1)]
  }),
  Charger.parse({
    id: 'REFUSED',
    protocol: 'ocpp1.6',
    identity: 'REFUSED',
    registration: 'rejected',
    evses: [evse(1)]
  }),
  Charger.parse({
    id: 'FREE',
    protocol: 'ocpp1.6',
    identity: 'FREE',
    managed: false,
    evses: [evse(1)]
  }),
  Charger.parse({
    id: 'WAITS',
    protocol: 'ocpp1.6',
    identity: 'WAITS',
    registration: 'pending',
    evses: [evse(1)]
  })
]

/** Opens a driver on free ports; closed at the end of the test. */
export async function stage(
  t: { after(work: () => Promise<void>): void } | { teardown(work: () => Promise<void>): void },
  over: {
    readonly limits?: Partial<Limits>
    readonly tls?: TlsNeeds
    readonly kept?: Map<string, Capabilities>
    readonly lists?: Map<string, ListAbility>
  } = {}
): Promise<Stage> {
  const intake = secondIntake(chargers)
  const refusals: string[] = []
  const ignored: string[] = []
  const errors: string[] = []
  const kept = over.kept ?? new Map<string, Capabilities>()
  const lists = over.lists ?? new Map<string, ListAbility>()
  const driver = await openOcppDriver({
    settings: { host: '127.0.0.1', port: 0, tls: over.tls ?? null, voltageV: 230 },
    intake,
    charger: (id) => chargers.find((each) => each.id === id),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    capabilities: {
      all: () => kept,
      remember: async (id, found) => void kept.set(id, found)
    },
    lists: {
      all: () => lists,
      remember: async (id, found) => void lists.set(id, found)
    },
    chance: { uuid: randomUUID },
    log: { info() {}, warn() {}, error: (_fields, text) => void errors.push(text) },
    metrics: {
      heard() {},
      asked() {},
      connections() {},
      refused: (reason) => void refusals.push(reason),
      ignored: (what) => void ignored.push(what)
    },
    limits: { ...usualLimits, ...over.limits }
  })
  const end = () => driver.close()
  if ('teardown' in t) t.teardown(end)
  else t.after(end)
  const { port } = driver.addresses.plain
  const url = (identity: string) => `ws://127.0.0.1:${port}/ocpp/${identity}`
  return { driver, intake, url, refusals, ignored, errors }
}

/** A bare charge point: sends text, remembers what it hears. */
export type Client = {
  readonly ws: WebSocket
  readonly heard: unknown[]
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  send(text: string): void
  /** Sends one call and resolves with the frame that answers it. */
  call(action: string, payload: unknown): Promise<unknown>
  next(): Promise<unknown>
}

export function basic(user: string, secret: string | Uint8Array): Record<string, string> {
  const bytes = Buffer.concat([Buffer.from(`${user}:`), Buffer.from(secret as string)])
  return { Authorization: `Basic ${bytes.toString('base64')}` }
}

/** @returns the open client, or the HTTP status it was refused with */
export async function knock(
  url: string,
  options: ClientOptions & { readonly protocols?: readonly string[] } = {}
): Promise<Client | number> {
  const ws = new WebSocket(url, [...(options.protocols ?? ['ocpp1.6'])], options)
  const refused = new Promise<number>((resolve) => {
    ws.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode ?? 0)
    })
    ws.on('error', () => resolve(0))
  })
  const opened = once(ws, 'open').then(
    () => client(ws),
    () => refused
  )
  return Promise.race([opened, refused])
}

export async function open(url: string, options: Parameters<typeof knock>[1] = {}): Promise<Client> {
  const client = await knock(url, options)
  if (typeof client === 'number') throw new Error(`refused with ${client}`)
  return client
}

function client(ws: WebSocket): Client {
  const heard: unknown[] = []
  const waiting: ((frame: unknown) => void)[] = []
  let count = 0
  ws.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as unknown
    const first = waiting.shift()
    if (first) first(frame)
    else heard.push(frame)
  })
  const next = () =>
    heard.length > 0
      ? Promise.resolve(heard.shift())
      : new Promise((resolve) => {
          waiting.push(resolve)
        })
  return {
    ws,
    heard,
    closed: new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    }),
    send: (text) => ws.send(text),
    call: (action, payload) => {
      ws.send(JSON.stringify([2, `m${++count}`, action, payload]))
      return next()
    },
    next
  }
}

const patienceMs = 60_000

/** Waits for something to become true; the deadline is for a broken world, not for a slow one. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await wait(5)
  }
}
