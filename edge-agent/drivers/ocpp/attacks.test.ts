import { once } from 'node:events'
import net from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { test } from 'tap'
import { basic, knock, open, password, stage, until, type Stage } from './stage.suite.ts'

/** A raw connection: for what no WebSocket library would send. */
async function raw(driver: Stage['driver'], localAddress = '127.0.0.1'): Promise<net.Socket> {
  const socket = net.connect({ port: driver.addresses.plain.port, host: '127.0.0.1', localAddress })
  socket.on('error', () => {}) // The other end may cut us off at any time: that is what is tested.
  await once(socket, 'connect')
  return socket
}

const upgrade = (identity: string, more = '') =>
  `GET /ocpp/${identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ocpp1.6\r\n${more}\r\n`

async function firstLine(socket: net.Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer]
  return data.toString('latin1').split('\r\n')[0] ?? ''
}

/** Raw upgrade that has succeeded. */
async function upgraded(driver: Stage['driver']): Promise<net.Socket> {
  const socket = await raw(driver)
  socket.write(upgrade('CP1'))
  const line = await firstLine(socket)
  if (!line.includes('101')) throw new Error(line)
  return socket
}

void test('O2: thousands of wrong tries from many addresses, and the real charger gets in all the same', async (t) => {
  const { url, intake, refusals, driver } = await stage(t, { limits: { slowAnswerMs: 50 } })
  const tries = async (address: string, count: number) => {
    for (let each = 0; each < count; each++) {
      const socket = await raw(driver, address)
      const closed = once(socket, 'close')
      socket.write(upgrade('LOCKED', `Authorization: Basic ${btoa(`LOCKED:guess-${each}`)}\r\n`))
      socket.resume()
      await closed
    }
  }
  const attack = Promise.all(Array.from({ length: 40 }, (_, index) => tries(`127.0.0.${index + 2}`, 15)))
  const same = tries('127.0.0.1', 30)
  await until('the attack is under way', () => refusals.includes('too many tries'))
  const charger = await open(url('LOCKED'), { headers: basic('LOCKED', password) })
  t.match(await charger.call('Heartbeat', {}), [3])
  await Promise.all([attack, same])
  const plain = refusals.filter((reason) => reason === 'credentials').length
  t.ok(plain <= 5, `${plain} tries were told at once that they were wrong`)
  t.equal(intake.said.filter(({ what }) => what === 'connected').length, 1)
})

void test('O2: from its own address or another, wrong tries wait in bounded number; the right one waits for none of them', async (t) => {
  const { url, driver } = await stage(t, { limits: { slowAnswerMs: 600_000, slowAnswers: 4 } })
  const guess = async (address: string) => {
    const socket = await raw(driver, address)
    socket.write(upgrade('LOCKED', `Authorization: Basic ${btoa('LOCKED:guess')}\r\n`))
    return socket
  }
  for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.1', '127.0.0.2', '127.0.0.1'])
    t.match(await firstLine(await guess(address)), /401/)
  const held = [
    await guess('127.0.0.1'),
    await guess('127.0.0.2'),
    await guess('127.0.0.2'),
    await guess('127.0.0.2')
  ]
  let answered = 0
  for (const socket of held) socket.on('data', () => answered++)
  await once((await guess('127.0.0.2')).resume(), 'close') // One too many to hold: cut off at once.
  const charger = await open(url('LOCKED'), { headers: basic('LOCKED', password) })
  t.match(await charger.call('Heartbeat', {}), [3])
  t.equal(answered, 0, 'they wait still')
  for (const socket of held) socket.destroy()
})

void test('O2: who tries too often hears 401 all the same, late, and when to come back', async (t) => {
  const { driver } = await stage(t, { limits: { slowAnswerMs: 20 } })
  for (let each = 0; each < 7; each++) {
    const socket = await raw(driver)
    socket.write(upgrade('LOCKED', `Authorization: Basic ${btoa('LOCKED:guess')}\r\n`))
    const [data] = (await once(socket, 'data')) as [Buffer]
    const head = data.toString('latin1')
    t.match(head, /^HTTP\/1\.1 401 /)
    t.match(head, /WWW-Authenticate: Basic/)
    t.equal(/Retry-After: [1-9]\d*/.test(head), each >= 5)
  }
})

