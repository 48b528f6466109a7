import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** A TCP line that can be cut, stalled and delayed. */
export type Line = {
  readonly port: number
  /** Ends every connection and refuses new ones. */
  cut(): void
  /** Keeps every connection open, passes nothing on. */
  stall(): void
  heal(): void
  /** Each chunk waits so long in each direction. */
  delay(ms: number): void
  close(): Promise<void>
}

type Condition = { state: 'whole' | 'cut' | 'stalled'; delayMs: number }

type Target = { readonly host: string; readonly port: number }

/** Opens a line in front of `target` on a free port of the loopback. */
export async function openLine(target: Target, port = 0): Promise<Line> {
  const condition: Condition = { state: 'whole', delayMs: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((near) => accept({ near, target, condition, sockets }))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      condition.state = 'cut'
      for (const socket of sockets) socket.destroy()
    },
    stall: () => {
      condition.state = 'stalled'
      for (const socket of sockets) socket.pause()
    },
    heal: () => {
      condition.state = 'whole'
      for (const socket of sockets) socket.resume()
    },
    delay: (ms) => {
      condition.delayMs = ms
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    }
  }
}

type Arrival = {
  readonly near: Socket
  readonly target: Target
  readonly condition: Condition
  readonly sockets: Set<Socket>
}

function accept({ near, target, condition, sockets }: Arrival): void {
  if (condition.state === 'cut') {
    near.destroy()
    return
  }
  const far = connect(target)
  join(near, far, condition)
  for (const socket of [near, far]) {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      near.destroy()
      far.destroy()
    })
  }
}

function join(near: Socket, far: Socket, condition: Condition): void {
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => {
      const send = () => void (to.writable && to.write(chunk))
      if (condition.delayMs > 0) setTimeout(send, condition.delayMs)
      else send()
    })
    if (condition.state === 'stalled') from.pause()
  }
  pass(near, far)
  pass(far, near)
}
