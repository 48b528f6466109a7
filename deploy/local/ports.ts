import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems hand out by themselves: none of those may become the one that was just chosen here. Above
// 10080, which browsers refuse.
const [lowest, count] = [11_000, 21_000]
const apart = 20 // Processes that look for ports at the same time look in places of their own.
let looked = 0

/** A port that was free a moment ago, not one that was given before while others are left. Whoever takes it must be ready to ask again. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < count; tries++) {
    const port = lowest + ((process.pid * apart + looked++) % count)
    if ((await obstacleAt(port)) === undefined) return port
  }
  throw new Error(`none of the ports from ${lowest} to ${lowest + count - 1} is free`)
}

/** Why this port cannot be ours: somebody has it, or the system keeps it for others. Undefined: it can. */
export async function obstacleAt(port: number): Promise<'taken' | 'forbidden' | undefined> {
  const server = createServer()
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
    return undefined
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EADDRINUSE') return 'taken'
    if (code === 'EACCES') return 'forbidden'
    throw cause
  } finally {
    if (server.listening) {
      server.close()
      await once(server, 'close')
    }
  }
}
