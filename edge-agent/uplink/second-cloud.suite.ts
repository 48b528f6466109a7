import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { startNats } from '@nova/deploy/local'
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import { chainStart, chainText, Frame, Hello, subjects, type Lane } from '@nova/shared-protocol/messages'

/** A NATS server of its own, on a port that stays when it is killed and started again. */
export async function natsForTest() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'nova-uplink-nats-'))
  let nats = await startNats({ dataDir, port: 0 })
  const { port, url, credentialsFile } = nats
  return {
    url,
    credentials: readFileSync(credentialsFile, 'utf8'),
    kill: () => nats.child.stop('SIGKILL', 0),
    loseData: () => rmSync(path.join(dataDir, 'nats', 'jetstream'), { recursive: true, force: true }),
    start: async () => {
      nats = await startNats({ dataDir, port })
    },
    close: async () => {
      await nats.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}

export type TestNats = Awaited<ReturnType<typeof natsForTest>>

type Manners = {
  /** What becomes of a frame on its way into the cloud; default: it is committed. */
  readonly fate?: (frame: Frame, count: number) => 'commit' | 'lose'
  /** How often and when "durable" is said: once and at once by default. */
  readonly say?: (send: () => void, count: number) => void
  readonly hello?: (hello: Hello, cloud: Held) => unknown
}

type Held = { readonly epoch: number; readonly durable: Record<Lane, number> }

/** The other end of the uplink: checks every frame as the cloud does, keeps what it committed in order. */
export class SecondCloud {
  readonly held: Record<Lane, string[]> = { facts: [], history: [] }
  readonly durable: Record<Lane, number> = { facts: 0, history: 0 }
  readonly hash: Record<Lane, string> = { facts: chainStart, history: chainStart }
  readonly arrivals: Lane[] = []
  readonly live: { topic: string; body: Record<string, unknown> }[] = []
  readonly hellos: Hello[] = []
  readonly faults: string[] = []
  epoch = 1
  frames = 0
  connection!: NatsConnection
  readonly #nats: TestNats
  readonly #site: string
  #manners: Manners

  constructor(nats: TestNats, site: string, manners: Manners = {}) {
    this.#nats = nats
    this.#site = site
    this.#manners = manners
  }

  behave(manners: Manners): void {
    this.#manners = manners
  }

  async open(): Promise<this> {
    const servers = this.#nats.url.replace('nats://', '')
    const authenticator = credsAuthenticator(Buffer.from(this.#nats.credentials))
    this.connection = await connect({ servers, authenticator, reconnect: false })
    const stream = { name: 'FRAMES', subjects: ['nova.v1.site.*.frame'], storage: 'file' }
    await this.connection.request('$JS.API.STREAM.CREATE.FRAMES', JSON.stringify(stream))
    this.#hear(subjects.hello(this.#site), (data, respond) => respond(JSON.stringify(this.#welcome(data))))
    this.#hear(subjects.frame(this.#site), (data) => this.#frame(data))
    this.#hear(subjects.live(this.#site, '>'), (data, _respond, subject) => {
      this.live.push({
        topic: subject.split('.').at(-1) ?? '',
        body: JSON.parse(data.toString()) as Record<string, unknown>
      })
    })
    await this.connection.flush()
    return this
  }

  desire(section: string, version: number, body: unknown): void {
    const text = JSON.stringify({ v: 1, site: this.#site, version, section, body })
    this.connection.publish(subjects.desired(this.#site), zstdCompressSync(text))
  }

  async command(body: unknown): Promise<unknown> {
    const answer = await this.connection.request(subjects.command(this.#site), JSON.stringify(body), {
      timeout: 5_000
    })
    return answer.json()
  }

  async ask(text: string): Promise<string> {
    return (await this.connection.request(subjects.ask(this.#site), text, { timeout: 5_000 })).string()
  }

  /** From now on: what is answered to questions after tokens. */
  answerTokens(answer: (uid: string) => object): void {
    this.#hear(subjects.token(this.#site), (data, respond) => {
      const { uid } = JSON.parse(data.toString()) as { uid: string }
      respond(JSON.stringify({ v: 1, site: this.#site, ...answer(uid) }))
    })
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  #hear(
    subject: string,
    listener: (data: Buffer, respond: (text: string) => void, subject: string) => void
  ): void {
    this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) listener(Buffer.from(message.data), (text) => message.respond(text), message.subject)
      }
    })
  }

  #welcome(data: Buffer): unknown {
    const hello = Hello.parse(JSON.parse(data.toString()))
    this.hellos.push(hello)
    const own = this.#manners.hello?.(hello, this)
    if (own !== undefined) return own
    const at = new Date().toISOString()
    return { kind: 'welcome', v: 1, site: this.#site, epoch: this.epoch, durable: this.durable, at }
  }

  #frame(data: Buffer): void {
    this.frames++
    const frame = Frame.parse(JSON.parse(zstdDecompressSync(data).toString()))
    if ((this.#manners.fate?.(frame, this.frames) ?? 'commit') === 'lose') return
    this.arrivals.push(frame.lane)
    if (frame.epoch !== this.epoch) return void this.faults.push(`epoch ${frame.epoch}`)
    const hole = frame.first > this.durable[frame.lane] + 1
    if (!hole) this.#commit(frame)
    const { lane } = frame
    const sequence = this.durable[lane]
    const word = {
      v: 1,
      site: this.#site,
      epoch: this.epoch,
      lane,
      sequence,
      ...(hole ? { resendFrom: sequence + 1 } : {})
    }
    const send = () => {
      if (!this.connection.isClosed())
        this.connection.publish(subjects.durable(this.#site), JSON.stringify(word))
    }
    if (this.#manners.say) this.#manners.say(send, this.frames)
    else send()
  }

  #commit(frame: Frame): void {
    const { lane } = frame
    let hash = frame.before
    for (const event of frame.events) {
      hash = createHash('sha256').update(chainText(hash, event)).digest('hex')
      if (event[0] !== this.durable[lane] + 1) continue
      this.held[lane].push(event[2])
      this.durable[lane] = event[0]
      this.hash[lane] = hash
    }
    if (hash !== frame.hash) this.faults.push(`hash of ${lane} ${frame.first}–${frame.last}`)
  }
}

/** Waits until it holds. @throws after `withinMs`, with the last value */
export async function until(holds: () => boolean, what: string, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}