void test('O3: a second connection with valid credentials is refused while the first one lives, and told', async (t) => {
  const { url, intake } = await stage(t)
  const first = await open(url('CP1'))
  t.equal(await knock(url('CP1')), 409)
  t.match(await first.call('Heartbeat', {}), [3])
  t.match(intake.said.find(({ what }) => what === 'notice')?.with, { what: 'impostor', chargerId: 'CP1' })
  t.equal(intake.said.filter(({ what }) => what === 'connected').length, 1)
})

void test('O3: a first connection that does not answer is replaced, and hears nothing more', async (t) => {
  const { driver, url, intake } = await stage(t, { limits: { probeMs: 100 } })
  const dead = await upgraded(driver)
  let heard = 0
  dead.on('data', () => heard++) // It reads, but never answers a ping.
  const living = await open(url('CP1'))
  t.match(await living.call('Heartbeat', {}), [3])
  const before = heard
  const order = driver.perform(
    'CP1',
    { action: 'reset', payload: { type: 'soft' } },
    AbortSignal.timeout(9_000)
  )
  const [, id] = (await living.next()) as [number, string]
  living.send(`[3,"${id}",{"status":"Accepted"}]`)
  t.match(await order, { kind: 'accepted' })
  t.ok(heard - before <= 1, 'at most the goodbye')
  await until(
    'the order of events is told',
    () => intake.said.filter(({ what }) => what === 'connected').length === 2
  )
  t.strictSame(
    intake.said.map(({ what }) => what).filter((what) => what.includes('connected')),
    ['connected', 'disconnected', 'connected']
  )
  dead.destroy()
})

void test('O4: alternating connections: one forced switch a minute at the most, no order to both', async (t) => {
  const { driver, url, intake } = await stage(t, { limits: { probeMs: 50 } })
  const dead = await upgraded(driver)
  const silent = await open(url('CP1'), { autoPong: false })
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, () => knock(url('CP1'), { autoPong: false }))
  )
  t.ok(
    outcomes.every((outcome) => outcome === 409 || outcome === 503),
    'a second switch within the minute is refused'
  )
  const connected = intake.said.filter(({ what }) => what === 'connected').length
  t.equal(connected, 2)
  t.ok(intake.said.filter(({ what }) => what === 'notice').length <= 1)
  silent.ws.terminate()
  dead.destroy()
})

void test('O9: strangers are parked within bounds, heard once, and lose nothing', async (t) => {
  const { url, intake, driver } = await stage(t, { limits: { parked: 3, parkedMs: 300, tickMs: 50 } })
  const strangers = await Promise.all(['S1', 'S2', 'S3'].map((identity) => open(url(identity))))
  t.equal(await knock(url('S4')), 503)
  const [one] = strangers
  if (!one) throw new Error('nobody')
  t.match(
    await one.call('BootNotification', { chargePointVendor: 'V'.repeat(500), chargePointModel: { odd: 1 } }),
    [3, 'm1', { status: 'Pending' }]
  )
  t.match(intake.said.at(-1)?.with, { identity: 'S1', says: { vendor: 'V'.repeat(50) } })
  one.send(
    '[2,"x","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":1,"timestamp":"2026-01-01T00:00:00Z"}]'
  )
  t.match(await one.closed, { code: 1008 })
  t.equal(one.heard.length, 0, 'its transaction is not answered, so it keeps it')
  t.equal(driver.isConnected('S1'), false)
  t.notOk(intake.said.some(({ what }) => what === 'connected'))
})

