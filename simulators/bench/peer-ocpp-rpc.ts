import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

/** A peer: the `ocpp-rpc` server in strict mode (validates by the official schemas, stores nothing). */
type RpcClient = { handle(method: string, handler: () => unknown): void }
type RpcServer = {
  auth(decide: (accept: () => void) => void): void
  on(event: 'client', listener: (client: RpcClient) => void): void
  listen(port: number, host: string): Promise<{ address(): AddressInfo }>
}
const { RPCServer } = createRequire(import.meta.url)('ocpp-rpc') as {
  RPCServer: new (options: { protocols: string[]; strictMode: boolean }) => RpcServer
}

const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true })
server.auth((accept) => accept())
server.on('client', (client) => {
  client.handle('BootNotification', () => ({
    status: 'Accepted',
    interval: 300,
    currentTime: new Date().toISOString()
  }))
  client.handle('StatusNotification', () => ({}))
  client.handle('StartTransaction', () => ({ transactionId: 1, idTagInfo: { status: 'Accepted' } }))
  client.handle('MeterValues', () => ({}))
})
const listening = await server.listen(0, '127.0.0.1')
process.stdout.write(`port ${listening.address().port}\n`)
process.on('disconnect', () => process.exit(0))
