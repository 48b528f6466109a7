import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import {
  Command,
  commandText,
  Desired,
  Durable,
  HelloAnswer,
  Question,
  subjects,
  TokenAnswer,
  type Frame,
  type Hello,
  type LiveConnector
} from '@nova/shared-protocol/messages'
import { pack } from './edge.ts'

const inflate = promisify(zstdDecompress)

/** An edge as the cloud sees it: its own credentials, its own subjects, nothing else. */
export type EdgeLine = {
  readonly connection: NatsConnection
  readonly desired: Desired[]
  readonly durable: Durable[]
  /** Commands whose signature held; answered by `answer`. */
  readonly commands: Command[]
  answer: (command: Command) => object | null
  /** Answers a question; null: stays silent. */
  askedOf: (question: Question) => object | null
  hello(hello: Hello): Promise<HelloAnswer>
  /** Asks the cloud for a token that the list does not name. */
  askToken(uid: string): Promise<TokenAnswer>
  send(frame: Frame): Promise<void>
  live(topic: string, body: object): void
  close(): Promise<void>
}

export async function openEdgeLine(
  natsUrl: string,
  credentialsFile: string,
  site: string
): Promise<EdgeLine> {
  const credentials = await readFile(credentialsFile, 'utf8')
  const key = /BEGIN NOVA COMMAND KEY-----\s*(\S+)/.exec(credentials)?.[1] ?? ''
  const commandKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  const connection = await connect({
    servers: natsUrl.replace('nats://', ''),
    authenticator: credsAuthenticator(new TextEncoder().encode(credentials)),
    inboxPrefix: `_INBOX_${site}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100
  })
  const asked = async (subject: string, question: object): Promise<unknown> =>
    (await connection.request(subject, JSON.stringify(question), { timeout: 5_000 })).json()
  const line: EdgeLine = {
    connection,
    desired: [],
    durable: [],
    commands: [],
    answer: ({ id }) => ({ v: 1, id, status: 'sent' }),
    askedOf: () => null,
    hello: async (hello) => HelloAnswer.parse(await asked(subjects.hello(site), hello)),
    askToken: async (uid) => TokenAnswer.parse(await asked(subjects.token(site), { v: 1, site, uid })),
    async send(frame) {
      await connection.request(subjects.frame(site), await pack(frame), { timeout: 5_000 })
    },
    live: (topic, body) =>
      connection.publish(subjects.live(site, topic), JSON.stringify({ v: 1, site, ...body })),
    close: async () => connection.close()
  }
  listen(line, site, commandKey)
  await connection.flush()
  return line
}

function listen(line: EdgeLine, site: string, commandKey: KeyObject): void {
  const { connection } = line
  connection.subscribe(subjects.durable(site), {
    callback: (_, message) => void line.durable.push(Durable.parse(message.json()))
  })
  connection.subscribe(subjects.desired(site), {
    callback: (_, message) => {
      void inflate(message.data).then((text) =>
        line.desired.push(Desired.parse(JSON.parse(text.toString('utf8'))))
      )
    }
  })
  connection.subscribe(subjects.ask(site), {
    callback: (_, message) => {
      const answer = line.askedOf(Question.parse(message.json()))
      if (answer) message.respond(JSON.stringify(answer))
    }
  })
  connection.subscribe(subjects.command(site), {
    callback: (_, message) => {
      const command = Command.parse(message.json())
      if (
        !verify(null, Buffer.from(commandText(command)), commandKey, Buffer.from(command.signature, 'base64'))
      )
        return
      line.commands.push(command)
      const answer = line.answer(command)
      if (answer) message.respond(JSON.stringify(answer))
    }
  })
}

export const liveConnector = (chargerId: string, more: Partial<LiveConnector> = {}): LiveConnector => ({
  chargerId,
  evseId: 1,
  connectorId: 1,
  status: 'charging',
  errorCode: null,
  sessionId: null,
  tokenUid: 'SOMEBODY',
  powerW: 7_000,
  energyWh: 100,
  costMinor: 50,
  socPercent: null,
  limitW: 11_000,
  limitReason: 'equal share',
  updatedAt: new Date().toISOString(),
  ...more
})
