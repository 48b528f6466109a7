import net from 'node:net'
import { once } from 'node:events'
import { test } from 'tap'
import { WebSocket } from 'ws'
import { openEdge, siteFile } from './edge.suite.ts'

const password = 'right-password-16'
const [charger] = siteFile.chargers
const basic = (secret: string) => `Basic ${Buffer.from(`CP-1:${secret}`).toString('base64')}`

/** Knocks with a password over a socket of its own; the status line when it comes. */
function knock(port: number, secret: string): { readonly socket: net.Socket; answered: string | null } {
  const socket = net.connect(port, '127.0.0.1')
  const seen = { socket, answered: null as string | null }
  socket.on('error', () => undefined) // The edge may cut it off.
  socket.once('data', (data: Buffer) => (seen.answered = data.toString('latin1').split('\r\n')[0] ?? ''))
  socket.write(
    `GET /ocpp/CP-1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: ${basic(secret)}\r\n\r\n`
  )
  return seen
}

void test('the sixth wrong password in a minute waits for its answer, the right one does not (O2)', async (t) => {
  const security = { profile: 1, password }
  const edge = await openEdge({ chargers: [{ ...charger, security }] })
  t.teardown(() => edge.close())
  const port = edge.ports().ocpp
  for (let wrong = 0; wrong < 5; wrong++) {
    const seen = knock(port, `guess-${wrong}`)
    await once(seen.socket, 'data')
    t.match(seen.answered, /401/)
    seen.socket.destroy()
  }
  const sixth = knock(port, 'guess-6')
  await once(sixth.socket, 'connect')
  const right = new WebSocket(`ws://127.0.0.1:${port}/ocpp/CP-1`, ['ocpp1.6'], {
    headers: { authorization: basic(password) }
  })
  await once(right, 'open')
  t.equal(sixth.answered, null, 'the guess still waits while the charger is in')
  right.terminate()
  sixth.socket.destroy()
})
