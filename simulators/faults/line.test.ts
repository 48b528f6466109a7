import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'tap'
import { openLine } from './line.ts'

async function echoServer() {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

const said = async (socket: Socket, text: string): Promise<string> => {
  const heard = once(socket, 'data', { signal: AbortSignal.timeout(5_000) })
  socket.write(text)
  return String((await heard)[0])
}

void test('a whole line passes on, a cut one ends both sides, a healed one lets new ones through', async (t) => {
  const { server, port } = await echoServer()
  const line = await openLine({ host: '127.0.0.1', port })
  const socket = connect(line.port, '127.0.0.1')
  t.equal(await said(socket, 'hello'), 'hello')
  line.cut()
  if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(5_000) })
  const refused = connect(line.port, '127.0.0.1').on('error', () => undefined)
  await once(refused, 'close', { signal: AbortSignal.timeout(5_000) })
  line.heal()
  const again = connect(line.port, '127.0.0.1')
  t.equal(await said(again, 'back'), 'back')
  again.destroy()
  await line.close()
  server.close()
})

void test('a stalled line says nothing and loses nothing', async (t) => {
  const { server, port } = await echoServer()
  const line = await openLine({ host: '127.0.0.1', port })
  const socket = connect(line.port, '127.0.0.1')
  t.equal(await said(socket, 'one'), 'one')
  line.stall()
  let heard = ''
  socket.on('data', (chunk) => (heard += String(chunk)))
  socket.write('two')
  // A fresh line through the same server proves that time enough for an echo has passed.
  const beside = connect(port, '127.0.0.1')
  await said(beside, 'x')
  t.equal(heard, '')
  line.heal()
  while (heard !== 'two') await once(socket, 'data', { signal: AbortSignal.timeout(5_000) })
  socket.destroy()
  beside.destroy()
  await line.close()
  server.close()
})
