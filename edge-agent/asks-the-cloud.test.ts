import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { plugIn } from './charge-point.suite.ts'
import { openEdge, until } from './edge.suite.ts'
import { commandKeyBlock } from './settings/credentials.ts'
import { natsForTest, SecondCloud } from './uplink/second-cloud.suite.ts'

const known = { type: 'ISO14443', status: 'accepted' } as const

void test('a card that no list names is asked for at the cloud, and good without the cloud afterwards', async (t) => {
  const nats = await natsForTest()
  const cloud = await new SecondCloud(nats, 'site-a').open()
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-asks-'))
  const credentials = path.join(folder, 'site.creds')
  writeFileSync(
    credentials,
    `${nats.credentials}\n${commandKeyBlock(generateKeyPairSync('ed25519').publicKey)}`
  )
  const edge = await openEdge({ cloud: { nats: nats.url, credentials } })
  const charger = await plugIn(edge.ports().ocpp, 'CP-1')
  t.teardown(async () => {
    charger.close()
    await edge.close()
    await cloud.close()
    await nats.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const asked: string[] = []
  cloud.answerTokens((uid) => {
    asked.push(uid)
    return { uid, token: uid === 'ROAMER' ? { ...known, uid, group: 'FLEET' } : null }
  })
  await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  const authorise = async (idTag: string) => (await charger.call('Authorize', { idTag }))['idTagInfo']
  await until(
    () => authorise('ROAMER'),
    (info) => (info as { status: string }).status === 'Accepted',
    'the cloud to be in touch and to know the card'
  )
  t.match(await authorise('ROAMER'), { status: 'Accepted', parentIdTag: 'FLEET' })
  t.match(await authorise('NOBODY'), { status: 'Invalid' })
  t.match(await authorise('TAG-001'), { status: 'Accepted' }, 'who is on the list needs nobody')
  t.notOk(asked.includes('TAG-001'))

  const evses = [{ id: 1, connectors: [{ id: 1, type: 'ccs2', maxPowerW: 10_000 }] }]
  const wished = { id: 'CP-9', protocol: 'ocpp1.6', identity: 'CP-9', fallbackA: 7, evses }
  cloud.desire('chargers', 5, { chargers: [wished] })
  type Shadow = { desired?: { fallbackA?: { value: number; version: number } } }
  const shadow = await until(
    async () => (await edge.ask<Shadow>('GET', '/devices/CP-9/shadow')).body,
    ({ desired }) => desired?.fallbackA !== undefined,
    'what the cloud wants of a charger in its shadow'
  )
  t.match(shadow.desired?.fallbackA, { value: 7, version: 5 })

  await cloud.close() // NATS is still there; nobody answers on it.
  await edge.restart()
  charger.close()
  const again = await plugIn(edge.ports().ocpp, 'CP-1')
  t.teardown(() => again.close())
  const timestamp = new Date().toISOString()
  const start = { connectorId: 1, idTag: 'ROAMER', meterStart: 0, timestamp }
  t.match(await again.call('StartTransaction', start), { idTagInfo: { status: 'Accepted' } })
  t.match(await again.call('Authorize', { idTag: 'OTHER' }), { idTagInfo: { status: 'Invalid' } })
  const sessions = (await edge.ask<{ items: object[] }>('GET', '/sessions')).body.items
  t.match(sessions, [{ tokenUid: 'ROAMER', status: 'started', review: [] }])
})
