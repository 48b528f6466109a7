import { randomUUID } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { test } from 'tap'
import { quiet } from '../../test-support/quiet.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { until } from '../../test-support/until.ts'
import { migrations, openNotifications, smtp, type SendMail } from './index.ts'
import { sendDue } from './mail.ts'
import { moneyText, wordsOf } from './words.ts'

const { database, close } = await openTestDatabase([migrations])
const [driver, operator] = [randomUUID(), randomUUID()]
const published: { message: object; audience: object }[] = []
let failing = false
const sent: Parameters<SendMail>[0][] = []
const sendMail: SendMail = async (mail) => {
  if (failing) throw new Error('the mail server is away')
  sent.push(mail)
}
const telling = openNotifications({
  database,
  sendMail,
  webUrl: 'https://nova.test/',
  waitingAt: async () => undefined,
  publish: (_, message, audience) => void published.push({ message, audience }),
  onTrouble: quiet.warn
})
const running = database.listen(telling.listeners)
const worker = telling.start()

const tell = async (kind: string, body: object) =>
  database.tenant('demo', async (tx) => tx.emit({ kind, key: 'k', body }))
const mails = async () =>
  database.tenant('demo', async (tx) =>
    tx.query<{ status: string; tries: number; last_error: string | null; recipient: string; body: string }>(
      'select status, tries, last_error, recipient, body from mails order by created_at'
    )
  )
const session = { sessionId: randomUUID(), siteId: 'demo-site' }

void test('people that identity tells of are told what is theirs', async (t) => {
  await tell('identity.user-created.v1', {
    userId: driver,
    email: 'driver@nova.test',
    roles: ['driver'],
    driverId: driver
  })
  await tell('identity.user-created.v1', {
    userId: operator,
    email: 'operator@nova.test',
    roles: ['operator'],
    driverId: null
  })
  await tell('charging.session-ended.v1', {
    ...session, driverId: driver, tokenUid: 'T', endedAt: '2026-01-01T00:00:00Z', energyWh: 12_500, inReview: false
  }) // prettier-ignore
  await tell('charging.review-opened.v1', {
    ...session,
    reviewId: randomUUID(),
    chargerId: 'CP1',
    reason: 'stop-lost',
    detail: 'x'
  })
  await until('two messages', () => published.length === 2)
  t.match(published, [
    {
      message: { userId: driver, kind: 'session-ended', facts: { energy: '12.5 kWh' } },
      audience: { driverId: driver }
    },
    { message: { userId: operator, kind: 'review-opened' }, audience: {} }
  ])
})

void test('a driver is told before standing there costs, and again when it does, by the clock of the site', async (t) => {
  const idle = { ...session, driverId: driver, connectorId: 'CP1:1:1', timeZone: 'Asia/Shanghai', price: '6', currency: 'CNY',
    idleFrom: '2026-01-01T00:00:00Z', costsFrom: '2026-01-01T00:10:00Z' } // prettier-ignore
  const before = published.length
  await tell('charging.idle-told.v1', { ...idle, stage: 'soon' })
  await tell('charging.idle-told.v1', { ...idle, stage: 'begun' })
  await until('both', () => published.length === before + 2)
  const facts = { sessionId: session.sessionId, connectorId: 'CP1:1:1', time: '08:10', price: '6 CNY' }
  t.match(published.slice(before), [
    { message: { userId: driver, kind: 'idle-soon', facts }, audience: { driverId: driver } },
    { message: { userId: driver, kind: 'idle-begun', facts }, audience: { driverId: driver } }
  ])
  t.match(wordsOf('en', 'idle-soon', facts).text, 'From 08:10 on, standing at CP1:1:1 costs 6 CNY an hour.')
  t.match(wordsOf('zh', 'idle-begun', facts).text, '08:10')
})

const receipt = { ...session, cdrId: randomUUID(), invoiceId: randomUUID(), invoiceNumber: '2026-000001', driverId: driver,
  tokenUid: 'T', total: { currency: 'CNY', amountMinor: 1335 }, energyWh: '12500', tariffId: 't', tariffVersion: 1 } // prettier-ignore

void test('a receipt goes by mail, once, in the language of the driver', async (t) => {
  await until('the operator’s mail of the review', () => sent.length === 1)
  t.match(sent[0], {
    to: 'operator@nova.test',
    text: `demo-site CP1：stop-lost。x https://nova.test/operator/sessions/${session.sessionId}`
  })
  await tell('billing.cdr-issued.v1', receipt)
  await until('the mail', () => sent.length === 2)
  t.match(sent[1], { to: 'driver@nova.test', subject: '收据 2026-000001', text: /合计 13\.35 CNY/ })
  await until('that it is written down', async () => (await mails())[1]?.status === 'sent')
})

void test('a mail server that is away gets the mail later; after the last try the mail is dead', async (t) => {
  failing = true
  await tell('billing.cdr-issued.v1', { ...receipt, sessionId: randomUUID() })
  await until(
    'a failed try',
    async () => (await mails())[2]?.last_error !== null && (await mails())[2]?.tries === 1
  )
  await worker.stop()
  await database.tenant('demo', async (tx) =>
    tx.query("update mails set tries = 7, next_at = now() where status = 'waiting'")
  )
  await sendDue(database, sendMail)
  t.match((await mails())[2], { status: 'dead', tries: 8, last_error: 'the mail server is away' })
  failing = false
  t.equal(await sendDue(database, sendMail), false, 'and it is left alone')
})

void test('smtp speaks to a server', async (t) => {
  const lines: string[] = []
  const answers: Record<string, string> = {
    EHLO: '250 ok',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    QUIT: '221 bye'
  }
  const server = createServer((socket: Socket) => {
    socket.write('220 test\r\n')
    socket.on('data', (chunk: Buffer) => {
      lines.push(chunk.toString())
      const word = chunk.toString().slice(0, 4)
      const isEnd = chunk.toString().endsWith('\r\n.\r\n')
      const answer = isEnd ? '250 taken' : answers[word]
      if (answer !== undefined) socket.write(`${answer}\r\n`)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await smtp(
    `smtp://127.0.0.1:${port}`,
    'nova@nova.test'
  )({ to: 'a@nova.test', subject: 'hello', text: 'world' })
  t.match(lines.join(''), /RCPT TO:<a@nova\.test>[\s\S]*Subject: hello[\s\S]*world/)
})

void test('every message has words in both languages, and money its own digits', async (t) => {
  for (const kind of [
    'session-started',
    'session-ended',
    'start-failed',
    'receipt',
    'payment-owed',
    'refunded',
    'review-opened',
    'reviews-waiting'
  ])
    for (const language of ['zh', 'en'] as const)
      t.ok(wordsOf(language, kind, {}).title.length > 2, `${kind} ${language}`)
  t.strictSame(wordsOf('en', 'of-a-newer-version', {}), { title: 'of-a-newer-version', text: '' })
  t.equal(moneyText({ currency: 'CNY', amountMinor: -5 }), '-0.05 CNY')
  t.equal(moneyText({ currency: 'JPY', amountMinor: 500 }), '500 JPY')
})

void test('its parts end', async () => {
  await running.stop()
  await close()
})
