import { readFileSync } from 'node:fs'
import { createAccount, createUser, encodeUser, fmtCreds, fromSeed } from '@nats-io/jwt'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import { subjects } from '@nova/shared-protocol/messages'
import { test, type Test } from 'tap'
import { startNats, type Nats } from '../../deploy/local/nats.ts'
import { accountOf, areCurrent, inboxOf, mintSiteCredentials, type Signer } from './site-credentials.ts'

const patienceMs = 5_000
const commandKey = 'MCowBQYDK2VwAyEAtJNgEVBaiyAQHQUzpn7yZ5mOc4kKv2RzW7lZ0s8y6nA='

async function server(t: Test): Promise<{ nats: Nats; signer: Signer }> {
  const nats = await startNats({ dataDir: t.testdir(), port: 0 })
  t.teardown(() => nats.stop())
  const account = await accountOf(readFileSync(nats.credentialsFile, 'utf8'))
  return { nats, signer: { account, signingSeed: readFileSync(nats.signingKeyFile, 'utf8') } }
}

async function join(
  t: Test,
  nats: Nats,
  credentials: Uint8Array | string,
  inboxPrefix?: string
): Promise<NatsConnection> {
  const bytes = typeof credentials === 'string' ? new TextEncoder().encode(credentials) : credentials
  const link = await connect({
    servers: nats.url,
    authenticator: credsAuthenticator(bytes),
    reconnect: false,
    timeout: patienceMs,
    ...(inboxPrefix === undefined ? {} : { inboxPrefix })
  })
  t.teardown(() => link.close())
  return link
}

/** The next refusal that the server reports on this connection. */
async function refusal(link: NatsConnection): Promise<string> {
  for await (const status of link.status()) {
    if (status.type === 'error') return status.error.message
  }
  return 'closed'
}

void test('a site reaches its own subjects and nobody else’s', async (t) => {
  const { nats, signer } = await server(t)
  const cloud = await join(t, nats, readFileSync(nats.credentialsFile))
  const credentials = await mintSiteCredentials('site-a', signer, commandKey)
  const edge = await join(t, nats, credentials.text, inboxOf('site-a'))

  await t.test('its hello is answered through its own inbox', async (t) => {
    cloud.subscribe(subjects.hello('site-a'), { callback: (_, message) => void message.respond('welcome') })
    await cloud.flush()
    const answer = await edge.request(subjects.hello('site-a'), 'hello', { timeout: patienceMs })
    t.equal(answer.string(), 'welcome')
  })

  await t.test('its question after a token is answered', async (t) => {
    cloud.subscribe(subjects.token('site-a'), { callback: (_, message) => void message.respond('yes') })
    await cloud.flush()
    const answer = await edge.request(subjects.token('site-a'), 'TAG-1', { timeout: patienceMs })
    t.equal(answer.string(), 'yes')
  })

  await t.test('a command reaches it and its answer comes back', async (t) => {
    edge.subscribe(subjects.command('site-a'), { callback: (_, message) => void message.respond('accepted') })
    await edge.flush()
    const answer = await cloud.request(subjects.command('site-a'), 'start', { timeout: patienceMs })
    t.equal(answer.string(), 'accepted')
  })

  await t.test('a question reaches it and its answer comes back', async (t) => {
    edge.subscribe(subjects.ask('site-a'), { callback: (_, message) => void message.respond('so much') })
    await edge.flush()
    const answer = await cloud.request(subjects.ask('site-a'), 'what if', { timeout: patienceMs })
    t.equal(answer.string(), 'so much')
  })

  await t.test('it hears what it is told to be and how far it is durable', async (t) => {
    for (const subject of [subjects.desired('site-a'), subjects.durable('site-a')]) {
      const heard = edge.subscribe(subject, { max: 1 })
      await edge.flush()
      cloud.publish(subject, 'news')
      for await (const message of heard) t.equal(message.subject, subject)
    }
  })

  await t.test('asking where it has no right is refused at once, not after the time to wait', async (t) => {
    const asked = edge.request(subjects.token('site-b'), 'TAG-1', { timeout: patienceMs })
    await t.rejects(asked, /[Pp]ermissions [Vv]iolation/)
  })

  const foreign = [
    subjects.frame('site-b'),
    subjects.hello('site-b'),
    subjects.token('site-b'),
    subjects.live('site-b', 'power'),
    subjects.command('site-a'),
    subjects.ask('site-a'),
    subjects.durable('site-a'),
    '$JS.API.STREAM.CREATE.X',
    '$JS.API.STREAM.DELETE.FRAMES',
    '$JS.API.INFO',
    '$SYS.REQ.SERVER.PING',
    'nova.v1.3.billing.receipt-made',
    'anything'
  ]
  for (const subject of foreign) {
    await t.test(`sending to ${subject} is refused`, async (t) => {
      const refused = refusal(edge)
      edge.publish(subject, 'no')
      t.match(await refused, /[Pp]ermissions [Vv]iolation for [Pp]ublish/)
    })
  }

  const unheard = [
    subjects.command('site-b'),
    subjects.ask('site-b'),
    subjects.desired('site-b'),
    subjects.frame('site-a'),
    'nova.v1.site.*.command',
    'nova.>',
    '>',
    '_INBOX.>',
    `${inboxOf('site-b')}.>`,
    '$SYS.>'
  ]
  for (const subject of unheard) {
    await t.test(`listening to ${subject} is refused`, async (t) => {
      const refused = refusal(edge)
      edge.subscribe(subject, { callback: () => undefined })
      t.match(await refused, /[Pp]ermissions [Vv]iolation for [Ss]ubscription/)
    })
  }
})

