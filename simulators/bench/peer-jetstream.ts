import { readFile } from 'node:fs/promises'
import { zstdCompressSync } from 'node:zlib'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, credsAuthenticator } from '@nats-io/transport-node'

const eventsPerFrame = 500
const inFlight = 8

/** Events a second that JetStream takes as compressed frames of 500 with nothing else to do. */
export async function jetStreamRate(
  access: { readonly url: string; readonly credentialsFile: string },
  events: number
): Promise<number> {
  const connection = await connect({
    servers: access.url,
    authenticator: credsAuthenticator(await readFile(access.credentialsFile))
  })
  try {
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'BENCH', subjects: ['bench.frame'] })
    const stream = jetstream(connection)
    const sample = Array.from({ length: eventsPerFrame }, (_, index) => [
      index,
      `sample/${index}`,
      'x'.repeat(280)
    ])
    const frames = Math.ceil(events / eventsPerFrame)
    const begun = performance.now()
    for (let from = 0; from < frames; from += inFlight) {
      const some = Array.from({ length: Math.min(inFlight, frames - from) }, () =>
        zstdCompressSync(JSON.stringify(sample))
      )
      await Promise.all(some.map((frame) => stream.publish('bench.frame', frame)))
    }
    const rate = ((frames * eventsPerFrame) / (performance.now() - begun)) * 1_000
    await manager.streams.delete('BENCH')
    return rate
  } finally {
    await connection.close()
  }
}
