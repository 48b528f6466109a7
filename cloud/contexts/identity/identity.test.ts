import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { test, type Test } from 'tap'
import { openIdempotency } from '../../db/index.ts'
import { openHttp, type Role } from '../../http/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { verifyAudit } from './audit.ts'
import { createUser, migrations, noteAudit, openIdentity, prepareUser } from './index.ts'
import { base32, codeAt, stepOf } from './totp.ts'

const password = 'correct-horse-battery'

async function openForTest(t: Test) {
  const { database, close } = await openTestDatabase([migrations])
  const folder = await mkdtemp(path.join(tmpdir(), 'nova-identity-'))
  const [access, heads] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const identity = openIdentity({
    database,
    keys: { kid: 'k', ...access },
    box: { seal: (text) => `sealed:${text}`, open: (sealed) => sealed.slice(7) },
    seal: {
      sign: (text) => sign(null, Buffer.from(text), heads.privateKey).toString('base64'),
      verify: (text, signature) =>
        verify(null, Buffer.from(text), heads.publicKey, Buffer.from(signature, 'base64'))
    },
    headsFile: path.join(folder, 'heads.jsonl'),
    log: { error: () => undefined }
  })
  const http = await openHttp(
    {
      log: pino({ level: 'silent' }),
      port: 0,
      host: '127.0.0.1',
      webDir: '/nowhere',
      topics: {},
      requestsPerMinute: 10_000,
      trustedProxies: []
    },
    {
      authenticate: identity.authenticate,
      idempotency: openIdempotency(database),
      health: { ready: async () => ({}), metrics: async () => ({ type: '', text: '' }) },
      onAnswered: () => undefined
    },
    identity.routes
  )
  t.teardown(async () => {
    await http.close()
    await close()
    await rm(folder, { recursive: true })
  })
  const addUser = async (name: string, roles: Role[]): Promise<string> => {
    const prepared = await prepareUser({ email: `${name}@nova.test`, name, password, roles })
    return database.tenant('demo', async (tx) => createUser(tx, 'test', prepared))
  }
  const call = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    { as, body, from }: { as?: string; body?: object; from?: string } = {}
  ) => {
    const answer = await http.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: as ? { authorization: `Bearer ${as}` } : {},
      ...(body ? { body } : {}),
      ...(from ? { remoteAddress: from } : {})
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? {} : answer.json()
    }
  }
  const login = async (name: string, more: { password?: string; otp?: string; from?: string } = {}) => {
    const { from, ...rest } = more
    return call('POST', '/auth/login', {
      body: { email: `${name}@nova.test`, password, ...rest },
      ...(from ? { from } : {})
    })
  }
  return { database, identity, addUser, call, login, headsFile: path.join(folder, 'heads.jsonl') }
}

