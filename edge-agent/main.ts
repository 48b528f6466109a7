import { enableCompileCache, flushCompileCache } from 'node:module'
import path from 'node:path'
import type { RunningEdge } from './agent.ts'
import type { Log } from './joints/log.ts'
import type { Settings } from './settings/index.ts'

export type { RunningEdge } from './agent.ts'

/** Opens and joins all rooms; see `agent.ts`. For scenarios and tests that run an edge in their own process. */
export async function startEdge(settings: Settings, log?: Log): Promise<RunningEdge> {
  const agent = await import('./agent.ts')
  return agent.startEdge(settings, log)
}

if (import.meta.main) {
  // Half of the time until chargers are served is compiling. In a folder of our own: compiled code is code.
  enableCompileCache(path.resolve(process.env['NOVA_DATA_DIR'] || '.nova', 'compile-cache'))
  const { explain, runProgram } = await import('./program.ts')
  try {
    await runProgram()
    flushCompileCache() // A gateway that loses its power never exits in order, which is when it would be written.
  } catch (cause) {
    console.error(explain(cause))
    process.exit(1)
  }
}
