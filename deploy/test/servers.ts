import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPostgres } from '../local/index.ts'

/** What the test files share, and how to end it. */
export type Shared = { readonly env: NodeJS.ProcessEnv; stop(): Promise<void> }

const nothing: Shared = { env: {}, stop: async () => undefined }

/**
 * One PostgreSQL for all test files that want a database of their own on it (NOVA_TEST_DATABASE_URL): starting
 * one for each would take longer than the tests. Only when a chosen file could want it, and nobody named one.
 */
export async function sharedServers(files: readonly string[]): Promise<Shared> {
  if (process.env['NOVA_TEST_DATABASE_URL'] !== undefined) return nothing
  if (!files.some((file) => file.startsWith('cloud/') && !file.startsWith('cloud/web/'))) return nothing
  const dataDir = mkdtempSync(path.join(tmpdir(), 'nova-test-'))
  const postgres = await startPostgres({ dataDir, port: 0, quick: true, ownSession: true })
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true })
  process.once('exit', remove) // Also when the run is broken off.
  return {
    env: { NOVA_TEST_DATABASE_URL: postgres.url },
    stop: () => postgres.stop()
  }
}
