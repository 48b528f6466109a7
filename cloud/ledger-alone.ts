import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { openLedger, migrations, type Ledger, type Outside } from './contexts/ledger/index.ts'
import type { Witness } from './contexts/ledger/verify.ts'
import { openDatabase, type Database } from './db/index.ts'

export { digestOf, hashOf } from './contexts/ledger/chain.ts'
export { addContract, outsideFolder } from './contexts/ledger/index.ts'
export { capture, hold, release } from './contexts/ledger/transfers.ts'
export { readTransfer } from './contexts/ledger/queries.ts'
export { verifyChain, type Verdict, type Witness } from './contexts/ledger/verify.ts'
export type { Tx } from './db/index.ts'
export type { Ledger, Linked, Outside, Posted, Transfer } from './contexts/ledger/index.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

export type LedgerAlone = Ledger & {
  readonly database: Database
  /** What lies outside of a tenant's ledger, with the key to it. */
  witness(tenantId: string): Promise<Witness>
  /** Signs the state of every ledger outside, as the job does each minute. */
  seal(): Promise<void>
  close(): Promise<void>
}

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
  const ledger = openLedger({
    database,
    outside,
    seal,
    now: () => Date.now(),
    audit: async () => undefined,
    siteTimeZone: async () => undefined
  })
  return {
    ...ledger,
    database,
    witness: async (tenantId) => ({ notes: await outside.read(tenantId), seal }),
    async seal() {
      for (const job of ledger.jobs) await job.run()
    },
    close: database.close
  }
}
