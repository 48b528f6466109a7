import { readFile } from 'node:fs/promises'
import { connect, credsAuthenticator } from '@nats-io/transport-node'
import { Durable, subjects } from '@nova/shared-protocol/messages'

export type Marks = { readonly facts: number; readonly history: number }

const drainWithinMs = 300_000

/**
 * Hears what the cloud tells an edge of durability, at the same moment as the edge does. (The edge keeps the mark in
 * its database some seconds later, so that its own API is no clock for this.)
 */
export async function hearDurable(
  access: { readonly url: string; readonly credentialsFile: string },
  site: string
) {
  const connection = await connect({
    servers: access.url,
    authenticator: credsAuthenticator(await readFile(access.credentialsFile))
  })
  const marks = { facts: 0, history: 0 }
  let news = Promise.withResolvers<void>()
  connection.subscribe(subjects.durable(site), {
    callback: (_, message) => {
      const { lane, sequence } = Durable.parse(JSON.parse(message.string()))
      marks[lane] = Math.max(marks[lane], sequence)
      news.resolve()
      news = Promise.withResolvers()
    }
  })
  await connection.flush()
  return {
    /** Resolves with the next message. */
    next: () => news.promise,
    /** @throws Error when the marks stay behind for minutes */
    async upTo(wanted: Marks): Promise<void> {
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(
        () => late.reject(new Error(`durable ${JSON.stringify(marks)} of ${JSON.stringify(wanted)}`)),
        drainWithinMs
      )
      try {
        while (marks.facts < wanted.facts || marks.history < wanted.history)
          await Promise.race([news.promise, late.promise])
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => connection.close()
  }
}
