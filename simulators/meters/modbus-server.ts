import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { encodeFrame, splitFrames, type Frame } from '@nova/shared-protocol/codecs/modbus'

export type ModbusServer = { readonly port: number; stop(): Promise<void> }

/**
 * A Modbus TCP server whose every answer is given by `answer`; null: it says nothing.
 * @param where port 0: any
 * @throws Error when the port is taken
 */
export async function serveModbus(
  where: { readonly port: number; readonly host?: string | undefined },
  answer: (frame: Frame) => Uint8Array | null
): Promise<ModbusServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, answer)
  })
  await listening(server, where.port, where.host ?? '127.0.0.1')
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      })
  }
}

function serve(socket: Socket, answer: (frame: Frame) => Uint8Array | null): void {
  let rest: Uint8Array = new Uint8Array()
  socket.on('data', (chunk: Uint8Array) => {
    const split = splitFrames(Uint8Array.from([...rest, ...chunk]))
    if (!split.ok) return socket.destroy()
    rest = split.rest
    for (const frame of split.frames) {
      const pdu = answer(frame)
      if (pdu !== null) socket.write(encodeFrame({ ...frame, pdu }))
    }
    return undefined
  })
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.removeAllListeners('error')
      server.on('error', (cause) => {
        throw cause
      })
      resolve()
    })
  })
}
