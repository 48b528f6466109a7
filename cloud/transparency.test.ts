import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { t as file, test } from 'tap'
import { looksAt } from './test-support/money-looks.ts'
import { chargeAt, openMoneyWorld } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openMoneyWorld()
const { call } = world
const { billed } = looksAt(world)
const pair = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })
const spki = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('hex')

/** What a meter would sign of a session of 12.5 kWh, with a bar and a letter beyond ASCII in its payload. */
const payloadOf = (page: number): string =>
  `{"MS":"METER-7","PG":"T${page}","ID":"é|<&>","RD":[` +
  '{"TM":"2026-03-02T09:00:00,000+0800 S","TX":"B","RV":1000.00,"RI":"1-b:1.8.0","RU":"kWh","ST":"G","EF":""},' +
  '{"TM":"2026-03-02T10:00:00,000+0800 S","TX":"E","RV":1012.50}]}'
const signed = (payload: string): string =>
  `OCMF|${payload}|${JSON.stringify({
    SA: 'ECDSA-brainpoolP256r1-SHA256',
    SD: sign('sha256', Buffer.from(payload), pair.privateKey).toString('hex')
  })}`

const told = async (sessionId: string, raw: string): Promise<void> =>
  world.fact({
    kind: 'session.signed.v1',
    sessionId,
    chargerId: 'CP1',
    signed: { at: '2026-03-02T02:00:00.000Z', context: 'Transaction.End', raw }
  })

type Records = {
  readonly proof: { readonly ok: boolean; readonly energyWh: string | null; readonly fault: string | null }
  readonly items: readonly {
    readonly verdict: string
    readonly raw: string
    readonly publicKey: string | null
  }[]
}
const recordsOf = async (sessionId: string, verdict: string): Promise<Records> =>
  until(`a record that is ${verdict}`, async () => {
    const { body } = await call('operator', 'GET', `/sessions/${sessionId}/signed-records`)
    const records = body as unknown as Records
    return records.items?.some((each) => each.verdict === verdict) ? records : undefined
  })
const exportOf = async (as: string, sessionId: string) =>
  fetch(`${world.address}/api/v1/sessions/${sessionId}/transparency`, {
    headers: { authorization: `Bearer ${as}` }
  })

const raw = signed(payloadOf(1))
let paid = ''

void test('a record that came before its key is judged when somebody enters the key', async (t) => {
  const { body } = await call('driver', 'POST', '/sessions', { connectorId: 'CP1:1:1' })
  paid = body.id
  await world.startOf(paid)
  await chargeAt(world, paid)
  await told(paid, raw)
  t.match(await recordsOf(paid, 'no-key'), { proof: { ok: false }, items: [{ raw, publicKey: null }] })
  const entered = await call('operator', 'POST', '/meter-keys', {
    serial: 'METER-7',
    publicKey: spki,
    validFrom: '2026-01-01T00:00:00Z'
  })
  t.match(entered, { status: 201, body: { curve: 'brainpoolP256r1', enteredBy: 'someone@nova.test' } })
  t.match(await recordsOf(paid, 'genuine'), {
    proof: { ok: true, energyWh: '12500' },
    items: [{ publicKey: spki }]
  })
  t.match(world.audited, [
    { act: 'meter-key.entered', subject: 'METER-7', detail: 'brainpoolP256r1, 1 records judged' }
  ])
})

void test('the same record under another session is refused, also signed anew; under its own it changes nothing', async (t) => {
  await told(paid, raw)
  for (const again of [raw, signed(payloadOf(1)), raw.replace('"SD"', ' "SD"')]) {
    const other = randomUUID()
    await chargeAt(world, other, { connectorId: 'CP2:1:1', tokenUid: 'TAG' })
    await told(other, again)
    t.match(await recordsOf(other, 'replayed'), { proof: { ok: false, fault: 'no-begin' } })
    t.equal((await exportOf('operator', other)).status, 404, 'there is nothing that would prove this session')
  }
  t.equal((await recordsOf(paid, 'genuine')).items.length, 1)
})

void test('an altered record is not genuine, a text that is none is unreadable', async (t) => {
  const id = randomUUID()
  await chargeAt(world, id, { connectorId: 'CP3:1:1', tokenUid: 'TAG' })
  await told(id, raw.replace('1012.50', '1099.50'))
  await recordsOf(id, 'not-genuine')
  await told(id, 'no record at all')
  t.match(await recordsOf(id, 'unreadable'), { proof: { ok: false } })
})

