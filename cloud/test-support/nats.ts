import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startNats } from '../../deploy/local/nats.ts'
import { endWithProcess } from './leftovers.ts'

export type TestNats = {
  readonly url: string
  readonly dataDir: string
  /** Full rights in the account, as the cloud has them. */
  readonly credentials: string
  readonly credentialsFile: string
  readonly signingKeyFile: string
  /** Kills the server, deletes its streams' files and starts it again on the same port. */
  loseData(): Promise<void>
  close(): Promise<void>
}

/** A NATS server of the test's own, with JetStream and accounts: subjects are the same for everybody on one. */
export async function openTestNats(): Promise<TestNats> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-nats-'))
  let server = await startNats({ dataDir, port: 0 })
  const { port } = server
  let forget = endWithProcess(server.child.pid)
  return {
    url: server.url,
    dataDir,
    credentials: await readFile(server.credentialsFile, 'utf8'),
    credentialsFile: server.credentialsFile,
    signingKeyFile: server.signingKeyFile,
    async loseData() {
      await server.child.stop('SIGKILL', 1_000)
      await rm(path.join(dataDir, 'nats'), { recursive: true, force: true })
      forget()
      server = await startNats({ dataDir, port })
      forget = endWithProcess(server.child.pid)
    },
    async close() {
      await server.stop()
      forget()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}
