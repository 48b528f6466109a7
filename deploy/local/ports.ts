import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port that was free a moment ago. Whoever takes it must be ready to ask again. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return address.port
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
    server.close()
  }
}
