import { test } from 'tap'
import type { Token } from '@nova/shared-protocol/model'
import { began, charger, config, openSite, start, stop, type Site } from './fixture.suite.ts'

const stranger: Token = { uid: 'ROAMER', type: 'ISO14443', status: 'accepted', group: 'FLEET' }
const ask = async ({ room }: Site, uid = 'ROAMER') => (await room.intake.authorise('CP-1', uid)).status
const hour = 3_600_000

void test('a token on no list is what the cloud says, once a minute, and offline for as long as the policy lets it', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  site.cloud.tokens.set('ROAMER', stranger)
  t.match(await site.room.intake.authorise('CP-1', 'ROAMER'), { status: 'accepted', group: 'FLEET' })
  const { authorisation } = await site.room.intake.start(start({ tokenUid: 'ROAMER' }))
  t.equal(authorisation.status, 'accepted')
  t.strictSame(site.cloud.asked, ['ROAMER'], 'the start within the minute asks nobody')
  t.match(site.facts('session.started.v1'), [{ tokenUid: 'ROAMER' }])
  t.match(site.room.sessions.query({ limit: 1 }), [{ review: [] }])
  await site.restart()
  site.clock.online = false
  site.clock.ms = began + 23 * hour
  t.equal(await ask(site), 'accepted', 'remembered across a restart')
  t.equal(site.cloud.asked.length, 1, 'nobody is asked offline')
  site.clock.ms = began + 24 * hour
  t.equal((await site.room.intake.authorise('CP-2', 'ROAMER')).status, 'invalid', 'too old')
})

void test('online every tap asks again: a token blocked since is refused at once, and offline too', async (t) => {
  const site = openSite({ offline: { unknownToken: 'accept-with-cap', maxEnergyWh: 5, cachedHours: 24 } })
  t.teardown(() => site.close())
  site.cloud.tokens.set('ROAMER', stranger)
  t.equal(await ask(site), 'accepted')
  site.cloud.tokens.set('ROAMER', { ...stranger, status: 'blocked' })
  site.clock.ms += 61_000
  t.equal(await ask(site), 'blocked')
  site.clock.online = false
  t.equal(await ask(site), 'blocked', 'an answer goes before the policy for unknown tokens')
  t.equal(await ask(site, 'NOBODY'), 'accepted', 'which is for those of whom nothing was said')
})

void test('a cloud that does not answer is out of reach: the last answer, else the offline policy', async (t) => {
  const site = openSite({ offline: { unknownToken: 'accept-with-cap', maxEnergyWh: 2000, cachedHours: 24 } })
  t.teardown(() => site.close())
  site.cloud.tokens.set('ROAMER', stranger)
  await ask(site)
  t.equal(await ask(site, 'NOBODY'), 'invalid', 'the cloud knows none')
  site.cloud.word = 'silent'
  site.clock.ms += 120_000
  t.equal(await ask(site), 'accepted')
  t.equal(await ask(site, 'NOBODY'), 'invalid', 'still what it said last')
  const { authorisation } = await site.room.intake.start(start({ tokenUid: 'SOMEBODY' }))
  t.equal(authorisation.status, 'accepted', 'the policy')
  t.match(site.room.counters(), { 'token-asked-said': 2, 'token-asked-silent': 3 })
})

void test('a card of the same group ends a session also when only the cloud knows it', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  site.cloud.tokens.set('ROAMER', stranger)
  const { transactionId } = await site.room.intake.start(start({ tokenUid: 'TAG-002' }))
  await ask(site)
  await site.room.intake.stop(stop(transactionId, { tokenUid: 'ROAMER' }))
  t.notOk('stop-by-stranger' in site.room.counters())
  const other = await site.room.intake.start(start({ tokenUid: 'TAG-001' }))
  await site.room.intake.stop(stop(other.transactionId, { tokenUid: 'ROAMER' }))
  t.match(site.room.counters(), { 'stop-by-stranger': 1 })
})

void test('a site that may not ask holds its list for whole, as before there were questions', async (t) => {
  const site = openSite({ offline: { unknownToken: 'accept-with-cap', maxEnergyWh: 2000, cachedHours: 24 } })
  t.teardown(() => site.close())
  site.cloud.word = 'forbidden'
  t.equal(await ask(site, 'NOBODY'), 'invalid')
})

void test('a later push of the list ends what was answered before it', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  site.cloud.tokens.set('ROAMER', stranger)
  t.equal(await ask(site), 'accepted')
  await site.store.commit(() => site.store.desired.put('tokens', 1, { tokens: [] }))
  site.room.reload(config)
  t.equal(await ask(site), 'accepted', 'the cloud is asked again, be the answer ever so young')
  t.equal(site.cloud.asked.length, 2)
  await site.store.commit(() => site.store.desired.put('tokens', 2, { tokens: [] }))
  site.clock.online = false
  t.equal(await ask(site), 'invalid', 'the whole list does not name it')
  const named = { ...config, tokens: { ...config.tokens, desired: [stranger] } }
  site.room.reload(named)
  t.equal(await ask(site), 'accepted', 'and now it does')
})

void test('nobody is asked for who is known here, or where nobody may start', async (t) => {
  const chargers = [charger('CP-1'), charger('CP-2', { registration: 'rejected' })]
  const site = openSite({ chargers })
  t.teardown(() => site.close())
  t.equal(await ask(site, 'tag-001'), 'accepted')
  t.equal(await ask(site, 'TAG-BAD'), 'blocked')
  t.equal((await site.room.intake.authorise('CP-2', 'ROAMER')).status, 'invalid')
  const order = {
    commandId: crypto.randomUUID(),
    connector: 'CP-1:1:1',
    tokenUid: 'APP',
    authorised: true,
    expiresAt: '2026-06-01T08:10:00Z'
  }
  await site.room.pendingStart(order)
  t.equal(await ask(site, 'APP'), 'accepted')
  await site.room.intake.start(start({ tokenUid: 'APP' }))
  t.equal(await ask(site, 'APP'), 'accepted', 'its session runs here')
  t.strictSame(site.cloud.asked, [])
})

void test('answers that no policy lets count are cleared away', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await ask(site, 'NOBODY')
  site.clock.ms += 47 * hour
  await site.room.tick()
  t.ok(site.store.answers.find('NOBODY'))
  site.clock.ms += 2 * hour
  await site.room.tick()
  t.equal(site.store.answers.find('NOBODY'), null)
})
