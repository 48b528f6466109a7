import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

type Frame = readonly [number, string, string, Readonly<Record<string, unknown>>]

/** A small back office for tests: answers politely, remembers everything, and can be told to misbehave. */
export type BackOffice = {
  readonly url: string
  readonly heard: Frame[]
  of(action: string): Readonly<Record<string, unknown>>[]
  /** Takes messages in without answering: the answer is lost. */
  mute: boolean
  /** Answers these actions with CALLERROR. */
  readonly refuses: Set<string>
  readonly answers: Map<string, object>
  ask(action: string, payload: object): Promise<unknown>
  close(): Promise<void>
}

export async function backOffice(): Promise<BackOffice> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' })
  await once(server, 'listening')
  const waiting = new Map<string, (answer: unknown) => void>()
  let line: WebSocket | null = null
  let count = 0
  let transactions = 100
  const accepted = { idTagInfo: { status: 'Accepted' } }
  const office: BackOffice = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`,
    heard: [],
    of: (action) => office.heard.filter((frame) => frame[2] === action).map((frame) => frame[3]),
    mute: false,
    refuses: new Set(),
    answers: new Map([['Authorize', accepted]]),
    ask: (action, payload) =>
      new Promise((resolve) => {
        const id = `o${++count}`
        waiting.set(id, resolve)
        line?.send(JSON.stringify([2, id, action, payload]))
      }),
    async close() {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    }
  }
  const answerTo = (action: string): object => {
    if (action === 'BootNotification')
      return { status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }
    if (action === 'Heartbeat') return { currentTime: new Date().toISOString() }
    if (action === 'StartTransaction') return { transactionId: ++transactions, ...accepted }
    return {}
  }
  server.on('connection', (socket) => {
    line = socket
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame
      if (frame[0] !== 2) return waiting.get(frame[1])?.(frame[0] === 3 ? frame[2] : frame)
      office.heard.push(frame)
      if (office.mute) return
      const [, id, action] = frame
      const said = office.refuses.has(action)
        ? [4, id, 'InternalError', 'no', {}]
        : [3, id, office.answers.get(action) ?? answerTo(action)]
      socket.send(JSON.stringify(said))
    })
  })
  return office
}
