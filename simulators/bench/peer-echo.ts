import { WebSocketServer } from 'ws'

/**
 * The physical limit for an OCPP server on `ws`: parses each CALL and answers `[3, id, {}]`. No validation, no
 * session, no storage. Prints its port, ends with its parent.
 */
const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  perMessageDeflate: false,
  handleProtocols: () => 'ocpp1.6'
})
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const call = JSON.parse((data as Buffer).toString('utf8')) as unknown[]
    socket.send(JSON.stringify([3, call[1], {}]))
  })
})
server.on('listening', () => {
  const address = server.address()
  process.stdout.write(`port ${typeof address === 'object' && address !== null ? address.port : 0}\n`)
})
process.on('disconnect', () => process.exit(0))
