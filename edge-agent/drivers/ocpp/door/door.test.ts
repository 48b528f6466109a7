import fc from 'fast-check'
import { test } from 'tap'
import { readHandshake } from './handshake.ts'
import { openTries } from './tries.ts'

const offered = { 'sec-websocket-protocol': 'ocpp1.6' }
const basic = (text: string | Uint8Array) => ({
  ...offered,
  authorization: `Basic ${Buffer.from(text).toString('base64')}`
})

const refusals = [
  ['another path', '/', offered, 404],
  ['no identity', '/ocpp/', offered, 404],
  ['a path below the identity', '/ocpp/CP1/more', offered, 404],
  ['half a percent sign', '/ocpp/%E4%A', offered, 404],
  ['a space in the identity', '/ocpp/a%20b', offered, 404],
  ['a slash in the identity', '/ocpp/a%2Fb', offered, 404],
  ['a colon in the identity', '/ocpp/a%3Ab', offered, 404],
  ['a NUL in the identity', '/ocpp/%00CP1', offered, 404],
  ['49 characters', `/ocpp/${'x'.repeat(49)}`, offered, 404],
  ['no sub-protocol', '/ocpp/CP1', {}, 400],
  ['unknown sub-protocols', '/ocpp/CP1', { 'sec-websocket-protocol': 'soap, ocpp1.5' }, 400],
  ['a version that is not served yet', '/ocpp/CP1', { 'sec-websocket-protocol': 'ocpp2.0.1' }, 400],
  ['a list made to be slow', '/ocpp/CP1', { 'sec-websocket-protocol': `${' ,'.repeat(4_000)}x` }, 400],
  ['another user name', '/ocpp/CP1', basic('CP2:secret'), 401],
  ['no colon in the credentials', '/ocpp/CP1', basic('CP1'), 401],
  ['another scheme', '/ocpp/CP1', { ...offered, authorization: 'Bearer abc' }, 401],
  ['credentials that are no base64', '/ocpp/CP1', { ...offered, authorization: 'Basic §§§' }, 401]
] as const

for (const [title, url, headers, status] of refusals) {
  void test(`at the door: ${title} is refused with ${status}`, async (t) => {
    t.match(readHandshake(url, headers), { kind: 'refused', status })
  })
}

void test('at the door: identity is percent-decoded, a query is ignored, the best known version is taken', async (t) => {
  const headers = { 'sec-websocket-protocol': 'ocpp2.0.1 , ocpp1.6' }
  t.match(readHandshake('/ocpp/CP%E6%A1%A91?x=y', headers), {
    kind: 'claim',
    identity: 'CP桩1',
    protocol: 'ocpp1.6',
    password: null
  })
  t.match(readHandshake('/ocpp/CP1/', headers), { kind: 'claim', identity: 'CP1' })
})

void test('at the door: any bytes may be a password, colons too', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (password) => {
      const claim = readHandshake('/ocpp/CP1', basic(Buffer.concat([Buffer.from('CP1:'), password])))
      return claim.kind === 'claim' && claim.password !== null && Buffer.from(password).equals(claim.password)
    })
  )
  t.pass()
})

void test('at the door: no request makes it throw', async (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      fc.string(),
      (path, list, authorization) => {
        readHandshake(`/ocpp/${path}`, { 'sec-websocket-protocol': list, authorization })
        return true
      }
    )
  )
  t.pass()
})

void test('wrong tries: five a minute are let through, then it is too many, until the minute is over', async (t) => {
  const tries = openTries(5)
  t.strictSame(
    Array.from({ length: 7 }, (_, index) => tries.wrong('a', index)),
    [false, false, false, false, false, true, true]
  )
  t.equal(tries.wrong('b', 8), false, 'others are not touched')
  t.equal(tries.wrong('a', 60_000), false)
})

void test('wrong tries: a million addresses cost no more than the bound', async (t) => {
  const tries = openTries(5)
  for (let each = 0; each < 50_000; each++) tries.wrong(`address ${each}`, 0)
  t.equal(tries.wrong('address 49999', 1), false)
  t.equal(tries.wrong('address 0', 1), false, 'the oldest were forgotten')
})