void test('the driver gets the file for the transparency software, and nobody else’s', async (t) => {
  const answer = await exportOf('driver', paid)
  t.equal(answer.status, 200)
  t.match(answer.headers.get('content-type') ?? '', /application\/xml/)
  const xml = await answer.text()
  const inside = /<signedData format="OCMF" encoding="plain">([^<]*)<\/signedData>/.exec(xml)?.[1] ?? ''
  const names: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }
  t.equal(
    inside.replaceAll(/&([a-z]+);/g, (_, name: string) => names[name] ?? ''),
    raw,
    'to the letter'
  )
  t.match(xml, `<publicKey encoding="plain">${spki}</publicKey>`)
  t.match(xml, 'context="Transaction.End"')
  for (const as of ['other', 'stranger']) t.equal((await exportOf(as, paid)).status, 404)
  t.equal((await exportOf('operator', randomUUID())).status, 404)
  const none = randomUUID()
  await chargeAt(world, none, { connectorId: 'CP4:1:1', tokenUid: 'TAG' })
  await until('the session', async () => (await call('operator', 'GET', `/sessions/${none}`)).status === 200)
  t.equal((await exportOf('operator', none)).status, 404, 'nothing signed, nothing to check')
})

void test('a key that is none is refused, one key is entered once, and it ends by its date', async (t) => {
  const enter = async (more: object) =>
    call('operator', 'POST', '/meter-keys', {
      serial: 'METER-7',
      publicKey: spki,
      validFrom: '2026-01-01T00:00:00Z',
      ...more
    })
  t.match(await enter({}), { status: 409, body: { code: 'key-exists' } })
  t.match(await enter({ publicKey: 'ab'.repeat(9) }), { status: 422, body: { code: 'key-not-readable' } })
  t.match(
    await enter({ publicKey: '01'.repeat(64) }),
    { status: 422, body: { code: 'key-not-readable' } },
    'off its curve'
  )
  t.match(await enter({ publicKey: '01'.repeat(64), curve: 'secp999' }), {
    status: 422,
    body: { code: 'key-curve-unknown' }
  })
  t.equal((await call('driver', 'GET', '/meter-keys')).status, 403)
  t.strictSame((await call('stranger', 'GET', '/meter-keys')).body['items'], [])
  const { body } = await call('operator', 'GET', '/meter-keys')
  const [key] = body['items'] as { id: string }[]
  const end = async (as: string, validUntil: string) =>
    call(as, 'PATCH', `/meter-keys/${key?.id}`, { validUntil })
  t.equal((await end('stranger', '2026-02-01T00:00:00Z')).status, 404)
  t.match(await end('operator', '2026-01-01T00:00:00Z'), { status: 422, body: { code: 'ends-before-begin' } })
  t.equal((await end('operator', '2026-02-01T00:00:00Z')).status, 200)
  const late = randomUUID()
  await chargeAt(world, late, { connectorId: 'CP5:1:1', tokenUid: 'TAG' })
  await told(late, signed(payloadOf(2)))
  t.match(await recordsOf(late, 'no-key'), { proof: { ok: false } }, 'signed with a key that has ended')
})

void test('a charger with a signing meter owes a proof for each bill: without one the day is not clean', async (t) => {
  const publicKey = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({
    type: 'spki',
    format: 'pem'
  })
  const validFrom = '2026-01-01T00:00:00Z'
  const body = { serial: 'METER-9', chargerId: 'CP9', publicKey, validFrom }
  t.equal((await call('operator', 'POST', '/meter-keys', body)).status, 201)
  const id = randomUUID()
  await chargeAt(world, id, { connectorId: 'CP9:1:1', tokenUid: 'TAG' })
  await billed(id)
  const today = new Date().toISOString().slice(0, 10)
  const broken = await until('its break', async () => {
    const { body: report } = await call('operator', 'POST', `/reconciliation/${today}`)
    return (report['breaks'] as { class: string; sessionId: string }[] | undefined)?.find(
      ({ sessionId }) => sessionId === id
    )
  })
  t.match(broken, { class: 'no-meter-proof', evidence: { meter: { signing: 'missing' } } })
})

void test('what these tests opened is closed', async (t) => {
  t.strictSame(
    await world.database.platform('test', async (tx) =>
      tx.query(`select kind, error from dead_letters where source in ('transparency', 'reconciliation')`)
    ),
    []
  )
  await world.close()
})