void test('O9: a parked charger that was claimed meanwhile can be sent away to knock again', async (t) => {
  const { url, driver } = await stage(t)
  const stranger = await open(url('NEW'))
  driver.drop('NEW', 'configured')
  t.match(await stranger.closed, { code: 1008, reason: 'configured' })
})

const headers = [
  ['2,500 headers', 'X: y\r\n'.repeat(2_500)],
  ['a header of 64 kB', `X: ${'y'.repeat(65_536)}\r\n`]
] as const

for (const [title, more] of headers) {
  void test(`O10: ${title} are refused with 431`, async (t) => {
    const { driver } = await stage(t)
    const socket = await raw(driver)
    socket.write(upgrade('CP1', more))
    t.match(await firstLine(socket), '431')
    socket.destroy()
  })
}

const rawFrames = [
  ['O12: a compressed frame that would inflate to 50 MB', compressed(), 1002],
  ['O13: a header that announces 4 GB', Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
  ['O14: invalid UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), 1007]
] as const

function compressed(): Buffer {
  const body = deflateRawSync(Buffer.alloc(50_000_000, 0x20))
  const head = Buffer.alloc(14)
  head[0] = 0xc1 // FIN, RSV1, text: compression was never agreed upon.
  head[1] = 0xff
  head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, body])
}

for (const [title, frame, code] of rawFrames) {
  void test(`${title}: closed with ${code} at the header`, async (t) => {
    const { driver } = await stage(t)
    const socket = await upgraded(driver)
    socket.write(frame)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    t.equal(answer[0], 0x88, 'a close frame')
    t.equal(answer.readUInt16BE(2), code)
    socket.destroy()
  })
}

void test('O23: slow handshakes are cut off in time and in number, a real charger gets in meanwhile', async (t) => {
  const { driver, url, refusals } = await stage(t, {
    limits: { headerMs: 300, tickMs: 50, unfinishedSockets: 50 }
  })
  const slow = await Promise.all(Array.from({ length: 80 }, () => raw(driver)))
  const gone = Promise.all(slow.map((socket) => once(socket.resume(), 'close')))
  for (const socket of slow) socket.write('GET /oc')
  const charger = await open(url('CP1'))
  t.match(await charger.call('Heartbeat', {}), [3])
  await gone
  t.ok(refusals.filter((reason) => reason === 'unfinished').length >= 30)
  t.match(await charger.call('Heartbeat', {}), [3])
})

void test('a charger that does not read is dropped, not buffered for ever', async (t) => {
  // The kernel's own buffers swallow megabytes before anything waits here: a bound below nothing stands for that.
  const { url, intake } = await stage(t, { limits: { unsentBytes: -1 } })
  const charger = await open(url('CP1'))
  charger.send('[2,"x","Heartbeat",{}]')
  t.match(await charger.closed, { code: 1008, reason: 'does not read' })
  t.match(intake.said.at(-1), { what: 'disconnected', with: { reason: 'does not read' } })
})

void test('a dead line is found by ping', async (t) => {
  const { driver, intake } = await stage(t, { limits: { quietMs: 100, pongMs: 100, tickMs: 20 } })
  const socket = await upgraded(driver)
  socket.resume()
  await until('the line is hung up', () => !driver.isConnected('CP1'))
  t.match(intake.said.at(-1), { what: 'disconnected', with: { reason: 'silence' } })
  socket.destroy()
})

void test('a charger that was deleted is disconnected; the driver ends with everything it opened', async (t) => {
  const { url, driver, intake } = await stage(t)
  const [one, two] = await Promise.all([
    open(url('CP1')),
    open(url('LOCKED'), { headers: basic('LOCKED', password) })
  ])
  driver.drop('CP1', 'deleted')
  t.match(await one.closed, { code: 1000, reason: 'deleted' })
  await driver.close()
  t.match(await two.closed, { code: 1001 })
  t.equal(intake.said.filter(({ what }) => what === 'disconnected').length, 2)
  t.equal(await knock(url('CP1')), 0, 'nobody listens any more')
})