void test('sign-ins', async (t) => {
  t.setTimeout(1_000_000)
  const { database, addUser, call, login } = await openForTest(t)
  const adminId = await addUser('admin', ['admin'])
  await addUser('driver', ['driver'])

  await t.test('a right password gives tokens that say who one is', async (t) => {
    const { status, body } = await login('admin')
    t.match(
      { status, body },
      { status: 200, body: { accessToken: /^ey/, refreshToken: /^nvr_/, expiresInSeconds: 900 } }
    )
    t.match((await call('GET', '/auth/me', { as: body.accessToken })).body, {
      userId: adminId,
      tenantId: 'demo',
      roles: ['admin'],
      driverId: null
    })
    const stored = await database.tenant('demo', async (tx) => tx.query('select * from users'))
    t.notMatch(JSON.stringify(stored), new RegExp(password))
  })

  await t.test('a wrong password and an unknown address get the same answer', async (t) => {
    const wrong = await login('admin', { password: 'wrong' })
    const unknown = await login('nobody')
    t.equal(wrong.status, 401)
    t.strictSame({ ...wrong.body, traceId: '' }, { ...unknown.body, traceId: '' })
  })

  await t.test('a changed token is nobody’s', async (t) => {
    const { body } = await login('admin')
    const [head = '', payload = '', signature = ''] = (body.accessToken as string).split('.')
    const forged = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('"demo"', '"other"')
    ).toString('base64url')
    t.equal((await call('GET', '/auth/me', { as: `${head}.${forged}.${signature}` })).status, 401)
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    t.equal((await call('GET', '/auth/me', { as: `${none}.${payload}.` })).status, 401)
  })

  await t.test('a refresh token works once; its second use ends the family', async (t) => {
    const first = (await login('admin')).body
    const second = await call('POST', '/auth/refresh', { body: { refreshToken: first.refreshToken } })
    t.equal(second.status, 200)
    t.equal(
      (await call('POST', '/auth/refresh', { body: { refreshToken: first.refreshToken } })).status,
      401,
      'stolen, or lost'
    )
    t.equal(
      (await call('POST', '/auth/refresh', { body: { refreshToken: second.body.refreshToken } })).status,
      401,
      'the heir too'
    )
    const other = (await login('admin')).body
    t.equal((await call('POST', '/auth/logout', { body: { refreshToken: other.refreshToken } })).status, 204)
    t.equal((await call('POST', '/auth/refresh', { body: { refreshToken: other.refreshToken } })).status, 401)
  })

  await t.test('guessing is slowed, the honest from elsewhere are not', async (t) => {
    const tries = []
    for (let count = 0; count < 7; count++)
      tries.push((await login('driver', { password: `guess ${count}`, from: '10.0.0.1' })).status)
    t.strictSame(tries, [401, 401, 401, 401, 401, 429, 429])
    const slowed = await login('driver', { from: '10.0.0.1' })
    t.match(slowed, { status: 429, body: { code: 'sign-in-slowed' } })
    t.ok(Number(slowed.headers['retry-after']) >= 1)
    t.equal((await login('driver', { from: '10.0.0.2' })).status, 200)
  })

  await t.test(
    'guesses at once are no more than guesses in a row; right ones at once are all right',
    async (t) => {
      const guesses = Array.from({ length: 30 }, async (_, index) =>
        login('operator', { password: `guess ${index}`, from: '10.0.0.3' })
      )
      const tally = Map.groupBy(await Promise.all(guesses), ({ status }) => status)
      t.strictSame([tally.get(401)?.length, tally.get(429)?.length], [5, 25])
      const honest = await Promise.all(
        Array.from({ length: 8 }, async () => login('driver', { from: '10.0.0.4' }))
      )
      t.ok(honest.every(({ status }) => status === 200))
    }
  )

  await t.test('a second factor is asked for once it is proven, and a code counts once', async (t) => {
    await addUser('careful', ['operator'])
    const { accessToken: as } = (await login('careful')).body
    const { secret } = (await call('POST', '/auth/totp', { as })).body
    const row = await database.tenant('demo', async (tx) =>
      tx.one<{ totp_secret: string }>(`select totp_secret from users where email = 'careful@nova.test'`)
    )
    const bytes = Buffer.from(row.totp_secret.slice(7), 'hex')
    t.equal(base32(bytes), secret)
    const now = Math.floor(Date.now() / 30_000)
    t.equal(
      (await call('POST', '/auth/totp/confirm', { as, body: { otp: '000000' } })).status === 204,
      codeAt(bytes, now) === '000000'
    )
    t.equal((await call('POST', '/auth/totp/confirm', { as, body: { otp: codeAt(bytes, now) } })).status, 204)
    t.match(await login('careful'), { status: 401, body: { code: 'otp-needed' } })
    t.match(
      await login('careful', { otp: codeAt(bytes, now) }),
      { status: 401, body: { code: 'otp-wrong' } },
      'used before'
    )
    t.equal((await login('careful', { otp: codeAt(bytes, now + 1) })).status, 200)
  })

  await t.test('an API key does what it is narrowed to, until it is revoked', async (t) => {
    const { accessToken: as } = (await login('admin')).body
    const made = await call('POST', '/api-keys', {
      as,
      body: { name: 'reader', roles: ['admin'], permissions: ['users:read'] }
    })
    t.match(made, { status: 201, body: { key: /^nvx_/ } })
    t.equal((await call('GET', '/users', { as: made.body.key })).status, 200)
    t.match(await call('GET', '/audit', { as: made.body.key }), {
      status: 403,
      body: { code: 'permission-missing' }
    })
    t.match(await call('PATCH', `/users/${adminId}`, { as: made.body.key, body: { name: 'x' } }), {
      status: 403
    })
    t.notMatch(JSON.stringify((await call('GET', '/api-keys', { as })).body), made.body.key)
    t.equal((await call('DELETE', `/api-keys/${made.body.id}`, { as })).status, 204)
  })

  await t.test('who is locked is out', async (t) => {
    const { accessToken: as } = (await login('admin')).body
    const id = await addUser('leaver', ['operator'])
    const { refreshToken } = (await login('leaver')).body
    t.equal((await call('PATCH', `/users/${id}`, { as, body: { active: false } })).status, 200)
    t.equal((await login('leaver')).status, 401)
    t.equal((await call('POST', '/auth/refresh', { body: { refreshToken } })).status, 401)
  })
})

