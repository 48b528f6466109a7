import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'

/** The client of the `ocpp-rpc` package, strict: a charge-point client that we did not write. */
type RpcClient = {
  connect(): Promise<unknown>
  call(method: string, params: object, options?: { callTimeoutMs: number }): Promise<unknown>
  handle(method: string, handler: (call: { params?: Record<string, unknown> }) => object): void
  close(options: { force: boolean }): Promise<unknown>
  on(event: string, listener: (...args: unknown[]) => void): void
}
const { RPCClient } = createRequire(import.meta.url)('ocpp-rpc') as {
  RPCClient: new (options: Record<string, unknown>) => RpcClient
}

const answerWithinMs = 2_000
const triesAtMost = 60
const pauseMs = 100

export type ForeignClient = {
  /** Says it so many times; each until it is answered. Resolves with the answers. */
  say(action: string, payload: object, times: number): Promise<Record<string, unknown>[]>
  /** Resolves with the parameters of the next such call from the server. */
  asked(action: string): Promise<Record<string, unknown>>
  /** How often the server has made such a call so far. */
  heard(action: string): number
  close(): Promise<void>
}

export async function foreignClient(url: string, identity: string, password: string): Promise<ForeignClient> {
  const options = { endpoint: url, identity, password, protocols: ['ocpp1.6'], strictMode: true }
  const backoff = { initialDelay: 50, maxDelay: 300, factor: 1.3, randomisationFactor: 0.25 }
  const client = new RPCClient({
    ...options,
    backoff,
    callTimeoutMs: answerWithinMs,
    maxReconnects: Infinity
  })
  const waiting = new Map<string, PromiseWithResolvers<Record<string, unknown>>>()
  const heard = new Map<string, number>()
  const promiseOf = (action: string) => {
    const found = waiting.get(action) ?? Promise.withResolvers<Record<string, unknown>>()
    waiting.set(action, found)
    return found
  }
  for (const action of [
    'RemoteStopTransaction',
    'RemoteStartTransaction',
    'SetChargingProfile',
    'TriggerMessage'
  ])
    client.handle(action, ({ params = {} }) => {
      heard.set(action, (heard.get(action) ?? 0) + 1)
      promiseOf(action).resolve(params)
      return { status: 'Accepted' }
    })
  client.handle('GetConfiguration', () => ({ configurationKey: [], unknownKey: [] }))
  await client.connect()
  const asked = async (action: string): Promise<Asked> => {
    const params = await promiseOf(action).promise
    waiting.delete(action)
    return params
  }
  return { ...voiceOf(client), asked, heard: (action) => heard.get(action) ?? 0 }
}

type Asked = Record<string, unknown>

function voiceOf(client: RpcClient): Pick<ForeignClient, 'say' | 'close'> {
  return {
    say: async (action, payload, times) => {
      const answers: Record<string, unknown>[] = []
      for (let time = 0; time < times; time++) answers.push(await insist(client, action, payload))
      return answers
    },
    close: async () => {
      await client.close({ force: true })
    }
  }
}

async function insist(client: RpcClient, action: string, payload: object): Promise<Record<string, unknown>> {
  let last: unknown
  for (let attempt = 0; attempt < triesAtMost; attempt++) {
    try {
      return (await client.call(action, payload, { callTimeoutMs: answerWithinMs })) as Record<
        string,
        unknown
      >
    } catch (cause) {
      last = cause
      await wait(pauseMs)
    }
  }
  throw new Error(`${action}: no answer in ${triesAtMost} tries`, { cause: last })
}
