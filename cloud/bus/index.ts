import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { jetstream } from '@nats-io/jetstream'
import { headers as newHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node'
import { everySite, siteOf, subjects, traceHeader } from '@nova/shared-protocol/messages'
import { readFrames } from './frames.ts'
import { openLink, type Link } from './link.ts'
import type { Bus, BusSettings, Log } from './types.ts'

export {
  accountOf,
  areCurrent,
  mintSiteCredentials,
  type Signer,
  type SiteCredentials
} from './site-credentials.ts'
export type { ArrivedFrame, Bus, FrameReader } from './types.ts'

const compress = promisify(zstdCompress)
const fanOutSubject = 'nova.v1.cloud'

/** The one way to NATS. */
export function openBus(settings: BusSettings): Bus {
  const { log } = settings
  const link = openLink(settings)
  return {
    connected: link.connected,
    onConnected: link.onConnected,
    readFrames: (inFlight, hear) => readFrames(link, log, inFlight, hear),
    answerHellos: (answer) => hear(link, everySite.hello, (message) => void reply(message, answer, log)),
    answerTokens: (answer) => hear(link, everySite.token, (message) => void reply(message, answer, log)),
    hearLive: (act) =>
      hear(link, everySite.live, (message) =>
        act(siteOf(message.subject) ?? '', message.subject.split('.')[5] ?? '', message.data)
      ),
    publishDurable(message) {
      if (link.connected()) link.connection().publish(subjects.durable(message.site), JSON.stringify(message))
    },
    async publishDesired(message) {
      const bytes = await compress(JSON.stringify(message))
      if (link.connected()) link.connection().publish(subjects.desired(message.site), bytes)
    },
    command: async (siteId, text, timeout, trace) => {
      const options = { timeout, ...(trace === null ? {} : { headers: traced(trace) }) }
      return (await link.connection().request(subjects.command(siteId), text, options)).data
    },
    async ask(siteId, text, timeout) {
      return (await link.connection().request(subjects.ask(siteId), text, { timeout })).data
    },
    async publishDomain(subject, msgID, text) {
      await jetstream(link.connection()).publish(subject, text, { msgID })
    },
    fanOut(topic, text) {
      if (link.connected()) link.connection().publish(`${fanOutSubject}.${topic}`, text)
    },
    hearFanOut: (act) =>
      hear(link, `${fanOutSubject}.>`, (message) =>
        act(message.subject.slice(fanOutSubject.length + 1), message.string())
      ),
    close: link.close
  }
}

/** Subscriptions live as long as the client, through reconnections; made once, at the first connection. */
function hear(link: Link, subject: string, act: (message: Msg) => void): void {
  let made = false
  link.onConnected(() => {
    if (made) return
    made = true
    link.connection().subscribe(subject, {
      callback: (error, message) => {
        if (error === null) act(message)
      }
    })
  })
}

function traced(trace: string): MsgHdrs {
  const headers = newHeaders()
  headers.set(traceHeader, trace)
  return headers
}

type Answer = (siteId: string, bytes: Uint8Array) => Promise<string>

async function reply(message: Msg, answer: Answer, log: Log): Promise<void> {
  try {
    message.respond(await answer(siteOf(message.subject) ?? '', message.data))
  } catch (error) {
    log.warn({ err: String(error) }, 'an edge could not be answered; it asks again')
  }
}
