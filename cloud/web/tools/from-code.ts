import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { typesFrom, type OpenApi } from './api-types.ts'

const patienceMs = 60_000 // Loading the cloud's code takes seconds; a minute means that it hangs.
const most = 32 * 1024 * 1024
const program = fileURLToPath(new URL('../../openapi.ts', import.meta.url))

/** The API's types from the cloud's own code, in a process of its own: the screens import nothing of the cloud. */
export async function typesOfCode(): Promise<string> {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [program], { maxBuffer: most, timeout: patienceMs })
  return typesFrom(JSON.parse(stdout) as OpenApi)
}