void test('credentials that lack a right of today are not current, nor are those of another site or none at all', async (t) => {
  const issuer = createAccount()
  const signer = { account: issuer.getPublicKey(), signingSeed: new TextDecoder().decode(issuer.getSeed()) }
  const { text } = await mintSiteCredentials('site-a', signer, commandKey)
  const user = createUser()
  const before = { pub: { allow: [subjects.frame('site-a'), subjects.hello('site-a')], deny: [] } }
  const jwt = await encodeUser('site site-a', user, issuer, before)
  const old = new TextDecoder().decode(fmtCreds(jwt, user))
  t.equal(await areCurrent('site-a', text), true)
  t.equal(await areCurrent('site-b', text), false)
  t.equal(await areCurrent('site-a', old), false)
  t.equal(await areCurrent('site-a', text.slice(0, 40)), false)
  t.equal(await areCurrent('site-a', ''), false)
})

void test('a site sends frames into the stream but cannot manage it', async (t) => {
  const { nats, signer } = await server(t)
  const cloud = await join(t, nats, readFileSync(nats.credentialsFile))
  const streams = await jetstreamManager(cloud)
  await streams.streams.add({ name: 'FRAMES', subjects: ['nova.v1.site.*.frame'] })
  const { text } = await mintSiteCredentials('site-a', signer, commandKey)
  const edge = await join(t, nats, text, inboxOf('site-a'))
  const answer = await edge.request(subjects.frame('site-a'), 'frame', { timeout: patienceMs })
  t.match(answer.json(), { stream: 'FRAMES', seq: 1 }, 'the stream acknowledges to the site’s own inbox')
  await t.rejects(jetstreamManager(edge, { timeout: 500 }), 'the management interface does not answer a site')
})

void test('an acknowledgement can be sent astray, and then is only an acknowledgement', async (t) => {
  // NATS checks where a site sends to, not where it wants the answer: why every word that comes down is parsed
  // strictly and commands are signed.
  const { nats, signer } = await server(t)
  const cloud = await join(t, nats, readFileSync(nats.credentialsFile))
  await (await jetstreamManager(cloud)).streams.add({ name: 'FRAMES', subjects: ['nova.v1.site.*.frame'] })
  const [a, b] = await Promise.all(
    ['site-a', 'site-b'].map((id) => mintSiteCredentials(id, signer, commandKey))
  )
  const edgeA = await join(t, nats, a?.text ?? '', inboxOf('site-a'))
  const edgeB = await join(t, nats, b?.text ?? '', inboxOf('site-b'))
  const heard = edgeB.subscribe(subjects.command('site-b'), { max: 1 })
  await edgeB.flush()
  edgeA.publish(subjects.frame('site-a'), 'frame', { reply: subjects.command('site-b') })
  for await (const message of heard) t.strictSame(Object.keys(message.json<object>()), ['stream', 'seq'])
})

void test('who has no credentials, or forged ones, is not let in', async (t) => {
  const { nats, signer } = await server(t)
  await t.rejects(connect({ servers: nats.url, reconnect: false, timeout: patienceMs }), /[Aa]uthorization/)
  await t.rejects(
    connect({ servers: nats.url, user: 'nova', pass: 'nova', reconnect: false, timeout: patienceMs }),
    /[Aa]uthorization/
  )
  const stranger = createUser()
  const selfSigned = await encodeUser('me', stranger, stranger, { issuer_account: signer.account }).catch(
    String
  )
  t.match(selfSigned, /wanted A/, 'a user cannot sign')
  const elsewhere = await server(t)
  const { text } = await mintSiteCredentials('site-a', elsewhere.signer, commandKey)
  await t.rejects(join(t, nats, text), /[Aa]uthorization/, 'keys of another installation')
})

void test('credentials are two blocks that both ends can read', async (t) => {
  const { signer } = await server(t)
  const { text, userKey } = await mintSiteCredentials('site-a', signer, commandKey)
  t.match(text, /^-----BEGIN NATS USER JWT-----\n/)
  t.ok(text.endsWith(`-----BEGIN NOVA COMMAND KEY-----\n${commandKey}\n------END NOVA COMMAND KEY------\n`))
  t.match(userKey, /^U[A-Z2-7]{55}$/)
  t.equal(await accountOf(text), signer.account)
})

const notIdentifiers = ['', '*', '>', 'a.b', 'site a', 'a.>', '../x', 'x'.repeat(49)]
for (const siteId of notIdentifiers) {
  void test(`"${siteId.slice(0, 12)}" is no site to make credentials for`, async (t) => {
    const signingSeed = new TextDecoder().decode(createUser().getSeed())
    t.ok(fromSeed(new TextEncoder().encode(signingSeed)))
    await t.rejects(mintSiteCredentials(siteId, { account: 'A', signingSeed }, commandKey), {
      name: 'ZodError'
    })
  })
}

void test('the system account has no door of its own', async (t) => {
  const { nats, signer } = await server(t)
  const user = createUser()
  const signing = fromSeed(new TextEncoder().encode(signer.signingSeed.trim()))
  const jwt = await encodeUser('intruder', user, signing, { issuer_account: signer.account })
  const link = await join(t, nats, fmtCreds(jwt, user))
  await t.rejects(
    link.request('$SYS.REQ.SERVER.PING', '', { timeout: 500 }),
    'full rights in NOVA end at NOVA'
  )
})
