import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { openLedger, migrations, type Ledger, type Outside } from './contexts/ledger/index.ts'
import { openDatabase, type Database } from './db/index.ts'

export { outsideFolder } from './contexts/ledger/index.ts'
export type { Ledger, Linked, Outside, Posted, Transfer } from './contexts/ledger/index.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

export type LedgerAlone = Ledger & { readonly database: Database; close(): Promise<void> }

/** The ledger without the rest of the cloud, with a key of its own: for benchmarks and fault runs. */
export async function openLedgerAlone(
  url: string,
  { outside, connections = 24 }: { readonly outside: Outside; readonly connections?: number }
): Promise<LedgerAlone> {
  const database = openDatabase({ url, log, connections })
  await database.migrate([migrations])
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const seal = {
    sign: (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text: string, signature: string) =>
      verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
    publicKey: () => spki
  }
  const ledger = openLedger({ database, outside, seal, now: () => Date.now(), audit: async () => undefined })
  return { ...ledger, database, close: database.close }
}