void test('the audit trail', async (t) => {
  t.setTimeout(1_000_000)
  const { database, identity, headsFile } = await openForTest(t)
  const note = async (subject: string) =>
    database.tenant('demo', async (tx) => noteAudit(tx, { actor: 'a', act: 'did', subject }))
  await Promise.all(Array.from({ length: 30 }, async (_, index) => note(`s${index}`)))
  const heads = identity.jobs.find(({ name }) => name === 'audit heads')
  await heads?.run()
  const outside = (await readFile(headsFile, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { sequence: number; hash: string })

  await t.test('is whole, and its head lies outside, signed', async (t) => {
    t.match(await verifyAudit(database, 'demo', outside), {
      ok: true,
      entries: 30,
      headHash: outside[0]?.hash
    })
  })

  await t.test('cannot be changed by the application itself', async (t) => {
    await t.rejects(
      database.tenant('demo', async (tx) => tx.query(`update audit_entries set act = 'x'`)),
      { code: '42501' }
    )
    await t.rejects(
      database.platform('test', async (tx) => tx.query('delete from audit_entries')),
      { code: '42501' }
    )
  })

  await t.test('shows whatever an owner of the database changes', async (t) => {
    const changes = [
      { title: 'a word', sql: `update audit_entries set subject = 'other' where sequence = 7`, bad: 7 },
      { title: 'an entry less', sql: 'delete from audit_entries where sequence = 12', bad: 12 },
      {
        title: 'two in each other’s place',
        sql: 'update audit_entries set sequence = case sequence when 3 then 104 else 3 end where sequence in (3, 4)',
        bad: 3
      },
      { title: 'the tail cut off', sql: 'delete from audit_entries where sequence > 25', bad: 26 }
    ]
    for (const { title, sql, bad } of changes) {
      await t.rejects(
        database.platform('test', async (tx) => {
          await tx.query('set local role none')
          await tx.query(sql)
          const inside = {
            tenant: async <Value>(_: string, work: (each: typeof tx) => Promise<Value>) => work(tx)
          }
          t.match(await verifyAudit(inside, 'demo', outside), { ok: false, firstBadEntry: bad }, title)
          throw new Error('undo')
        }),
        /undo/
      )
    }
    t.match(await verifyAudit(database, 'demo', outside), { ok: true })
  })

  await t.test('a head that somebody else wrote does not count', async (t) => {
    await writeFile(
      headsFile,
      `${JSON.stringify({ tenantId: 'demo', sequence: 99, hash: createHash('sha256').digest('hex'), at: 'now', signature: 'AAAA' })}\n`
    )
    t.match(await verifyAudit(database, 'demo', []), { ok: true })
  })
})

void test('one-time codes follow RFC 6238', async (t) => {
  const secret = Buffer.from('12345678901234567890')
  // Appendix B, SHA-1, the last six digits of the eight.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130']
  ] as const) {
    t.equal(codeAt(secret, Math.floor(seconds / 30)), code)
    t.equal(stepOf(secret, code, { seconds, lastStep: 0 }), Math.floor(seconds / 30))
    t.equal(stepOf(secret, code, { seconds, lastStep: Math.floor(seconds / 30) }), undefined, 'used before')
  }
  t.equal(base32(Buffer.from('Hello!\u00de\u00ad', 'latin1')), 'JBSWY3DPEHPK2')
  fc.assert(
    fc.property(
      fc.string(),
      (code) => /^\d{6}$/.test(code) || stepOf(secret, code, { seconds: 59, lastStep: 0 }) === undefined
    )
  )
})
