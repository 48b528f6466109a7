import { once } from 'node:events'
import { WebSocket } from 'ws'

/**
 * A crowd of light charge points for load: each keeps one CALL outstanding, as OCPP-J demands, and sends the next
 * as soon as the answer is in. Text is made ahead as far as it can be, so that the load costs little.
 */
export type CrowdMember = {
  readonly identity: string
  readonly socket: WebSocket
  /** Sends one CALL and resolves with the answer's payload. Rejects on CALLERROR or a closed socket. */
  call(action: string, payload: unknown): Promise<unknown>
  /** Called for each CALL that the server makes; the answer is sent as CALLRESULT. */
  onCall(answer: (action: string, payload: unknown) => unknown): void
}

export type CrowdOptions = {
  readonly url: string
  readonly identities: readonly string[]
  readonly password?: string
}

export async function gather({ url, identities, password }: CrowdOptions): Promise<CrowdMember[]> {
  return Promise.all(identities.map((identity) => join(url, identity, password)))
}

async function join(url: string, identity: string, password: string | undefined): Promise<CrowdMember> {
  const headers = password === undefined ? {} : { authorization: `Basic ${btoa(`${identity}:${password}`)}` }
  const socket = new WebSocket(`${url}/${identity}`, ['ocpp1.6'], { headers, perMessageDeflate: false })
  await once(socket, 'open')
  return member(identity, socket)
}

type Waiting = { resolve(payload: unknown): void; reject(cause: Error): void }

function member(identity: string, socket: WebSocket): CrowdMember {
  const waiting = new Map<string, Waiting>()
  let answerOf: (action: string, payload: unknown) => unknown = () => ({})
  let next = 0
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as [number, string, ...unknown[]]
    if (message[0] === 2) {
      socket.send(JSON.stringify([3, message[1], answerOf(String(message[2]), message[3])]))
      return
    }
    const asked = waiting.get(message[1])
    waiting.delete(message[1])
    if (message[0] === 3) asked?.resolve(message[2])
    else asked?.reject(new Error(`${identity}: ${JSON.stringify(message)}`))
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${identity}: closed`))
    waiting.clear()
  })
  return {
    identity,
    socket,
    call: (action, payload) =>
      new Promise((resolve, reject) => {
        const id = `${identity}-${next++}`
        waiting.set(id, { resolve, reject })
        socket.send(JSON.stringify([2, id, action, payload]))
      }),
    onCall: (answer) => {
      answerOf = answer
    }
  }
}

/** MeterValues as a 22 kW charge point sends them each interval: register, power and three currents. */
export function meterValues(
  connectorId: number,
  transactionId: number | undefined,
  registerWh: number,
  at: string
): object {
  const value = (measurand: string, each: string, unit: string, phase?: string) => ({
    value: each,
    context: 'Sample.Periodic',
    measurand,
    unit,
    ...(phase === undefined ? {} : { phase })
  })
  return {
    connectorId,
    ...(transactionId === undefined ? {} : { transactionId }),
    meterValue: [
      {
        timestamp: at,
        sampledValue: [
          value('Energy.Active.Import.Register', String(registerWh), 'Wh'),
          value('Power.Active.Import', '11040', 'W'),
          value('Current.Import', '16.0', 'A', 'L1'),
          value('Current.Import', '16.0', 'A', 'L2'),
          value('Current.Import', '16.0', 'A', 'L3')
        ]
      }
    ]
  }
}

export function disband(crowd: readonly CrowdMember[]): void {
  for (const { socket } of crowd) socket.terminate()
}
