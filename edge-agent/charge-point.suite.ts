import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A charge point that speaks OCPP 1.6J by hand: just enough to plug into an edge that is under test. */
export type ChargePoint = {
  call(action: string, payload: unknown): Promise<Record<string, unknown>>
  /** What the edge asked so far, newest last. */
  readonly asked: { readonly action: string; readonly payload: Record<string, unknown> }[]
  /** Resolves when the line has ended, whoever ended it. */
  readonly closed: Promise<unknown>
  close(): void
}

type Answers = Readonly<Record<string, (payload: Record<string, unknown>) => unknown>>

const usual: Answers = {
  RemoteStartTransaction: () => ({ status: 'Accepted' }),
  RemoteStopTransaction: () => ({ status: 'Accepted' }),
  SetChargingProfile: () => ({ status: 'Accepted' }),
  ClearChargingProfile: () => ({ status: 'Accepted' }),
  ChangeConfiguration: () => ({ status: 'Accepted' }),
  TriggerMessage: () => ({ status: 'Accepted' }),
  GetConfiguration: () => ({ configurationKey: [], unknownKey: [] })
}

export async function plugIn(port: number, identity: string, answers: Answers = {}): Promise<ChargePoint> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${identity}`, ['ocpp1.6'])
  await once(socket, 'open')
  const asked: ChargePoint['asked'] = []
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>()
  let calls = 0
  socket.on('message', (data: Buffer) => {
    const [type, id, ...rest] = JSON.parse(data.toString()) as [number, string, ...unknown[]]
    if (type !== 2) return waiting.get(id)?.(rest[0] as Record<string, unknown>)
    const [action, payload] = rest as [string, Record<string, unknown>]
    asked.push({ action, payload })
    const answer = (answers[action] ?? usual[action])?.(payload)
    socket.send(JSON.stringify(answer === undefined ? [4, id, 'NotImplemented', '', {}] : [3, id, answer]))
  })
  return {
    asked,
    closed: once(socket, 'close'),
    call: async (action, payload) => {
      const id = String(++calls)
      const answer = new Promise<Record<string, unknown>>((resolve) => {
        waiting.set(id, resolve)
      })
      socket.send(JSON.stringify([2, id, action, payload]))
      return answer
    },
    close: () => socket.terminate()
  }
}
