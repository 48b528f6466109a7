import { createServer, type AddressInfo } from 'node:net'
import { ModbusTCPServer } from 'jsmodbus'

/** A Modbus TCP server that others wrote; its registers are the bytes of two buffers, by address. */
export type Foreign = {
  readonly port: number
  readonly holding: Buffer
  readonly input: Buffer
  close(): void
}

const allRegisters = 0x2_0000 // Two bytes each.

export async function openForeign(): Promise<Foreign> {
  const [holding, input] = [Buffer.alloc(allRegisters), Buffer.alloc(allRegisters)]
  const listener = createServer()
  const server = new ModbusTCPServer(listener, { holding, input })
  const sockets = new Set<{ destroy(): void }>()
  listener.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (listener.address() as AddressInfo).port,
    holding,
    input,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.removeAllListeners()
      listener.close()
    }
  }
}
